"""The terraform engine: each unit is a root module with its own state, planned and applied by Terraform itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from tapstack.engines.engine import Action, Check, Progress, Retained, Standing, Tell, UnitChanges, UnitDrift
from tapstack.engines.terraform import applying, binary, elsewhere, made_anew, memory, modules_on_disk, states
from tapstack.engines.terraform import drift as drifting
from tapstack.engines.terraform.assembly import synthesise
from tapstack.engines.terraform.binary import Binary
from tapstack.engines.terraform.failed_over import HEALTH_CHECK
from tapstack.engines.terraform.modules_on_disk import Written
from tapstack.engines.terraform.previewing import Preview
from tapstack.engines.terraform.recovery import half_made
from tapstack.engines.terraform.removal import Removal
from tapstack.engines.terraform.site import LOOKING, SYNTHESIS, Site
from tapstack.engines.terraform.states import Stage
from tapstack.engines.terraform.workspace import checked
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan, Unit, UnitKind
from tapstack.targets.problems import mapped
from tapstack.targets.target import Target

T = TypeVar("T")
ZONE = "aws_route53_zone"


class Terraform:
    """Implements `tapstack.engines.engine.Engine`."""

    def __init__(self, fleet: Fleet, plan: Plan, target: Target, *, source: Path, folder: Path) -> None:
        self._fleet = fleet
        self._plan = plan
        self._target = target
        self._source = source
        self._folder = folder
        self._digests: Mapping[str, str] = {}
        self._before: dict[str, Written] = {}
        self._check: Check | None = None
        self._slots = threading.Semaphore(memory.side_by_side(fleet.rollout.parallel, one_run=memory.measured(folder)))

    # Before anything is changed ----------------------------------------------------------------------------------

    def guard(self, check: Check) -> None:
        """Ask before each run of Terraform that changes something, once it is its turn."""
        self._check = check
        # Until now it could only look, and did so elsewhere.
        self._digests = {}
        self.__dict__.pop("_sites", None)

    def prepare(self) -> Mapping[str, str]:
        """Write the modules; what is deployed is just what they hold."""
        output = self._desk / SYNTHESIS
        synthesise(self._fleet, self._plan, source=self._source, output=output)
        self._digests = {unit.id: self._sites[unit.id].written.digest for unit in self._plan.units}
        return self._digests

    def publish(self, regions: Sequence[str]) -> None:
        """Make each region's bucket of states, and its table of locks where the fleet asks for one."""

        def make(region: str) -> None:
            store = self._foundation(region).store
            store.bucket.make()
            if store.table is not None:
                store.table.make()

        self._side_by_side(regions, make)

    def inspect(self, units: Sequence[Unit]) -> Mapping[str, Standing]:
        """What there is of each unit, as its state tells; no process is run."""
        found = self._side_by_side(units, self._standing)
        return {unit.id: standing for unit, standing in zip(units, found, strict=True)}

    def preview(self, unit: Unit) -> UnitChanges:
        """Have Terraform plan, and keep the plan."""
        with mapped(unit.region):
            preview = self._preview(unit)
            if preview.site.is_trivial and not (preview.state and preview.state.instances):
                return UnitChanges(unit.id, self._standing(unit))
            return preview.changes()

    def discard(self, changes: UnitChanges) -> None:
        """Delete the plan."""
        if changes.token:
            Path(changes.token).unlink(missing_ok=True)

    # Changing ----------------------------------------------------------------------------------------------------

    def apply(self, unit: Unit, changes: UnitChanges, tell: Tell) -> None:
        """Apply the plan that was shown."""
        site = self._site(unit)
        with mapped(unit.region):
            preview = self._preview(unit)
            if site.is_trivial and not (preview.state and preview.state.instances):
                return
            packed = site.store.applied()
            before = modules_on_disk.unpack(packed, site.name) if packed is not None else None
            if before is not None:
                self._before[unit.id] = before
            applying.apply(preview, changes, lambda: self._preview(unit), tell)
            self._tell_delegation(unit, changes, tell)

    def revert(self, unit: Unit, tell: Tell) -> bool:
        """Apply the former module again."""
        before = self._before.pop(unit.id, None)
        if before is None:
            return False
        with mapped(unit.region):
            applying.revert(self._site(unit), before, tell)
        return True

    def settle(self, unit: Unit, tell: Tell) -> Standing:
        """Wait for whoever works on it, and put right what a killed run left."""
        with mapped(unit.region):
            self._site(unit).recovery(tell).settle()
            return self._standing(unit)

    # Taking away -------------------------------------------------------------------------------------------------

    def require_removable(self, units: Sequence[Unit], *, delete_data: bool) -> None:
        """Nothing: a region's replicas of tables are its own, and go before its keys."""

    def remove(self, unit: Unit, tell: Tell, *, delete_data: bool) -> tuple[Retained, ...]:
        """Destroy it, but for what the fleet retains."""
        site = self._site(unit)
        with mapped(unit.region):
            elsewhere.refuse(site.silent, unit.id)
            mark = site.mark()
            if mark is not None and mark.stage is Stage.APPLYING:
                self._preview(unit).take_over(tell)
            standing = site.standing_module(mark)
            removal = Removal(
                unit=unit.id,
                workspace=site.workspace if standing is None else site.former(standing),
                store=site.store,
                module=(standing or site.written).module,
                mark=mark or site.new_mark(Stage.REMOVING, site.written.digest),
                target=self._target,
                region=unit.region,
                tell=tell,
                delete_data=delete_data,
                keeps_data=self._fleet.protection.when_removed != "destroy",
            )
            return removal.run()

    def clean(self, region: str) -> None:
        """Delete the region's bucket of states and its locks, unless somebody else keeps something there."""
        store = self._foundation(region).store
        with mapped(region):
            if not store.bucket.is_ours() or store.bucket.keys(""):
                return
            store.bucket.remove()
            if store.table is not None:
                store.table.remove()

    # Looking -----------------------------------------------------------------------------------------------------

    def outputs(self, unit: Unit) -> Mapping[str, str]:
        """The outputs that its state holds."""
        with mapped(unit.region):
            state = self._site(unit).store.state()
        return {} if state is None else states.told(state)

    def drift(self, unit: Unit, tell: Tell) -> UnitDrift:
        """Plan what was deployed once more: what that would change, somebody else has changed."""
        site = self._site(unit)
        with mapped(unit.region):
            standing = self._standing(unit)
            state, mark = site.store.state(), site.mark()
            if standing is not Standing.STANDS or state is None or not state.instances:
                return UnitDrift(unit.id, standing)
            elsewhere.refuse(site.silent, unit.id)
            former = site.standing_module(mark)
            workspace = site.workspace if former is None else site.former(former)
            made_anew.refuse_strangers(site)
            workspace.as_written()
            tell(Progress(unit.id, 0, 1, note="Terraform compares what stands with what was deployed"))
            planned = checked(workspace.plan("drift", "-lock=false"), workspace)
            # Whether a health check is held is no change of the plan's.
            has_checks = any(instance.kind == HEALTH_CHECK for instance in state.instances)
            looks = planned.has_changes or has_checks
            found = drifting.find(unit.id, workspace.show(planned), site.rests) if looks else ()
            planned.file.unlink(missing_ok=True)
            return UnitDrift(unit.id, standing, found)

    def strangers(self, unit: Unit) -> Collection[str]:
        """Instances that a failback made anew: Terraform knows them by the id that AWS gave the former ones."""
        with mapped(unit.region):
            return tuple(one.identifier for one in made_anew.strangers(self._site(unit)))

    def adopt(self, unit: Unit) -> None:
        """Write the new ids into the state."""
        with mapped(unit.region):
            made_anew.adopt(self._site(unit))

    # What the steps share ----------------------------------------------------------------------------------------

    @cached_property
    def _program(self) -> Binary:
        return binary.find()

    @cached_property
    def _sites(self) -> Mapping[str, Site]:
        return {unit.id: self._new_site(unit) for unit in self._plan.units}

    def _site(self, unit: Unit) -> Site:
        if not self._digests:
            self.prepare()
        # Somebody may ask for a unit that is not planned, such as that of a home that was edited.
        return self._sites.get(unit.id) or self._new_site(unit)

    def _new_site(self, unit: Unit) -> Site:
        place = (self._target, self._program, self._folder, self._desk)
        return Site(self._fleet, self._plan, unit, *place, slots=self._slots, check=self._may_change)

    @property
    def _desk(self) -> Path:
        return self._folder if self._check is not None else self._folder / LOOKING

    def _may_change(self) -> None:
        if self._check is not None:
            self._check()

    def _foundation(self, region: str) -> Site:
        return self._site(self._plan.unit(f"{UnitKind.FOUNDATION}/{region}"))

    def _preview(self, unit: Unit) -> Preview:
        site = self._site(unit)
        state = site.store.state()
        if state is None:
            site.refuse_lost_state()
        return Preview(site, state, site.mark(), lambda: self._lacks_needs(unit))

    def _lacks_needs(self, unit: Unit) -> bool:
        """Tell whether what a unit looks up is missing, or will only come with another unit's change."""

        def lacks(need: str) -> bool:
            other = self._plan.unit(need)
            if self._standing(other) is not Standing.STANDS:
                return True
            mark = self._sites[need].mark()
            return mark is not None and mark.digest != self._digests[need]

        return any(lacks(need) for need in unit.needs)

    def _standing(self, unit: Unit) -> Standing:
        site = self._site(unit)
        with mapped(unit.region):
            state, mark = site.store.state(), site.mark()
            if unit.id in self._digests and site.is_trivial and not (state and state.instances):
                # There is nothing to make: it is there as soon as its region is.
                return self._standing(self._foundation(unit.region).unit)
            if site.recovery().is_busy or half_made(state, mark):
                return Standing.BUSY
            if state is None:
                site.refuse_lost_state()
            return site.standing(state, mark)

    def _tell_delegation(self, unit: Unit, changes: UnitChanges, tell: Tell) -> None:
        """What to do with a zone that is new."""
        new = any(change.kind == ZONE and change.action is Action.ADD for change in changes.resources)
        state = self._site(unit).store.state() if new else None
        for zone in state.instances if state is not None else ():
            if zone.kind == ZONE:
                servers = ", ".join(sorted(zone.values.get("name_servers") or ()))
                note = f"Delegate {zone.values.get('name')} to {servers}: certificates wait for it."
                done = len(changes.resources)
                tell(Progress(unit.id, done, done, note=note))

    def _side_by_side(self, things: Sequence[str] | Sequence[Unit], work: Callable[..., T]) -> list[T]:
        def one(thing: str | Unit) -> T:
            with mapped(thing if isinstance(thing, str) else thing.region):
                return work(thing)

        with ThreadPoolExecutor(max(len(things), 1)) as pool:
            return list(pool.map(one, things))
