"""One unit's module in its folder, ready to be planned and applied: every call of Terraform's goes through here."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tapstack.engines.engine import Check, unguarded
from tapstack.engines.terraform import memory, plugins, problems, running
from tapstack.engines.terraform.assembly import BACKEND
from tapstack.engines.terraform.binary import Binary
from tapstack.engines.terraform.manifest import MODULE
from tapstack.engines.terraform.plugins import LOCK_FILE
from tapstack.engines.terraform.problems import Where
from tapstack.engines.terraform.running import Ended, Listen
from tapstack.engines.terraform.state import State
from tapstack.errors import DeploymentError

OVERRIDE = "tapstack_override.tf.json"
"""Terraform merges files of such a name into the module: https://developer.hashicorp.com/terraform/language/files/override"""
LEAVING = "tapstack_leaving.tf.json"
ADOPTING = "tapstack_adopting.tf.json"
UNSAVED = "errored.tfstate"
INITIALISED, STAMP = ".terraform", "tapstack.json"
PAUSE = 0.5
LOCK_PATIENCE = "-lock-timeout=60s"
QUIET = ("-input=false", "-no-color")
NO_CHANGES, FAILED, CHANGES = 0, 1, 2


@dataclass(frozen=True)
class Planned:
    """A saved plan."""

    file: Path
    has_changes: bool


