"""One unit where it is deployed to: its module on this machine, its state in its region, and Terraform between them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tapstack.engines import roles
from tapstack.engines.engine import Check, Progress, Standing, Tell
from tapstack.engines.terraform import elsewhere, lookups, modules_on_disk, recovery, running
from tapstack.engines.terraform.binary import Binary
from tapstack.engines.terraform.manifest import STACKS, stack_name
from tapstack.engines.terraform.modules_on_disk import Written
from tapstack.engines.terraform.plugins import LOCK_FILE
from tapstack.engines.terraform.problems import Where
from tapstack.engines.terraform.recovery import Recovery
from tapstack.engines.terraform.state import state_of
from tapstack.engines.terraform.state_buckets import LockTable, StateBucket
from tapstack.engines.terraform.states import Mark, Stage, State
from tapstack.engines.terraform.stores import Store
from tapstack.engines.terraform.workspace import Workspace
from tapstack.errors import DeploymentError, RefusedError
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan, Unit, UnitKind
from tapstack.plan.names import NameKind
from tapstack.targets.target import Target

SYNTHESIS, RUNS, FORMER, LOOKING = "cdktf.out", "runs", "former", "looking"
"""Folders of the engine's own: modules, what Terraform told of each, modules that stood before, and those of whoever
only looks: `plan` beside a deployment leaves alone what that goes by."""


def unheard(_: Progress) -> None:
    """Nobody is told."""


@dataclass
class Site:
    """A unit, on a target."""

    fleet: Fleet
    plan: Plan
    unit: Unit
    target: Target
    binary: Binary
    folder: Path
    """The engine's own."""
    desk: Path
    """Where the modules lie: in the same folder, or in another one for whoever only looks."""
    slots: threading.Semaphore
    check: Check
    """Asked right before each change."""

    @property
    def name(self) -> str:
        """What Terraform's users call it."""
        return stack_name(self.unit)

    @cached_property
    def store(self) -> Store:
        """What is kept of it in its region."""
        place = state_of(self.fleet, self.plan, self.unit).at(self.target.account)
        region = self.plan.region(self.unit.region)
        bucket = StateBucket(
            s3=self.target.client("s3", region.name),
            name=place.bucket,
            region=region.name,
            account=self.target.account,
            partition=region.partition,
            # It may serve several fleets.
            tags={key: value for key, value in region.tags.items() if key != "Fleet"},
        )
        table = None
        if place.lock_table is not None:
            table = LockTable(self.target.client("dynamodb", region.name), place.lock_table, dict(bucket.tags))
        return Store(place, bucket, table)

    @cached_property
    def workspace(self) -> Workspace:
        """The module as it is to be."""
        return self._workspace(self.desk / SYNTHESIS / STACKS / self.name)

    @property
    def written(self) -> Written:
        """The module as it is to be, on disk."""
        return modules_on_disk.read(self.desk / SYNTHESIS, self.name)

    @cached_property
    def silent(self) -> str:
        """The other region that Terraform would have to ask, if it does not answer."""
        return elsewhere.silent_region(self.target, self.unit.region, self.plan.home, self.written)

    @property
    def is_trivial(self) -> bool:
        """Tell whether there is nothing to make in this unit."""
        return not self.written.module.get("resource")

    def former(self, written: Written) -> Workspace:
        """Another module for the same unit, in a folder of its own."""
        workspace = self._workspace(written.write(self.desk / FORMER / self.name))
        # A removal that failed has left its leave to delete there.
        workspace.as_written()
        return workspace

    def standing_module(self, mark: Mark | None) -> Written | None:
        """The module that was applied last, if it is not the one that is to be."""
        if mark is None or mark.digest == self.written.digest:
            return None
        packed = self.store.applied()
        return None if packed is None else modules_on_disk.unpack(packed, self.name)

    def mark(self) -> Mark | None:
        """What we left about the last change; refuses a state that is another fleet's."""
        mark = self.store.mark()
        own = (self.plan.fleet, self.plan.environment, self.unit.id)
        if mark is not None and (mark.fleet, mark.environment, mark.unit) != own:
            raise RefusedError(
                f"The state at {self.store.where} is of {mark.fleet} in {mark.environment}.",
                f"It holds {mark.unit} of that fleet, and deploying this one would destroy it. Give one of them "
                "another place: `terraform: {bucket: …, key: …}` with {fleet} in it.",
            )
        return mark

    def look(self, kind: str, planned: Mapping[str, Any]) -> str:
        """The ID of something in this unit's region that is there already."""
        return lookups.find(kind, planned, lambda service: self.target.client(service, self.unit.region))

    def new_mark(self, stage: Stage, digest: str, resources: int = 0) -> Mark:
        """Word about a change of this unit."""
        return Mark(self.plan.fleet, self.plan.environment, self.unit.id, stage, digest, resources)

    def rests(self, secret: str) -> bool:
        """Tell whether a secret is not rotated because its database's writer has left the region."""
        return roles.rests(self.target.client("rds", self.unit.region), self.unit.region, secret)

    def recovery(self, tell: Tell = unheard) -> Recovery:
        """What brings it to rest."""
        patience = recovery.PATIENCE if self.target.is_real else recovery.SANDBOX_PATIENCE
        return Recovery(self.unit.id, self.workspace, self.store, self._folders, tell, patience)

    def standing(self, state: State | None, mark: Mark | None) -> Standing:
        """What there is of it, nobody being at work."""
        has_resources = state is not None and bool(state.instances)
        if mark is None:
            return Standing.STANDS if has_resources else Standing.ABSENT
        if mark.stage is Stage.APPLIED:
            return Standing.STANDS if has_resources or not mark.resources else Standing.ABSENT
        if mark.stage is Stage.APPLYING:
            # Even without a state: a run that was killed may have made what it had no time to write down.
            return Standing.BROKEN
        return Standing.BROKEN if has_resources or mark.retained else Standing.ABSENT

    def refuse_lost_state(self) -> None:
        """Keep a fleet that stands from being taken for one that does not: its states are gone, or never were.

        Where the bucket is there, only the foundation can tell: other units may be about to be made for the first time.
        """
        has_bucket = self.store.bucket.is_there()
        if has_bucket and (self.unit.kind is not UnitKind.FOUNDATION or self.store.mark() is not None):
            return
        planned = {name.text for name in self.plan.names if name.kind is NameKind.KEY_ALIAS}
        pages = self.target.client("kms", self.unit.region).get_paginator("list_aliases").paginate()
        found = sorted({alias["AliasName"] for page in pages for alias in page["Aliases"]} & planned)
        if found:
            what, where = ("state", self.store.where) if has_bucket else ("bucket of states", self.store.place.bucket)
            raise DeploymentError(
                f"The {what} is missing in {self.unit.region}, though the fleet stands there.",
                f"{where} is not there, but {', '.join(found)} is: "
                "deploying would make everything a second time. Bring it back, with all states that were there. If "
                "another engine deployed the fleet, go on with that one, or destroy it first. Without the states, what "
                "stands has to be imported (`terraform import`) or deleted by hand.",
            )

    @property
    def _folders(self) -> tuple[Path, Path]:
        """Where Terraform changes something: in the module that is to be, and in one that stood before."""
        return (self.folder / SYNTHESIS / STACKS / self.name, self.folder / FORMER / self.name / STACKS / self.name)

    def _workspace(self, folder: Path) -> Workspace:
        # The same for every module of the unit: whoever comes next looks there for a run that goes on.
        notes = self.folder / RUNS / self.name
        notes.mkdir(parents=True, exist_ok=True)
        notes.chmod(0o700)
        program = f"{self.binary.name} -chdir={folder}"
        return Workspace(
            binary=self.binary,
            folder=folder,
            notes=notes,
            variables=running.environment(self.target.variables(self.unit.region), is_real=self.target.is_real),
            place=self.store.place,
            where=Where(self.unit.id, self.unit.region, self.store.where, program),
            lock_file=self.folder / LOCK_FILE,
            slots=self.slots,
            check=self.check,
        )
