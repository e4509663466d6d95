"""The waves backwards, or one region alone; what stays is told, and what failed stops the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import nullcontext
from pathlib import Path

import pytest
from fake_engine import HOME, REGIONS, STANDBYS, World, world

from tapstack.engines.engine import Retained, Standing
from tapstack.errors import CredentialsError, DeploymentError, InterruptedDeploymentError, LockedError, RefusedError
from tapstack.plan.model import UnitKind
from tapstack.rollout.removing import Removal, removal_waves, tidy, units_to_ask
from tapstack.rollout.settling import settle

FIRST, SECOND = STANDBYS
KEPT = Retained(f"global/{HOME}", "AWS::DynamoDB::GlobalTable", "small-dev-items", "storage")


def destroy(
    made: World,
    regions: Collection[str] = (),
    *,
    delete_data: bool = False,
    check: Callable[[], None] = lambda: None,
) -> tuple[Retained, ...]:
    run, plan = made.run, made.plan
    waves = removal_waves(plan, settle(run, units_to_ask(plan, regions)), regions)
    units = [unit for wave in waves for unit in wave.units]
    record = run.journal.begin(verb="destroy", plan=plan, target=run.target, units=units, digests={})
    with record.ending() as ending:
        retained = Removal(run, record, delete_data=delete_data, check=check).through(waves, regions)
        ending.succeeded()
    return retained


def deployed(made: World) -> None:
    """Write down that the fleet was deployed again."""
    run, plan = made.run, made.plan
    with run.journal.begin(verb="deploy", plan=plan, target=run.target, units=(), digests={}).ending() as ending:
        ending.succeeded()


@pytest.fixture
def standing(tmp_path: Path) -> World:
    made = world(tmp_path)
    made.stand()
    return made


def test_everything_goes_backwards_and_what_deploying_made_for_itself_goes_last(standing: World) -> None:
    assert destroy(standing) == ()
    assert standing.engine.stands == {}
    assert standing.log.waves == ["standbys", "home", "global", "foundation"]
    assert standing.engine.log[-3:] == [("clean", region) for region in sorted(REGIONS)]


def test_a_standby_goes_alone_and_the_rest_stays_untouched(standing: World) -> None:
    destroy(standing, [FIRST])
    assert {unit for unit in standing.engine.stands if unit.endswith(FIRST)} == set()
    assert len(standing.engine.stands) == len(standing.plan.units) - 2
    assert standing.engine.of("clean") == [FIRST]
    assert {unit.split("/")[1] for unit in standing.engine.of("remove")} == {FIRST}


def test_what_a_killed_removal_had_no_time_to_tidy_up_goes_with_the_next(standing: World) -> None:
    for unit in [unit for unit in standing.engine.stands if unit.endswith(FIRST)]:
        del standing.engine.stands[unit]
    destroy(standing)
    assert sorted(standing.engine.of("clean")) == sorted(REGIONS)
    again = standing.again()
    tidy(again.run, (), nullcontext)
    assert sorted(again.engine.of("clean")[-len(REGIONS) :]) == sorted(REGIONS)


def test_nothing_is_tidied_up_where_something_stands(standing: World) -> None:
    tidy(standing.run, (), nullcontext)
    assert standing.engine.of("clean") == []


def test_only_regions_that_go_are_asked(standing: World) -> None:
    plan = standing.plan
    assert {unit.region for unit in units_to_ask(plan, [FIRST])} == {FIRST}
    assert {unit.region for unit in units_to_ask(plan, [HOME])} == set(REGIONS)
    assert {unit.region for unit in units_to_ask(plan, ())} == set(REGIONS)


def test_the_home_does_not_go_while_others_stay(standing: World) -> None:
    with pytest.raises(RefusedError, match=f"{HOME} is the home of regions that stay: {FIRST}, {SECOND}"):
        destroy(standing, [HOME])
    with pytest.raises(RefusedError, match=f"stay: {SECOND}"):
        destroy(standing, [HOME, FIRST])
    assert standing.engine.of("remove") == []
    destroy(standing, [FIRST, SECOND])
    destroy(standing.again(), [HOME])
    assert standing.engine.stands == {}


def test_what_is_not_there_is_not_removed(standing: World) -> None:
    del standing.engine.stands[f"regional/{FIRST}"]
    destroy(standing)
    assert f"regional/{FIRST}" not in standing.engine.of("remove")
    assert removal_waves(standing.plan, {unit.id: Standing.ABSENT for unit in standing.plan.units}, ()) == ()


def test_what_is_broken_or_being_changed_is_removed_too(standing: World) -> None:
    standing.engine.broken = {f"regional/{HOME}"}
    standing.engine.busy = {f"regional/{FIRST}"}
    destroy(standing)
    assert standing.engine.of("settle") == [f"regional/{FIRST}"]
    assert standing.engine.stands == {}


def test_what_is_retained_is_told_unless_the_data_goes(standing: World) -> None:
    standing.engine.retaining = {f"global/{HOME}": KEPT}
    assert destroy(standing) == (KEPT,)
    standing.stand()
    deployed(standing)
    assert destroy(standing.again(), delete_data=True) == ()


def test_what_an_earlier_removal_left_is_told_until_the_fleet_is_deployed_again(standing: World) -> None:
    standing.engine.retaining = {f"regional/{FIRST}": KEPT}
    assert destroy(standing, [FIRST]) == (KEPT,)
    assert destroy(standing.again()) == (KEPT,)
    assert standing.again().run.journal.left() == (KEPT,)
    deployed(standing)
    assert standing.again().run.journal.left() == ()


def test_a_removal_that_was_killed_has_told_the_journal_what_it_left(standing: World) -> None:
    standing.engine.retaining = {f"regional/{FIRST}": KEPT}
    standing.engine.failing = {f"regional/{HOME}": DeploymentError("In use.")}
    with pytest.raises(DeploymentError):
        destroy(standing)
    standing.engine.failing = {}
    assert destroy(standing.again()) == (KEPT,)


@pytest.mark.parametrize("error", [DeploymentError("In use."), CredentialsError("Expired.")])
def test_a_failure_stops_what_has_not_begun_and_a_second_run_goes_on(standing: World, error: Exception) -> None:
    standing.engine.failing = {f"regional/{HOME}": error}
    with pytest.raises(type(error)) as failed:
        destroy(standing)
    assert f"regional/{HOME}" in failed.value.summary  # type: ignore[attr-defined] # each is one of ours
    assert str(error) in failed.value.detail  # type: ignore[attr-defined] # each is one of ours
    assert {unit.split("/")[0] for unit in standing.engine.stands} == {"regional", "global", "foundation"}
    assert standing.engine.of("clean") == []
    standing.engine.failing = {}
    destroy(standing.again())
    assert standing.engine.stands == {}


def test_a_person_who_stops_keeps_the_next_wave_from_beginning(standing: World) -> None:
    standing.engine.during = lambda _, unit: (
        standing.run.stopping.ask(by_person=True) if unit.id == f"regional/{HOME}" else None
    )
    with pytest.raises(InterruptedDeploymentError):
        destroy(standing)
    assert {unit.split("/")[0] for unit in standing.engine.stands} == {"global", "foundation"}


def test_a_lost_lock_keeps_the_next_unit_from_being_removed(standing: World) -> None:
    def check() -> None:
        raise LockedError("Taken over.")

    with pytest.raises(LockedError):
        destroy(standing, check=check)
    assert len(standing.engine.stands) == len(standing.plan.units)


def test_no_more_go_side_by_side_than_the_fleet_says(tmp_path: Path) -> None:
    made = world(tmp_path, parallel=1)
    made.stand()
    destroy(made)
    assert made.engine.most == 1
    assert [unit.split("/")[0] for unit in made.engine.of("remove")].count(UnitKind.REGIONAL) == len(REGIONS)
