"""What must hold after a wave: it stands, it answers, and no alarm began to ring."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from fake_engine import HOME, STANDBYS, World, world

from tapstack.engines import drift_metric
from tapstack.plan.model import Unit, UnitKind
from tapstack.plan.names import NameKind, name_of
from tapstack.rollout import gates
from tapstack.rollout.gates import Problem

NAME = "small-dev-table-items-throttled"


@pytest.fixture
def all_stand(tmp_path: Path) -> World:
    made = world(tmp_path)
    made.stand()
    return made


def _regional(made: World) -> list[Unit]:
    return [unit for unit in made.plan.units if unit.kind is UnitKind.REGIONAL]


def _answering(made: World, patience: float) -> list[Problem]:
    run = made.run
    return gates.answering(run.fleet, run.plan, run.target, _regional(made), run.stopping, patience=patience)


def _quiet(
    made: World, *, before: frozenset[Problem] = frozenset(), bake: float = 0, patience: float = 0
) -> list[Problem]:
    run = made.run
    return gates.quiet(run.plan, run.target, [HOME], run.stopping, before=before, bake=bake, patience=0)


def test_what_is_broken_or_absent_does_not_stand(all_stand: World) -> None:
    assert gates.standing(all_stand.engine, all_stand.plan.units) == []
    all_stand.engine.broken.add(f"regional/{HOME}")
    del all_stand.engine.stands[f"foundation/{STANDBYS[0]}"]
    problems = dict(gates.standing(all_stand.engine, all_stand.plan.units))
    assert problems == {
        HOME: f"regional/{HOME} is broken",
        STANDBYS[0]: f"foundation/{STANDBYS[0]} is absent",
    }


def test_each_region_is_asked_by_its_own_address(all_stand: World) -> None:
    assert _answering(all_stand, patience=0) == []
    assert set(all_stand.target.asked) == {HOME, *STANDBYS}


def test_only_the_region_that_does_not_answer_is_named(all_stand: World) -> None:
    all_stand.target.sick = {STANDBYS[1]}
    ((region, problem),) = _answering(all_stand, patience=0)
    assert region == STANDBYS[1]
    assert problem == f"https://b2.execute-api.{region}.amazonaws.com/health answers 500"


def test_a_region_may_take_a_while_until_it_answers(all_stand: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gates.PAUSE_SECONDS, False, 0.01)
    all_stand.target.sick = {STANDBYS[0]}
    all_stand.target.healed_after = 2
    assert _answering(all_stand, patience=5) == []


def test_foundations_have_nothing_to_answer(all_stand: World) -> None:
    run = all_stand.run
    units = [unit for unit in all_stand.plan.units if unit.kind is not UnitKind.REGIONAL]
    assert gates.answering(run.fleet, run.plan, run.target, units, run.stopping, patience=0) == []
    assert all_stand.target.asked == []


def test_an_alarm_of_the_fleet_that_rings_is_a_problem(all_stand: World) -> None:
    assert _quiet(all_stand) == []
    all_stand.target.ringing[HOME] = ["another-fleet", NAME]
    assert _quiet(all_stand) == [(HOME, f"the alarm {NAME} rings")]


def test_an_alarm_on_drift_is_no_fault_of_a_wave(all_stand: World) -> None:
    """The one on nobody having looked rings from the first minute."""
    plan = all_stand.plan
    for alarm in drift_metric.alarms_of(plan, every=86_400):
        name = name_of(NameKind.ALARM, plan.fleet, plan.environment, alarm.name).text
        all_stand.target.ringing.setdefault(HOME, []).append(name)
    assert len(all_stand.target.ringing[HOME]) == 2
    assert _quiet(all_stand) == []


def test_an_alarm_that_rang_before_is_no_fault_of_the_wave(all_stand: World) -> None:
    all_stand.target.ringing[HOME] = [NAME]
    before = gates.ringing(all_stand.plan, all_stand.target, [HOME])
    assert _quiet(all_stand, before=before) == []


def test_an_alarm_that_begins_while_the_wave_bakes_is_a_problem(
    all_stand: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(gates.PAUSE_SECONDS, False, 0.02)
    later = threading.Timer(0.1, lambda: all_stand.target.ringing.update({HOME: [NAME]}))
    later.start()
    try:
        assert _quiet(all_stand, bake=5) == [(HOME, f"the alarm {NAME} rings")]
    finally:
        later.cancel()


def test_nobody_bakes_on_once_a_person_stops(all_stand: World) -> None:
    all_stand.run.stopping.ask(by_person=True)
    assert _quiet(all_stand, bake=600) == []


def test_probing_tells_of_every_region(all_stand: World) -> None:
    all_stand.target.sick = {HOME}
    run = all_stand.run
    told = {endpoint.region: bool(problem) for endpoint, problem in gates.probe(run.fleet, run.plan, run.target)}
    assert told == {HOME: True, STANDBYS[0]: False, STANDBYS[1]: False}
