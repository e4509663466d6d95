"""Units side by side with a bound, in the order of creation or of change, and only what was asked for."""

from __future__ import annotations

import threading
from collections.abc import Collection

import pytest
from fake_engine import HOME, REGIONS, STANDBYS, small_fleet

from tapstack.engines.engine import Standing
from tapstack.errors import DeploymentError, LockedError, RefusedError
from tapstack.plan.model import Plan, Unit, UnitKind
from tapstack.rollout.stopping import Stopping
from tapstack.rollout.watch import Outcome
from tapstack.rollout.waves import WaveResult, chosen_waves, run_wave

PLAN = small_fleet()[1]
CANARY = small_fleet(order="standby-first")[1]
FOUNDATIONS = [PLAN.unit(f"foundation/{region}") for region in REGIONS]


def _standing(plan: Plan, absent: Collection[str] = ()) -> dict[str, Standing]:
    return {unit.id: Standing.ABSENT if unit.id in absent else Standing.STANDS for unit in plan.units}


@pytest.mark.parametrize("parallel", [1, 2, 3])
def test_no_more_units_than_the_bound_go_side_by_side(parallel: int) -> None:
    under_way, most, mutex = 0, 0, threading.Lock()
    full = threading.Barrier(parallel)

    def work(unit: Unit) -> Outcome:
        nonlocal under_way, most
        with mutex:
            under_way += 1
            most = max(most, under_way)
        if unit in FOUNDATIONS[:parallel]:
            full.wait(timeout=5)
        with mutex:
            under_way -= 1
        return Outcome.DONE

    result = run_wave(FOUNDATIONS, work, parallel=parallel, stopping=Stopping())
    assert most == parallel
    assert set(result.changed) == {unit.id for unit in FOUNDATIONS}


def test_a_failure_lets_what_has_begun_end_and_begins_nothing_new() -> None:
    both_began, first_failed = threading.Barrier(2), threading.Event()

    def work(unit: Unit) -> Outcome:
        both_began.wait(timeout=5)
        if unit is FOUNDATIONS[0]:
            first_failed.set()
            raise ValueError("no")
        first_failed.wait(timeout=5)
        return Outcome.DONE

    stopping = Stopping()
    result = run_wave(FOUNDATIONS, work, parallel=2, stopping=stopping)
    first, second, third = (unit.id for unit in FOUNDATIONS)
    assert result.outcomes == {first: Outcome.FAILED, second: Outcome.DONE, third: Outcome.STOPPED}
    told = result.error("failed", "Again.")
    assert type(told) is DeploymentError
    assert (told.summary, told.detail) == (
        f"{first} failed; nothing after it was begun.",
        f"  {first}: ValueError: no\n\nAgain.",
    )
    assert stopping.is_asked
    assert not stopping.by_person


def test_failures_of_one_kind_keep_their_kind_and_others_do_not() -> None:
    lost = WaveResult(errors={"a": LockedError("Taken over.", "By Ann."), "b": LockedError("Taken over.")})
    assert type(lost.error("failed", "")) is LockedError
    assert "a: Taken over. By Ann." in lost.error("failed", "").detail
    mixed = WaveResult(errors={"a": LockedError("Taken over."), "b": RefusedError("No.", command="tapstack plan")})
    assert type(mixed.error("failed", "")) is DeploymentError
    assert mixed.error("failed", "").command == ""
    only = WaveResult(errors={"b": RefusedError("No.", command="tapstack plan")})
    assert only.error("failed", "").command == "tapstack plan"


def test_nothing_begins_once_somebody_asked_to_stop() -> None:
    stopping = Stopping()
    stopping.ask(by_person=True)
    result = run_wave(FOUNDATIONS, lambda _: pytest.fail("began"), parallel=2, stopping=stopping)
    assert set(result.outcomes.values()) == {Outcome.STOPPED}


def _names(plan: Plan, standing: dict[str, Standing]) -> list[str]:
    return [wave.name for wave in chosen_waves(plan, standing, (), ())]


def test_the_first_deployment_begins_at_home_whatever_the_order_of_changes() -> None:
    order = ["foundation", "global", "home", "standbys"]
    nothing = {unit.id: Standing.ABSENT for unit in CANARY.units}
    assert _names(PLAN, nothing) == _names(CANARY, nothing) == _names(PLAN, _standing(PLAN)) == order


def test_a_change_may_prove_itself_in_the_standbys_first() -> None:
    assert _names(CANARY, _standing(CANARY)) == ["foundation", "global", "standbys", "home"]
    without_home = _standing(CANARY, [f"regional/{HOME}"])
    assert _names(CANARY, without_home) == ["foundation", "global", "home", "standbys"]


def test_only_chosen_regions_and_waves_go() -> None:
    waves = chosen_waves(PLAN, _standing(PLAN), [STANDBYS[0]], ())
    assert {unit for wave in waves for unit in wave.units} == {
        f"{kind}/{STANDBYS[0]}" for kind in (UnitKind.FOUNDATION, UnitKind.REGIONAL)
    }
    assert [wave.name for wave in chosen_waves(PLAN, _standing(PLAN), (), ["home", "foundation"])] == [
        "foundation",
        "home",
    ]


def test_a_choice_that_lacks_what_it_needs_is_refused_with_all_that_it_lacks() -> None:
    standing = _standing(PLAN, [f"regional/{HOME}", f"global/{HOME}", f"regional/{STANDBYS[0]}"])
    with pytest.raises(RefusedError) as refused:
        chosen_waves(PLAN, standing, [STANDBYS[0]], ())
    assert f"global/{HOME}, regional/{HOME}" in refused.value.detail
    chosen_waves(PLAN, standing, [STANDBYS[0], HOME], ())


def test_what_is_needed_and_is_broken_does_not_stand() -> None:
    standing = _standing(PLAN, [f"regional/{STANDBYS[0]}"]) | {f"global/{HOME}": Standing.BROKEN}
    with pytest.raises(RefusedError, match="needs more"):
        chosen_waves(PLAN, standing, [STANDBYS[0]], ())


def test_a_standby_that_stands_is_changed_without_a_look_at_other_regions() -> None:
    known = {unit.id: Standing.STANDS for unit in PLAN.units if unit.region == STANDBYS[0]}
    waves = chosen_waves(PLAN, known, [STANDBYS[0]], ())
    assert [wave.name for wave in waves] == ["foundation", "standbys"]
