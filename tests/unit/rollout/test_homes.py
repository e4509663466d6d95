"""A home that was edited is refused before anything is compared."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from fake_engine import HOME, STANDBYS, FakeEngine, small_fleet

from tapstack.engines.engine import Standing
from tapstack.errors import RefusedError
from tapstack.plan.model import Unit
from tapstack.plan.planning import make
from tapstack.rollout.homes import refuse_moved


class ByRegion(FakeEngine):
    """The shared unit stands in one region, whatever the plan says."""

    shared_in = ""
    asked: tuple[str, ...] = ()

    def inspect(self, units: Sequence[Unit]) -> dict[str, Standing]:
        self.asked += tuple(unit.region for unit in units)
        return {unit.id: Standing.STANDS if unit.region == self.shared_in else Standing.ABSENT for unit in units}


def engine(home: str, shared_in: str) -> ByRegion:
    fleet, _ = small_fleet()
    found = ByRegion(make(fleet.model_copy(update={"home": home}), "dev"))
    found.shared_in = shared_in
    return found


def test_a_home_that_was_edited_names_the_standing_one_and_failover() -> None:
    moved = engine(STANDBYS[0], shared_in=HOME)
    with pytest.raises(RefusedError) as refused:
        refuse_moved(moved, moved.plan)
    assert HOME in refused.value.summary
    assert refused.value.command == f"tapstack failover --to {STANDBYS[0]}"


def test_the_standing_home_is_found_without_asking_another_region() -> None:
    unmoved = engine(HOME, shared_in=HOME)
    refuse_moved(unmoved, unmoved.plan)
    assert unmoved.asked == (HOME,)


def test_a_fleet_that_stands_nowhere_has_no_home_to_leave() -> None:
    new = engine(HOME, shared_in="nowhere")
    refuse_moved(new, new.plan)


def test_a_deployment_that_did_not_ask_for_what_is_shared_asks_nobody() -> None:
    partial = engine(STANDBYS[0], shared_in=HOME)
    refuse_moved(partial, partial.plan, {"regional/us-west-2": Standing.STANDS})
    assert partial.asked == ()
