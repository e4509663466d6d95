"""Two deployers of one environment: one works, the other one is told who does."""

from __future__ import annotations

import time
from typing import Any

from aftermath import (
    FLEET,
    Undisturbed,
    assert_is,
    assert_journal_is_closed,
    assert_nothing_half_made,
    folder_of,
    journal_of,
)
from disturbing import HOME, STANDBY, Deployer, fleet_text

from tapstack.rollout.holder import Holder

REGIONS = (HOME, STANDBY)
LOCKED = 12


def _wait_for_steps(bench: Any, deployer: Deployer) -> None:
    """Wait until the deployer changes something."""
    while not any(deployment.open for deployment in journal_of(bench.file, bench.sandbox).history()):
        assert not deployer.is_over, deployer.end().err
        time.sleep(0.05)


def _wait_for_holder(bench: Any, deployer: Deployer) -> None:
    """Wait until the deployer holds the lock."""
    lock = folder_of(bench.file, bench.sandbox) / "journal" / FLEET / "lock"
    while (holder := Holder.from_bytes(lock.read_bytes())) is None or holder.pid != deployer.process.pid:
        assert not deployer.is_over, deployer.end().err
        time.sleep(0.05)


def test_the_second_one_is_told_who_is_at_work_and_since_when(bench: Any) -> None:
    first = bench.start("deploy", "--yes")
    _wait_for_steps(bench, first)
    # Slow enough for the others to come in time.
    bench.sandbox.outage(STANDBY, latency_seconds=2)
    for verb in ("deploy", "destroy"):
        second = bench.run(verb, "--yes", expect=(LOCKED,))
        assert f"process {first.process.pid}" in second.err
        assert " since 20" in second.err
    bench.sandbox.restore()
    assert first.end().code == 0
    assert "nothing to do" in bench.run("deploy", "--yes").err


def test_one_that_takes_over_ends_the_other_one(bench: Any, undisturbed: Undisturbed) -> None:
    expected = undisturbed.of(fleet_text(2), REGIONS)
    first = bench.start("deploy", "--yes")
    _wait_for_steps(bench, first)
    # Slow enough for the other one to come in time.
    bench.sandbox.outage(STANDBY, latency_seconds=2)
    second = bench.start("deploy", "--yes", "--take-over")
    _wait_for_holder(bench, second)
    bench.sandbox.restore()
    ended, done = first.end(), second.end()
    assert done.code == 0, done.err
    assert ended.code == LOCKED, ended.err
    assert "taken over" in ended.err
    assert_is(expected.stands, bench.sandbox, REGIONS)
    assert_nothing_half_made(bench.sandbox, REGIONS)
    bench.run("deploy", "--yes")
    assert_journal_is_closed(bench.file, bench.sandbox)


def test_of_two_that_race_one_wins(bench: Any, undisturbed: Undisturbed) -> None:
    expected = undisturbed.of(fleet_text(2), REGIONS)
    racers = [bench.start("deploy", "--yes") for _ in range(2)]
    ended = [racer.end() for racer in racers]
    assert sorted(ran.code for ran in ended) == [0, LOCKED], "\n".join(ran.err for ran in ended)
    assert_is(expected.stands, bench.sandbox, REGIONS)
    assert_nothing_half_made(bench.sandbox, REGIONS)
    assert_journal_is_closed(bench.file, bench.sandbox)
