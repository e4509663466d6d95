"""What must hold once everything is over: what an undisturbed deployment comes to, and nothing half-made beside it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from disturbing import write_fleet
from inventory import Inventory, differences, inventory, left_over
from rollouts import HELLO, tapstack

from tapstack.rollout.journal import Journal
from tapstack.rollout.lock import LocalLock
from tapstack.rollout.stores import LocalStore
from tapstack.sandbox.control import Sandbox

FLEET, ENVIRONMENT = "small", "dev"
COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")


def folder_of(file: Path, sandbox: Sandbox) -> Path:
    """Where everything is kept that a rollout keeps on this machine."""
    return file.parent / ".tapstack" / ENVIRONMENT / f"sandbox-{sandbox.name}"


def journal_of(file: Path, sandbox: Sandbox) -> Journal:
    """The journal beside a fleet."""
    folder = folder_of(file, sandbox) / "journal" / FLEET
    return Journal(LocalStore(folder), LocalLock(folder / "lock"))


@dataclass(frozen=True)
class Reference:
    """An undisturbed deployment."""

    stands: Inventory
    seconds: float
    folder: Path

    def lend(self, to: Path, sandbox: Sandbox) -> None:
        """Give another folder what was synthesised here, so that it need not be made again."""
        made = folder_of(self.folder / "fleet.yaml", sandbox)
        lent = folder_of(to / "fleet.yaml", sandbox)
        # The provider is linked to: it takes 700 MB, in each module.
        shutil.copytree(made, lent, symlinks=True, ignore=shutil.ignore_patterns("journal"))


class Undisturbed:
    """Undisturbed deployments, each made once."""

    def __init__(self, sandbox: Sandbox, engine: str, folder: Path) -> None:
        self._sandbox = sandbox
        self._engine = engine
        self._folder = folder
        self._known: dict[tuple[str, str], Reference] = {}

    def of(self, text: str, regions: Sequence[str], code: str = HELLO) -> Reference:
        """The undisturbed deployment of a fleet into an empty sandbox, which is empty again afterwards."""
        if (text, code) not in self._known:
            folder = self._folder / str(len(self._known))
            file = write_fleet(folder, text, code)
            self._sandbox.restore()
            self._sandbox.reset()
            began = time.monotonic()
            tapstack("deploy", "--yes", "--engine", self._engine, file=file, sandbox=self._sandbox.name)
            seconds = time.monotonic() - began
            self._known[text, code] = Reference(inventory(self._sandbox, regions), seconds, folder)
            self._sandbox.reset()
        return self._known[text, code]


def assert_is(reference: Inventory, sandbox: Sandbox, regions: Sequence[str]) -> None:
    """Hold that everything stands as in an undisturbed deployment, property by property."""
    found = [str(difference) for difference in differences(reference, inventory(sandbox, regions))]
    assert found == [], "\n".join(found[:20])


def assert_is_empty(sandbox: Sandbox, regions: Sequence[str]) -> None:
    """Hold that nothing is left, but for keys that wait for their end."""
    left = sorted(left_over(sandbox, regions).things)
    assert left == [], "\n".join(left)


def assert_nothing_half_made(sandbox: Sandbox, regions: Sequence[str]) -> None:
    """Hold that every stack is complete, and that no change set waits for somebody."""
    problems = [problem for region in regions for problem in _half_made(sandbox, region)]
    assert problems == [], "\n".join(problems)


def _half_made(sandbox: Sandbox, region: str) -> Iterator[str]:
    client = sandbox.client("cloudformation", region)
    for stack in client.describe_stacks()["Stacks"]:
        if stack["StackStatus"] not in COMPLETE:
            yield f"{region}: {stack['StackName']} is {stack['StackStatus']}"
        for made in client.list_change_sets(StackName=stack["StackId"])["Summaries"]:
            if made["ExecutionStatus"] != "EXECUTE_COMPLETE":
                yield f"{region}: {made['ChangeSetName']} of {stack['StackName']} is {made['ExecutionStatus']}"


def assert_journal_is_closed(file: Path, sandbox: Sandbox) -> None:
    """Hold that no deployment is left that did not end."""
    unfinished = journal_of(file, sandbox).unfinished()
    assert unfinished is None, unfinished.in_words("deploy")


def assert_nothing_to_do(file: Path, sandbox: Sandbox, engine: str) -> None:
    """Hold that `plan` finds nothing."""
    tapstack("plan", "--engine", engine, file=file, sandbox=sandbox.name, expect=(0,))
