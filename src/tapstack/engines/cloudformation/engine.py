"""The CloudFormation engine: each unit is a stack, compared, changed and removed by CloudFormation itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from tapstack.engines.cloudformation import applying, artifacts, change_sets, manifest, recovery, stacks
from tapstack.engines.cloudformation import drift as drifting
from tapstack.engines.cloudformation.applying import Before
from tapstack.engines.cloudformation.artifacts import Artifact
from tapstack.engines.cloudformation.change_sets import MissingNeedError
from tapstack.engines.cloudformation.database_surroundings import database_id
from tapstack.engines.cloudformation.previewing import Preview
from tapstack.engines.cloudformation.removal import Removal
from tapstack.engines.cloudformation.replicas import refuse_to_orphan
from tapstack.engines.cloudformation.site import Site
from tapstack.engines.cloudformation.stacks import Stack, standing_of
from tapstack.engines.cloudformation.zones import NAME_SERVERS, ZONE
from tapstack.engines.engine import Action, Check, Progress, Retained, Standing, Tell, UnitChanges, UnitDrift
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan, Unit, UnitKind
from tapstack.targets.problems import mapped
from tapstack.targets.target import Target

T = TypeVar("T")


class CloudFormation:
    """Implements `tapstack.engines.engine.Engine`."""

    def __init__(self, fleet: Fleet, plan: Plan, target: Target, *, source: Path, folder: Path) -> None:
        self._fleet = fleet
        self._plan = plan
        self._source = source
        self._folder = folder
        self._sites = {region.name: Site(target, plan, region.name) for region in plan.regions}
        self._prepared: Mapping[str, Artifact] = {}
        self._before: dict[str, Before] = {}
        self._global_outputs: Mapping[str, str] | None = None

    # Before anything is changed ----------------------------------------------------------------------------------

    def guard(self, check: Check) -> None:
        """Ask before each change set is executed and each stack deleted."""
        for site in self._sites.values():
            site.check = check

    def prepare(self) -> Mapping[str, str]:
        """Write the cloud assembly; what is deployed is just what it holds."""
        self._prepared = artifacts.prepare(self._fleet, self._plan, source=self._source, folder=self._folder)
        return {unit.id: artifacts.digest(self._prepared[unit.id], unit, self._plan) for unit in self._plan.units}

    def publish(self, regions: Sequence[str]) -> None:
        """Make each region's bucket, and upload templates and code that are not there yet."""
        self._side_by_side(regions, lambda region: self._sites[region].publish(self._files(region)))

    def inspect(self, units: Sequence[Unit]) -> Mapping[str, Standing]:
        """What there is of each unit: one listing of each region's stacks."""
        regions = list(dict.fromkeys(unit.region for unit in units))
        found = self._side_by_side(regions, lambda region: stacks.read_all(self._sites[region].client))
        by_region = dict(zip(regions, found, strict=True))
        for unit in units:
            if unit.kind is UnitKind.GLOBAL and self._stack(unit) in by_region[unit.region]:
                self._global_outputs = by_region[unit.region][self._stack(unit)].outputs
        return {unit.id: self._standing(unit, by_region[unit.region].get(self._stack(unit))) for unit in units}

    def preview(self, unit: Unit) -> UnitChanges:
        """Compare with what stands; only where something differs is a change set made."""
        with mapped(unit.region):
            stack = self._read(unit)
            if not self._has_links(unit):
                return UnitChanges(unit.id, self._standing(unit, stack))
            preview = self._preview(unit, stack)
            changes = preview.changes(foundation_is_there=self._foundation_is_there(unit, preview.stack))
        return replace(changes, standbys_first=self._moves_version(changes))

    def discard(self, changes: UnitChanges) -> None:
        """Delete a preview's change set, and the empty stack that was made only to hold it."""
        if not changes.token:
            return
        unit = self._plan.unit(changes.unit)
        client = self._sites[unit.region].client
        with mapped(unit.region):
            change_sets.delete(client, changes.token)
            stack = self._read(unit)
            if stack is not None and stack.status == stacks.IN_REVIEW:
                client.delete_stack(StackName=stack.id)

    # Changing ----------------------------------------------------------------------------------------------------

    def apply(self, unit: Unit, changes: UnitChanges, tell: Tell) -> None:
        """Execute what was shown."""
        site = self._sites[unit.region]
        if not self._has_links(unit):
            return
        with mapped(unit.region):
            stack = self._read(unit)
            before = applying.remember(site, stack)
            if before is not None:
                self._before[unit.id] = before
            after = applying.apply(self._preview(unit, stack), changes, tell, delegation=self._delegation())
        if unit.kind is UnitKind.GLOBAL:
            self._global_outputs = after.outputs
            if any(change.name == ZONE and change.action is Action.ADD for change in changes.resources):
                done = len(changes.resources)
                tell(Progress(unit.id, done, done, note=self._delegation()))

    def revert(self, unit: Unit, tell: Tell) -> bool:
        """Deploy the former template with its parameters again."""
        before = self._before.pop(unit.id, None)
        if before is None:
            return False
        with mapped(unit.region):
            applying.revert(self._sites[unit.region], unit.id, self._stack(unit), before, tell)
        return True

    def settle(self, unit: Unit, tell: Tell) -> Standing:
        """Wait for CloudFormation."""
        with mapped(unit.region):
            stack = self._read(unit)
            if stack is not None:
                stack = recovery.settled(self._sites[unit.region], unit.id, stack, tell)
            return self._standing(unit, stack)

    # Taking away -------------------------------------------------------------------------------------------------

    def require_removable(self, units: Sequence[Unit], *, delete_data: bool) -> None:
        """Refuse to take a region's keys from under the replicas of tables that stay."""
        if any(unit.kind is UnitKind.GLOBAL for unit in units):
            return
        for unit in units:
            if unit.kind is UnitKind.FOUNDATION:
                with mapped(unit.region):
                    refuse_to_orphan(self._fleet, self._sites[unit.region], self._read(unit), delete_data=delete_data)

    def remove(self, unit: Unit, tell: Tell, *, delete_data: bool) -> tuple[Retained, ...]:
        """Delete the unit's stack; links go with their foundation."""
        if unit.kind is UnitKind.LINKS:
            return ()
        site = self._sites[unit.region]
        with mapped(unit.region):
            stack = self._read(unit)
            if stack is None:
                return ()
            if unit.kind is UnitKind.FOUNDATION:
                refuse_to_orphan(self._fleet, site, stack, delete_data=delete_data)
            return Removal(site, unit, stack, tell, delete_data).run()

    def clean(self, region: str) -> None:
        """Empty and delete the region's artifact bucket."""
        with mapped(region):
            self._sites[region].clean()

    # Looking -----------------------------------------------------------------------------------------------------

    def outputs(self, unit: Unit) -> Mapping[str, str]:
        """The outputs of the unit's stack."""
        if unit.kind is UnitKind.LINKS:
            return {}
        with mapped(unit.region):
            stack = self._read(unit)
        return stack.outputs if stack is not None and stack.is_there else {}

    def drift(self, unit: Unit, tell: Tell) -> UnitDrift:
        """Have CloudFormation compare; links are looked at with their foundation."""
        with mapped(unit.region):
            stack = self._read(unit)
            standing = self._standing(unit, stack)
            if unit.kind is UnitKind.LINKS or stack is None or standing is not Standing.STANDS:
                return UnitDrift(unit.id, standing)
            found, unchecked = drifting.find(self._sites[unit.region], unit, stack.name, tell)
            return UnitDrift(unit.id, standing, found, unchecked)

    def strangers(self, unit: Unit) -> Collection[str]:  # noqa: ARG002 - it is the same for every unit
        """Nothing: CloudFormation knows databases by the names that they were given."""
        return ()

    def adopt(self, unit: Unit) -> None:
        """Nothing to be known."""

    # What the steps share ----------------------------------------------------------------------------------------

    def _stack(self, unit: Unit) -> str:
        return manifest.stack_name(self._plan, unit)

    def _read(self, unit: Unit) -> Stack | None:
        return stacks.read(self._sites[unit.region].client, self._stack(unit))

    def _standing(self, unit: Unit, stack: Stack | None) -> Standing:
        if self._has_links(unit):
            return standing_of(unit, stack)
        return standing_of(unit.model_copy(update={"kind": UnitKind.FOUNDATION}), stack)

    def _has_links(self, unit: Unit) -> bool:
        """Tell whether there is anything to a unit: links are nothing where a region's buckets copy to nobody."""
        here = ("both-ways", "from-home") if unit.region == self._plan.home else ("both-ways",)
        buckets = self._fleet.buckets.values()
        return unit.kind is not UnitKind.LINKS or any(bucket.replication in here for bucket in buckets)

    def _moves_version(self, changes: UnitChanges) -> bool:
        """Tell whether a database that other regions follow changes its version.

        https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-upgrade.html
        """
        followed = {database_id(name) for name, database in self._fleet.databases.items() if database.cross_region}
        return any(
            change.name in followed
            and change.action is not Action.ADD
            and any(part.path == "EngineVersion" for part in change.properties)
            for change in changes.resources
        )

    def _artifact(self, unit: Unit) -> Artifact:
        if not self._prepared:
            self.prepare()
        return self._prepared[unit.id]

    def _preview(self, unit: Unit, stack: Stack | None) -> Preview:
        return Preview(
            unit=unit,
            artifact=self._artifact(unit),
            site=self._sites[unit.region],
            stack=stack,
            told=self._told_by_global,
            known=self._global_outputs,
        )

    def _files(self, region: str) -> list[artifacts.File]:
        here = [self._artifact(unit) for unit in self._plan.units if unit.region == region]
        files = {file.key: file for artifact in here for file in (*artifact.files, artifact.template_file)}
        return list(files.values())

    def _foundation_is_there(self, unit: Unit, stack: Stack | None) -> bool:
        """Tell whether what the unit imports can be there; what stands had it already."""
        if unit.kind is UnitKind.FOUNDATION or (stack is not None and stack.is_there):
            return True
        foundation = next(
            other for other in self._plan.units if other.kind is UnitKind.FOUNDATION and other.region == unit.region
        )
        return standing_of(foundation, self._read(foundation)) is Standing.STANDS

    def _told_by_global(self, name: str) -> str:
        """An output of the global stack, which is asked only if this run has not met it."""
        if self._global_outputs is None:
            shared = next(unit for unit in self._plan.units if unit.kind is UnitKind.GLOBAL)
            with mapped(shared.region):
                stack = self._read(shared)
            if stack is None or not stack.is_there:
                raise MissingNeedError(f"{shared.id} does not stand yet.")
            self._global_outputs = stack.outputs
        if name not in self._global_outputs:
            raise MissingNeedError(f"The global unit does not tell its {name} yet.")
        return self._global_outputs[name]

    def _delegation(self) -> str:
        """What to do with a zone that is new."""
        dns = self._fleet.dns
        if dns is None or dns.hosted_zone != "create":
            return ""
        servers = (self._global_outputs or {}).get(NAME_SERVERS, "")
        told = servers.replace(",", ", ") or "the name servers that the global unit's output names"
        return f"Delegate {dns.zone} to {told}: certificates wait for it."

    def _side_by_side(self, regions: Sequence[str], work: Callable[[str], T]) -> list[T]:
        def one(region: str) -> T:
            with mapped(region):
                return work(region)

        with ThreadPoolExecutor(max(len(regions), 1)) as pool:
            return list(pool.map(one, regions))
