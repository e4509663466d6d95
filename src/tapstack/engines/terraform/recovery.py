"""What a killed run left behind: a Terraform that still works, a lock that nobody gives back, a state not saved."""

from __future__ import annotations

import getpass
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tapstack.engines.engine import Progress, Tell
from tapstack.engines.terraform import problems, running
from tapstack.engines.terraform.binary import NAMES
from tapstack.engines.terraform.progress import Listener
from tapstack.engines.terraform.stateful import HOLDS_DATA
from tapstack.engines.terraform.states import Lock, Mark, Stage, State
from tapstack.engines.terraform.stores import Store
from tapstack.engines.terraform.workspace import PAUSE, UNSAVED, Workspace, newer
from tapstack.errors import DeploymentError

PATIENCE = 900.0
"""Seconds for which somebody else's lock is waited for."""
SANDBOX_PATIENCE = 15.0


@dataclass(frozen=True)
class Recovery:
    """Brings one unit to rest."""

    unit: str
    workspace: Workspace
    store: Store
    folders: Sequence[Path]
    """Where runs of the unit may have left a state that they could not save."""
    tell: Tell
    patience: float = PATIENCE

    @property
    def is_busy(self) -> bool:
        """Tell whether something is under way, or has to be put right before anything else."""
        return self.workspace.running is not None or self.unsaved is not None or self.store.lock() is not None

    @property
    def unsaved(self) -> Path | None:
        """The state that the last run could not save."""
        files = (folder / UNSAVED for folder in self.folders)
        return next((file for file in files if file.exists()), None)

    def settle(self) -> None:
        """Wait for whoever works; release a lock of our own that is lost; put back a state that was not saved."""
        self.workspace.follow(Listener(self.unit, 0, self.tell))
        lock = self.store.lock()
        if lock is not None:
            self._wait_for(lock)
        running.forget(self.workspace.notes)
        unsaved = self.unsaved
        if unsaved is not None:
            self._put_back(unsaved)
        for address in half_made(self.store.state(), self.store.mark()):
            self.workspace.untaint(address)
            self.tell(
                Progress(self.unit, 0, 1, note=f"{self.unit}: {address} was left half-made; this goes on with it.")
            )

    def _wait_for(self, lock: Lock) -> None:
        last = running.failed(self.workspace.notes)
        if lock.id and lock.who == me() and last is not None and lock.was_taken_by_run(last.began, last.ended):
            self.workspace.unlock(lock.id)
            note = f"{self.unit}: the lock that the last run did not give back is released."
            self.tell(Progress(self.unit, 0, 1, note=note))
            return
        if lock.who == me() and not any_runs():
            raise problems.locked(self.workspace.where, lock, is_lost=True)
        self.tell(Progress(self.unit, 0, 1, note=f"{self.unit}: waiting for {lock.who}, who holds the state."))
        deadline = time.monotonic() + self.patience
        while (now := self.store.lock()) is not None:
            if time.monotonic() > deadline:
                raise problems.locked(self.workspace.where, now)
            time.sleep(PAUSE)

    def _put_back(self, unsaved: Path) -> None:
        kept = self.store.state()
        serial, lineage = (kept.serial, kept.lineage) if kept is not None else (-1, "")
        if not newer(unsaved.read_bytes(), serial, lineage):
            raise DeploymentError(
                f"A state of {self.unit} that could not be saved does not follow on the one that is kept.",
                f"{unsaved} was left by a run that could not reach {self.store.where}, which "
                "was written by somebody else since. Compare them: what only the file knows has to be imported. "
                "Then delete the file.",
            )
        self.workspace.push_unsaved(unsaved)
        said = f"{self.unit}: the state that the last run could not save is put back."
        self.tell(Progress(self.unit, 0, 1, note=said))


def half_made(state: State | None, mark: Mark | None) -> tuple[str, ...]:
    """What may hold data, and was left in the middle of its creation: nothing that Terraform may delete unasked."""
    if state is None or mark is None or mark.stage is not Stage.APPLYING:
        return ()
    return tuple(each.address for each in state.instances if each.is_tainted and each.kind in HOLDS_DATA)


def me() -> str:
    """Who we are, in the words of Terraform's locks."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    return f"{user}@{platform.node()}"


def any_runs() -> bool:
    """Tell whether any Terraform runs on this machine, whoever began it; where nobody can tell, one may."""
    folder = Path("/proc")
    if not (folder / "self").exists():
        return True
    for process in folder.glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")[0].decode(errors="replace")
        except OSError:
            continue
        if Path(command).name in NAMES:
            return True
    return False
