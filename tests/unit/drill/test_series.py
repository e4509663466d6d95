"""What a chart is drawn from."""

from __future__ import annotations

import pytest

from tapstack.drill.observations import Look, Request, Write
from tapstack.drill.record import Outcome
from tapstack.drill.series import percentile, series, step_of


@pytest.mark.parametrize(("length", "step"), [(30, 0.5), (120, 1), (340, 5), (1000, 10), (3600, 50)])
def test_steps_are_round_and_not_too_many(length: float, step: float) -> None:
    assert step_of(length) == step
    assert length / step <= 120


def test_everything_observed_is_counted_once() -> None:
    requests = [
        Request("a", "cached", 0.1, 0.05, "us-east-1", ok=True),
        Request("a", "cached", 0.2, 3.0, "us-east-1", ok=True),
        Request("b", "fresh", 0.3, 0.01, "us-east-1", ok=False),
        Request("b", "fresh", 9.0, 0.02, "eu-west-1", ok=True),
    ]
    looks = [
        Look(0, "app", "us-east-1", "us-east-1", 60, 0.001),
        Look(1, "app", "us-east-1", "us-east-1", 60, 0.001),
        Look(2, "app", "us-east-1", "eu-west-1", 60, 0.001),
    ]
    writes = [
        Write("tables.items", "w", 1, "k1", "us-east-1", 0.1, 0.2),
        Write("tables.items", "w", 2, "k2", "us-east-1", 0.3, None),
    ]
    found = series(requests, looks, writes, slow_after=2)
    assert found.step == 0.5
    assert {(one.at, one.outcome, one.count, one.client) for one in found.requests} == {
        (0.0, Outcome.OK, 1, "cached"),
        (0.0, Outcome.SLOW, 1, "cached"),
        (0.0, Outcome.FAILED, 1, "fresh"),
        (9.0, Outcome.OK, 1, "fresh"),
    }
    assert [(one.at, one.count, one.p50, one.p99) for one in found.latencies] == [(0, 2, 50, 3000), (9, 1, 20, 20)]
    assert [(one.at, one.region) for one in found.dns] == [(0, "us-east-1"), (2, "eu-west-1")]
    assert {(one.outcome, one.count) for one in found.writes} == {("acknowledged", 1), ("failed", 1)}


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(value) for value in range(1, 101)]
    assert [percentile(values, percent) for percent in (0, 50, 95, 99, 100)] == [1, 50, 95, 99, 100]
    assert percentile([], 50) == 0