@dataclass
class Workspace:
    """A folder with a module, and what Terraform needs to run in it."""

    binary: Binary
    folder: Path
    notes: Path
    """Where plans and what Terraform tells are left: only we read there, since plans hold secrets."""
    variables: Mapping[str, str]
    place: State
    where: Where
    lock_file: Path
    """The lock file that all modules share."""
    slots: threading.Semaphore
    """How many runs there may be at the same time."""
    check: Check
    """Asked right before each run that changes something, once it is its turn."""

    def plan(self, name: str, *options: str, listen: Listen | None = None) -> Planned | Ended:
        """Plan and save the plan; what Terraform said where it could not."""
        self._prepare()
        file = self.notes / f"{name}-{os.getpid()}.tfplan"
        file.unlink(missing_ok=True)
        command = ("plan", "-json", *QUIET, "-detailed-exitcode", f"-out={file}", *options)
        ended = self._run(*command, listen=listen)
        if ended.code == FAILED or ended.code < 0:
            return ended
        file.chmod(0o600)
        return Planned(file, ended.code == CHANGES)

    def show(self, planned: Planned) -> Mapping[str, Any]:
        """Everything that a saved plan holds."""
        ended = self._checked(self._run("show", "-json", "-no-color", str(planned.file)))
        return dict(json.loads(ended.output))

    def apply(self, planned: Path, listen: Listen) -> Ended:
        """Apply a saved plan; whether it came to its end is for the caller to see."""
        self._prepare()
        # Whoever was taken over from may have begun just before that.
        self.follow(listen)
        command = ("apply", "-json", *QUIET, LOCK_PATIENCE, str(planned))
        return self._run(*command, check=self.check, notes=self.notes, listen=listen)

    def follow(self, listen: Listen) -> None:
        """Wait for a run of this unit that goes on without whoever began it, and hear what it tells."""
        tail = running.Tail(running.telling(self.notes))
        while self.running is not None:
            for event in tail.read():
                listen(event)
            time.sleep(PAUSE)

    def push_unsaved(self, unsaved: Path) -> None:
        """Put back a state that could not be saved: Terraform takes it only if it is a later one of the same."""
        self._change("state", "push", "-no-color", LOCK_PATIENCE, str(unsaved))
        unsaved.rename(self.notes / f"{UNSAVED}.pushed")

    def edit_state(self, edit: Callable[[dict[str, Any]], None]) -> None:
        """Change the state by hand, as its next version; Terraform locks it and refuses if another was faster."""
        self._prepare()
        state = json.loads(self._checked(self._run("state", "pull")).output)
        edit(state)
        state["serial"] += 1
        with self._aside() as folder:
            file = folder / "edited.tfstate"
            file.write_text(json.dumps(state, indent=2), encoding="utf-8")
            self._change("state", "push", "-no-color", LOCK_PATIENCE, str(file))

    def forget(self, addresses: Sequence[str]) -> None:
        """Let resources go without touching them."""
        if addresses:
            self._change("state", "rm", "-no-color", LOCK_PATIENCE, *addresses)

    def unlock(self, lock: str) -> None:
        """Release a lock that its holder cannot release any more."""
        self._change("force-unlock", "-force", "-no-color", lock)

    def override(self, resources: Mapping[str, Mapping[str, Any]]) -> None:
        """Change arguments of resources, by kind and label, without touching the module; nothing takes it back."""
        self._overlay(OVERRIDE, {"resource": resources} if resources else None)

    def let_go(self, addresses: Sequence[str]) -> None:
        """Have resources forgotten that the module no longer names; none of them is destroyed."""
        blocks = [{"from": address, "lifecycle": [{"destroy": False}]} for address in addresses]
        self._overlay(LEAVING, {"removed": blocks} if blocks else None)

    def adopt(self, ids: Mapping[str, str]) -> None:
        """Have resources taken over that exist already: IDs by address. Nothing takes it back but an empty one."""
        blocks = [{"to": address, "id": each} for address, each in sorted(ids.items())]
        self._overlay(ADOPTING, {"import": blocks} if blocks else None)

    def as_written(self) -> None:
        """Drop whatever was laid over the module."""
        for name in (OVERRIDE, LEAVING, ADOPTING):
            (self.folder / name).unlink(missing_ok=True)

    def take_over(self, address: str, existing: str) -> None:
        """Take one resource over at once, changing nothing of it."""
        self._change("import", *QUIET, LOCK_PATIENCE, address, existing)

    def untaint(self, address: str) -> None:
        """Go on with a resource whose creation failed half-way, instead of making it anew."""
        self._change("untaint", "-no-color", LOCK_PATIENCE, address)

    @property
    def running(self) -> int | None:
        """The process of a run that goes on, though whoever began it is gone."""
        return running.alive(self.notes)

    def error(self, ended: Ended, ids: Mapping[str, str] | None = None) -> Exception:
        """What went wrong; `ids` are those of existing things by the addresses that were to make them."""
        return problems.failed(self.where, ended.diagnostics, ended.errors or _plain(ended), ids or {})

    def _overlay(self, name: str, content: Mapping[str, Any] | None) -> None:
        file = self.folder / name
        if content is None:
            file.unlink(missing_ok=True)
        else:
            file.write_text(json.dumps(content, indent=1), encoding="utf-8")

    def _prepare(self) -> None:
        """Initialise, unless nothing has changed since the last time."""
        initialised = self.folder / INITIALISED
        stamp = initialised / STAMP
        if stamp.exists() and stamp.read_text(encoding="utf-8") == self._stamp() and plugins.are_there(initialised):
            return
        cache = plugins.cache_folder(self.variables)
        folder = cache or self.lock_file.parent
        with plugins.one_at_a_time(folder):
            lent = plugins.lend(self.lock_file, self.folder)
            ended = self._fetch(cache)
            if ended.code != 0 and (lent or problems.has_outgrown_its_lock_file(ended.errors)):
                # It was another module's, which may ask for other versions, or an earlier one of this module's.
                (self.folder / LOCK_FILE).unlink()
                ended = self._fetch(cache)
            self._checked(ended)
            plugins.keep(self.lock_file, self.folder)
        stamp.write_text(self._stamp(), encoding="utf-8")

    def _fetch(self, cache: Path | None) -> Ended:
        """Initialise, with the provider out of the cache."""
        if cache is not None and not (self.folder / LOCK_FILE).exists() and plugins.holds_any(cache):
            # Without a lock file Terraform puts anew into the cache what others may just be running from.
            ended = self._init({})
            if ended.code != 0:
                return ended
            shutil.rmtree(self.folder / INITIALISED / plugins.PROVIDERS, ignore_errors=True)
        return self._init({plugins.CACHE: str(cache)} if cache is not None else {})

    def _init(self, more: Mapping[str, str]) -> Ended:
        command: list[str | Path] = [self.binary.path, "init", *QUIET, "-reconfigure", *self._backend()]
        with self._aside() as notes:
            return running.run(command, folder=self.folder, variables={**self.variables, **more}, notes=notes)

    def _backend(self) -> list[str]:
        """What the module's own backend leaves open, as the account is not known when it is written."""
        written = json.loads((self.folder / BACKEND).read_text(encoding="utf-8"))["terraform"]["backend"]["s3"]
        return [
            f"-backend-config={name}={value}"
            for name, value in self.place.settings().items()
            if name not in written and isinstance(value, str)
        ]

    def _stamp(self) -> str:
        module = json.loads((self.folder / MODULE).read_text(encoding="utf-8"))
        lock = self.folder / LOCK_FILE
        parts = {
            "program": [str(self.binary.path), self.binary.version],
            "terraform": module.get("terraform"),
            "backend": self.place.settings(),
            "lock": hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else "",
            "folder": str(self.folder),
        }
        return json.dumps(parts, sort_keys=True)

    def _change(self, *arguments: str) -> None:
        """Change the state, and nothing in AWS."""
        self._prepare()
        self._checked(self._run(*arguments, check=self.check, notes=self.notes))

    def _run(
        self, *arguments: str, check: Check = unguarded, notes: Path | None = None, listen: Listen | None = None
    ) -> Ended:
        """Run it; only what changes something leaves notes that last: all else is told once and holds secrets."""
        with self.slots, self._aside() if notes is None else contextlib.nullcontext(notes) as place:
            check()
            ended = running.run(
                [self.binary.path, *arguments],
                folder=self.folder,
                variables=self.variables,
                notes=place,
                listen=listen,
            )
            if problems.is_locked_out(ended.diagnostics, ended.errors):
                # It never held the lock: whoever does is somebody else.
                running.forget(place)
        memory.note(self.lock_file.parent, ended.peak)
        return ended

    @contextlib.contextmanager
    def _aside(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(dir=self.notes, prefix="look-") as folder:
            yield Path(folder)

    def _checked(self, ended: Ended) -> Ended:
        if ended.code != 0:
            raise self.error(ended)
        return ended


def checked(planned: Planned | Ended, workspace: Workspace) -> Planned:
    """A plan that there is; raises what Terraform said where there is none."""
    if isinstance(planned, Ended):
        raise workspace.error(planned)
    return planned


def newer(unsaved: bytes, serial: int, lineage: str) -> bool:
    """Tell whether a state that could not be saved follows on the one that is kept."""
    try:
        data = json.loads(unsaved)
        return bool((not lineage or data["lineage"] == lineage) and int(data["serial"]) > serial)
    except (ValueError, KeyError, TypeError) as error:
        raise DeploymentError("The state that could not be saved is damaged.", str(error)) from error


def _plain(ended: Ended) -> str:
    """What was told by words and not by events."""
    return "\n".join(line for line in ended.output.splitlines() if not line.startswith("{"))
