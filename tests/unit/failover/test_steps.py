"""Steps look before they act: what is done is passed over, what cannot be done yet is owed, all is written down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_engine import small_fleet

from tapstack.errors import AwsError, DeploymentError, InterruptedDeploymentError
from tapstack.failover.calls import Call
from tapstack.failover.steps import DONE, OWED, WAS_DONE, Step, take
from tapstack.rollout.entries import Outcome
from tapstack.rollout.journal import Journal
from tapstack.rollout.lock import LocalLock
from tapstack.rollout.stopping import Stopping
from tapstack.rollout.stores import LocalStore


class Place:
    """A target with one switch in it."""

    name, account, is_real = "fake", "000000000000", False

    def __init__(self) -> None:
        self.is_on = False
        self.calls: list[str] = []

    def client(self, service: str, region: str) -> Any:
        return self

    def turn_on(self, **_: Any) -> None:
        self.calls.append("turn_on")
        self.is_on = True

    def missing(self) -> str:
        return "" if self.is_on else "it is off"

    def step(self, **changes: Any) -> Step:
        told = {"region": "a", "name": "turn on", "why": "", "missing": self.missing, "calls": (CALL,), **changes}
        return Step(**told)


CALL = Call("rds", "turn_on", "a")


class Run:
    """Takes steps and keeps what the journal says of them."""

    def __init__(self, folder: Path, place: Place) -> None:
        self._journal = Journal(LocalStore(folder), LocalLock(folder / "lock"))
        self._place = place
        self.said: list[str] = []
        self.stopping = Stopping()

    def take(self, *steps: Step, check: Callable[[], None] = lambda: None) -> list[str]:
        plan = small_fleet()[1]
        target: Any = self._place
        record = self._journal.begin(verb="failover", plan=plan, target=target, units=(), digests={})
        with record.ending() as ending:
            taken = take(steps, target, record, self.stopping, check=check, say=lambda _, what: self.said.append(what))
            ending.succeeded()
        return [one.outcome for one in taken]

    def outcomes(self) -> list[Outcome]:
        return [ended.outcome for ended in self._journal.history(1)[0].ended]


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def run(tmp_path: Path, place: Place) -> Run:
    return Run(tmp_path, place)


def test_a_step_is_taken_once_and_passed_over_the_second_time(run: Run, place: Place) -> None:
    assert run.take(place.step()) == [DONE]
    assert run.take(place.step()) == [WAS_DONE]
    assert place.calls == ["turn_on"]


def test_what_has_begun_already_is_only_waited_for(run: Run, place: Place) -> None:
    looks: list[int] = []

    def missing() -> str:
        looks.append(1)
        return "" if len(looks) > 2 else "on its way"

    assert run.take(place.step(missing=missing, begun=lambda: True)) == [DONE]
    assert place.calls == []


def test_a_region_that_is_out_is_owed_its_step_and_the_others_go_on(run: Run, place: Place) -> None:
    def out() -> str:
        raise AwsError("Region b does not answer.")

    assert run.take(place.step(missing=out, may_be_owed=True), place.step()) == [OWED, DONE]
    assert run.outcomes() == [Outcome.FAILED, Outcome.DONE]


def test_a_step_that_must_not_be_left_out_ends_the_move(run: Run, place: Place) -> None:
    def out() -> str:
        raise AwsError("Region a does not answer.")

    with pytest.raises(AwsError):
        run.take(place.step(missing=out), place.step())
    assert place.calls == []


def test_what_never_comes_to_its_end_says_what_is_missing(run: Run, place: Place) -> None:
    with pytest.raises(DeploymentError, match="does not come to its end") as failed:
        run.take(place.step(missing=lambda: "still off", patience=0.0))
    assert "still off" in failed.value.detail


def test_nothing_is_begun_after_somebody_asked_to_stop(run: Run, place: Place) -> None:
    run.stopping.ask(by_person=True)
    with pytest.raises(InterruptedDeploymentError):
        run.take(place.step())
    assert place.calls == []


def test_a_lock_that_was_lost_stops_before_the_next_step(run: Run, place: Place) -> None:
    def lost() -> None:
        raise AwsError("The lock is somebody else's.")

    with pytest.raises(AwsError):
        run.take(place.step(), check=lost)
    assert place.calls == []
