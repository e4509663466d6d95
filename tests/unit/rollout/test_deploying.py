"""Wave after wave with a gate behind each; what fails stops what has not begun, and only itself is put back."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import pytest
from fake_engine import HOME, STANDBYS, World, world

from tapstack.errors import (
    AwsError,
    CredentialsError,
    DeploymentError,
    InterruptedDeploymentError,
    LockedError,
)
from tapstack.plan.model import Unit, UnitKind
from tapstack.rollout import gates
from tapstack.rollout.deploying import Deployment, GateSettings
from tapstack.rollout.entries import Outcome as StepOutcome
from tapstack.rollout.looking import preview
from tapstack.rollout.settling import settle_in
from tapstack.rollout.watch import Outcome
from tapstack.rollout.waves import chosen_waves

FIRST, SECOND = STANDBYS
ALARM = "small-dev-table-items-throttled"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gates.PAUSE_SECONDS, False, 0.01)


def deploy(
    made: World,
    *,
    regions: Collection[str] = (),
    bake: float = 0,
    patience: float = 0,
    memory: float = 0,
    check: Callable[[], None] = lambda: None,
) -> Mapping[str, Outcome]:
    run = made.run
    chosen = chosen_waves(made.plan, settle_in(run, regions), regions, ())
    units = [made.plan.unit(unit) for wave in chosen for unit in wave.units]
    shown = {change.unit: change for change in preview(run.engine, units)}
    record = run.journal.begin(
        verb="deploy", plan=made.plan, target=run.target, units=[unit.id for unit in units], digests={}
    )
    with record.ending() as ending:
        outcomes = Deployment(run, record, shown, GateSettings(bake, patience, memory), check=check).through(chosen)
        ending.succeeded()
    return outcomes


@pytest.fixture
def empty(tmp_path: Path) -> World:
    return world(tmp_path)


@pytest.fixture
def standing(empty: World) -> World:
    """The first text stands, the second one is described."""
    empty.stand("first")
    empty.engine.wanted = "second"
    return empty


def _kinds(applied: list[str]) -> list[str]:
    return list(dict.fromkeys(unit.split("/")[0] if unit != f"regional/{HOME}" else "home" for unit in applied))


def test_foundations_come_first_then_what_is_shared_then_home_then_standbys(empty: World) -> None:
    outcomes = deploy(empty)
    applied = empty.engine.of("apply")
    assert _kinds(applied) == ["foundation", "global", "home", "regional"]
    assert set(outcomes) == set(applied) == {unit.id for unit in empty.plan.units}
    assert set(outcomes.values()) == {Outcome.DONE}
    assert [name for name, ok, _ in empty.log.gates if ok] == ["foundation", "global", "home", "standbys"]
    assert empty.run.journal.history()[0].outcome is StepOutcome.DONE


def test_artifacts_are_published_once_in_each_region_that_changes_before_anything_else(standing: World) -> None:
    for unit in standing.plan.units:
        if unit.region != FIRST:
            standing.engine.stands[unit.id] = "second"
    deploy(standing)
    assert standing.engine.of("publish") == [FIRST]
    assert next(step for step, _ in standing.engine.log if step != "preview") == "publish"
    assert {unit.split("/")[1] for unit in standing.engine.of("apply")} == {FIRST}


def test_what_is_as_described_is_not_touched(standing: World) -> None:
    standing.engine.wanted = "first"
    standing.engine.stands[f"regional/{FIRST}"] = "zero"
    outcomes = deploy(standing)
    assert standing.engine.of("apply") == [f"regional/{FIRST}"]
    assert [unit for unit, outcome in outcomes.items() if outcome is Outcome.DONE] == [f"regional/{FIRST}"]


@pytest.mark.parametrize("parallel", [1, 2])
def test_the_fleet_s_bound_holds(tmp_path: Path, parallel: int) -> None:
    made = world(tmp_path, parallel=parallel)
    made.engine.seconds = 0.02
    deploy(made)
    assert made.engine.most == parallel


def test_an_update_may_prove_itself_in_the_standbys_and_home_comes_last(tmp_path: Path) -> None:
    made = world(tmp_path, order="standby-first")
    made.stand("first")
    made.engine.wanted = "second"
    deploy(made)
    assert made.engine.of("apply")[-1] == f"regional/{HOME}"
    assert made.log.waves == ["foundation", "global", "standbys", "home"]


def test_just_what_was_shown_is_applied(standing: World) -> None:
    def change_the_description(step: str, _unit: Unit) -> None:
        if step == "apply":
            standing.engine.wanted = "third"

    standing.engine.during = change_the_description
    deploy(standing)
    assert set(standing.engine.stands.values()) == {"second"}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DeploymentError("AWS said no."), DeploymentError.exit_code),
        (CredentialsError("Expired."), CredentialsError.exit_code),
        (AwsError("No answer."), AwsError.exit_code),
    ],
)
def test_a_home_that_fails_keeps_standbys_from_beginning_and_its_kind_of_error(
    standing: World, error: Exception, code: int
) -> None:
    standing.engine.failing[f"regional/{HOME}"] = error
    with pytest.raises(DeploymentError if code == DeploymentError.exit_code else type(error)) as failed:
        deploy(standing)
    assert failed.value.exit_code == code
    assert str(error) in failed.value.detail
    assert "2 not begun" in failed.value.detail
    assert f"regional/{FIRST}" not in standing.engine.of("apply")
    assert standing.engine.stands[f"regional/{HOME}"] == "first"
    assert standing.run.journal.history()[0].outcome is StepOutcome.FAILED


def test_two_failures_of_one_wave_are_told_together(standing: World) -> None:
    standing.engine.failing = {
        f"regional/{FIRST}": AwsError("It is out."),
        f"regional/{SECOND}": DeploymentError("It is full."),
    }
    both_began = threading.Barrier(2)
    standing.engine.during = lambda _, unit: both_began.wait(5) and None if unit.id in standing.engine.failing else None
    with pytest.raises(DeploymentError) as failed:
        deploy(standing)
    assert f"regional/{FIRST} and regional/{SECOND} failed" in failed.value.summary.replace(
        f"regional/{SECOND} and regional/{FIRST}", f"regional/{FIRST} and regional/{SECOND}"
    )
    assert "It is out." in failed.value.detail
    assert "It is full." in failed.value.detail
    assert standing.engine.stands[f"regional/{HOME}"] == "second"


def test_only_the_region_that_is_not_well_is_put_back(standing: World) -> None:
    standing.target.sick = {FIRST}
    with pytest.raises(DeploymentError, match="stands but is not well") as failed:
        deploy(standing)
    assert "answers 500" in failed.value.detail
    assert standing.engine.of("revert") == [f"regional/{FIRST}"]
    assert standing.engine.stands[f"regional/{FIRST}"] == "first"
    assert standing.engine.stands[f"regional/{SECOND}"] == "second"
    assert standing.engine.stands[f"foundation/{FIRST}"] == "second"
    assert f"regional/{FIRST} is what it was before." in standing.log.notes


def test_a_gate_that_stays_shut_keeps_later_waves_from_beginning(standing: World) -> None:
    standing.target.sick = {HOME}
    with pytest.raises(DeploymentError, match="stands but is not well"):
        deploy(standing)
    assert standing.log.waves == ["foundation", "global", "home"]
    assert [(name, ok) for name, ok, _ in standing.log.gates][-1] == ("home", False)
    assert standing.engine.stands[f"regional/{HOME}"] == "first"


def test_a_new_region_that_is_not_well_stays_to_be_looked_at(empty: World) -> None:
    empty.target.sick = {FIRST}
    with pytest.raises(DeploymentError):
        deploy(empty)
    assert f"regional/{FIRST}" in empty.engine.stands
    assert any("there is nothing to go back to" in note for note in empty.log.notes)


def test_a_run_after_one_that_ended_at_a_gate_does_not_pass_it_by(empty: World) -> None:
    empty.target.sick = {HOME}
    with pytest.raises(DeploymentError):
        deploy(empty)
    again = empty.again()
    with pytest.raises(DeploymentError, match="'home' stands but is not well"):
        deploy(again)
    assert again.engine.of("apply") == []
    empty.target.sick = set()
    assert deploy(empty.again())[f"regional/{FIRST}"] is Outcome.DONE


def test_an_alarm_that_begins_to_ring_shuts_the_gate_but_not_one_that_rang_before(standing: World) -> None:
    standing.target.ringing = {HOME: [ALARM]}
    deploy(standing)
    again = standing.again()
    again.engine.wanted = "third"
    again.engine.during = lambda step, unit: (
        again.target.ringing.update({FIRST: [ALARM]}) if (step, unit.id) == ("apply", f"regional/{FIRST}") else None
    )
    with pytest.raises(DeploymentError) as failed:
        deploy(again)
    assert f"{FIRST}: the alarm {ALARM} rings" in failed.value.detail
    assert HOME not in failed.value.detail


def test_a_person_who_stops_lets_what_has_begun_end_and_it_goes_on_from_there(standing: World) -> None:
    standing.engine.during = lambda _, unit: (
        standing.run.stopping.ask(by_person=True) if unit.kind is UnitKind.GLOBAL else None
    )
    with pytest.raises(InterruptedDeploymentError) as stopped:
        deploy(standing)
    assert "4 done, 3 stopped" in stopped.value.detail
    assert standing.engine.stands[f"global/{HOME}"] == "second"
    assert standing.engine.stands[f"regional/{HOME}"] == "first"
    assert standing.engine.of("revert") == []
    assert standing.run.journal.history()[0].outcome is StepOutcome.INTERRUPTED
    again = standing.again()
    again.engine.during = lambda _step, _unit: None
    deploy(again)
    assert _kinds(again.engine.of("apply")) == ["home", "regional"]


@pytest.mark.parametrize("what", ["answers", "alarms"])
def test_who_stops_while_a_gate_waits_puts_nothing_back(standing: World, what: str) -> None:
    if what == "answers":
        standing.target.sick = {HOME}
    else:
        standing.engine.during = lambda _, unit: (
            standing.target.ringing.update({HOME: [ALARM]}) if unit.id == f"regional/{HOME}" else None
        )
    timer = threading.Timer(0.3, lambda: standing.run.stopping.ask(by_person=True))
    timer.start()
    with pytest.raises(InterruptedDeploymentError):
        deploy(standing, patience=60)
    timer.join()
    assert standing.engine.of("revert") == []
    assert standing.engine.stands[f"regional/{HOME}"] == "second"
    assert f"regional/{FIRST}" not in standing.engine.of("apply")


def test_an_alarm_may_ring_for_as_long_as_it_remembers(standing: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gates.PAUSE_SECONDS, False, 0.02)
    becomes_quiet = threading.Timer(0.3, standing.target.ringing.clear)

    def ring(_: str, unit: Unit) -> None:
        if unit.id == f"regional/{HOME}":
            standing.target.ringing.update({HOME: [ALARM]})
            becomes_quiet.start()

    standing.engine.during = ring
    assert deploy(standing, memory=60)[f"regional/{FIRST}"] is Outcome.DONE
    becomes_quiet.join()


def test_a_lost_lock_keeps_the_next_unit_from_beginning(standing: World) -> None:
    left = [3]

    def check() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise LockedError("Taken over.")

    with pytest.raises(LockedError):
        deploy(standing, check=check)
    assert len(standing.engine.of("apply")) == 3


def test_what_is_being_changed_already_is_waited_for(standing: World) -> None:
    standing.engine.busy = {f"regional/{HOME}"}
    deploy(standing)
    assert standing.engine.of("settle") == [f"regional/{HOME}"]
    assert standing.engine.stands[f"regional/{HOME}"] == "second"


def test_what_is_broken_is_deployed_again(standing: World) -> None:
    standing.engine.wanted = "first"
    standing.engine.broken = {f"regional/{FIRST}"}
    deploy(standing)
    assert standing.engine.of("apply") == [f"regional/{FIRST}"]


def test_regions_that_are_not_chosen_are_not_asked(standing: World) -> None:
    deploy(standing, regions=[FIRST])
    assert {unit.split("/")[1] for unit in standing.engine.of("apply")} == {FIRST}
    assert set(standing.target.asked) == {FIRST}


def test_whoever_is_taken_over_from_while_a_change_is_prepared_does_not_make_it(empty: World) -> None:
    one_by_one, lost = threading.Lock(), threading.Event()
    with contextlib.ExitStack() as others:

        def taken_over(step: str, unit: Unit) -> None:
            # Units go side by side: those that come second wait here until the lock is lost.
            with one_by_one:
                if not lost.is_set():
                    others.enter_context(empty.run.journal.lock("deploy", take_over=True))
                    lost.set()

        empty.engine.during = taken_over
        with pytest.raises(LockedError) as caught, empty.run.locked("deploy", take_over=False) as held:
            deploy(empty, check=held.check)
    assert "taken over" in caught.value.detail
    assert empty.engine.stands == {}
