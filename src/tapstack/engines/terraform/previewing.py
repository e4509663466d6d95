"""What deploying a unit would do: what Terraform says, or what the modules say where it cannot be asked yet."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from tapstack.engines.engine import Action, Progress, ResourceChange, Standing, Tell, UnitChanges
from tapstack.engines.terraform import (
    elsewhere,
    failed_over,
    made,
    made_anew,
    plans,
    predicting,
    problems,
    protection,
    raised,
)
from tapstack.engines.terraform.adopting import Adoption, adopted
from tapstack.engines.terraform.protection import Overrides
from tapstack.engines.terraform.running import Ended
from tapstack.engines.terraform.site import Site
from tapstack.engines.terraform.states import Mark, Stage, State
from tapstack.engines.terraform.workspace import Planned

DATABASES = ("aws_db_instance", "aws_rds_cluster", "aws_rds_global_cluster")
UNSAVED = "the state that the last run could not save is put back first; until then this compares with an older one"


@dataclass(frozen=True)
class Preview:
    """Everything that is known of one unit at the moment."""

    site: Site
    state: State | None
    mark: Mark | None
    lacks_needs: Callable[[], bool]
    """Whether something that the unit looks up is missing, or about to change."""

    @property
    def standing(self) -> Standing:
        """What there is of the unit."""
        if self.site.workspace.running is not None:
            return Standing.BUSY
        return self.site.standing(self.state, self.mark)

    def changes(self) -> UnitChanges:
        """Have Terraform compare, if it can know."""
        if self.state is None and (self.lacks_needs() or not self.site.store.bucket.is_there()):
            return self._predicted()
        planned = self.ask()
        if isinstance(planned, Ended):
            if self.lacks_needs():
                return self._predicted()
            raise self.site.workspace.error(planned)
        return self.of(planned)

    def ask(self) -> Planned | Ended:
        """Have Terraform plan. What the fleet retains is let go and not destroyed; what has to be is shown as that."""
        made_anew.refuse_strangers(self.site)
        workspace = self.site.workspace
        before = self.site.standing_module(self.mark)
        after = self.site.written.module
        leaving: Collection[str] = ()
        if before is not None and self.state is not None:
            leaving = protection.leaving(before.module, after, self.state)
        workspace.let_go(tuple(leaving))
        workspace.adopt({})
        planned = self._plan()
        if self.mark is not None and self.mark.stage is Stage.APPLYING:
            planned = Adoption(workspace, made.note(workspace.notes), self._plan, self.site.look).search(planned)
        return planned

    def take_over(self, tell: Tell) -> None:
        """Have the state know what the last apply has made and had no time to write down."""
        workspace = self.site.workspace
        planned = self.ask()
        if isinstance(planned, Ended):
            return
        found = adopted(workspace.show(planned).get("resource_changes", ())) if planned.has_changes else {}
        planned.file.unlink(missing_ok=True)
        workspace.adopt({})
        for address, identity in found.items():
            unit = self.site.unit.id
            tell(Progress(unit, 0, 1, note=f"{unit}: {_taken_over(address, identity)}"))
            workspace.take_over(address, identity)

    def _plan(self) -> Planned | Ended:
        workspace = self.site.workspace
        workspace.override({})
        planned = self._run()
        if isinstance(planned, Ended) and problems.protected(planned.diagnostics):
            # Terraform names only the first of them, and a person is asked for every one.
            unprotected = protection.unprotected(protection.kept(self.site.written.module))
            workspace.override(unprotected)
            return self._spare(self._run(), unprotected)
        return self._spare(planned, {})

    def _spare(self, planned: Planned | Ended, others: Overrides) -> Planned | Ended:
        """Plan once more where it would undo what a failover or AWS itself did, and no deployment takes back."""
        workspace = self.site.workspace
        if isinstance(planned, Ended) or not planned.has_changes or not self.site.fleet.databases:
            return planned
        shown, module = workspace.show(planned), self.site.written.module
        spared = {**failed_over.overrides(shown, self.site.rests, module), **raised.overrides(shown, module)}
        if not spared:
            return planned
        workspace.override({**others, **{kind: {**others.get(kind, {}), **spared[kind]} for kind in spared}})
        return self._run()

    def _run(self) -> Planned | Ended:
        return self.site.workspace.plan("deploy", "-lock=false", *elsewhere.options(self.site.silent))

    def of(self, planned: Planned) -> UnitChanges:
        """The changes of a plan."""
        unit, others = self.site.unit.id, self._notes()
        if not planned.has_changes:
            planned.file.unlink(missing_ok=True)
            return UnitChanges(unit, self.standing, others=others)
        shown = self.site.workspace.show(planned)
        resources = plans.resource_changes(shown)
        others = (*others, *(_taken_over(*each) for each in adopted(shown.get("resource_changes", ())).items()))
        others = (*others, *map(_guarded, protection.guarded(self.state, resources)))
        if self.site.silent:
            others = (*others, elsewhere.note(self.site.silent))
        return UnitChanges(
            unit,
            self.standing,
            resources,
            (*(plans.output_changes(shown) if self.state is not None else ()), *others),
            standbys_first=self._moves_version(resources),
            token=str(planned.file),
        )

    def _predicted(self) -> UnitChanges:
        site = self.site
        before = {}
        if self.state is not None and self.state.instances:
            former = site.standing_module(self.mark)
            before = dict((former or site.written).module)
        is_home = site.unit.region == site.plan.home
        resources = predicting.resource_changes(before, site.written.module, is_home=is_home)
        return UnitChanges(site.unit.id, self.standing, resources, self._notes(), is_predicted=True)

    def _notes(self) -> tuple[str, ...]:
        return (UNSAVED,) if self.site.recovery().unsaved is not None else ()

    def _moves_version(self, resources: Collection[ResourceChange]) -> bool:
        """Tell whether a database that other regions follow changes its version.

        https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-upgrade.html
        """
        return any(database.cross_region for database in self.site.fleet.databases.values()) and any(
            change.kind in DATABASES
            and change.action is not Action.ADD
            and any(part.path == "engine_version" for part in change.properties)
            for change in resources
        )


def _taken_over(address: str, identity: str) -> str:
    return f"{address} is taken over: a run that did not end has made {identity}"


def _guarded(address: str) -> str:
    return f"AWS protects {address} from being deleted: deploying this is refused until the protection is off"
