"""What must hold after a wave before the next one begins: it stands, it answers, and its alarms are quiet."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence

from tapstack.engines import drift_metric
from tapstack.engines.engine import Engine, Standing
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan, Unit, UnitKind
from tapstack.rollout.endpoints import Endpoint, endpoints
from tapstack.rollout.stopping import Stopping
from tapstack.targets.target import Target

PATIENCE_SECONDS = {True: 900.0, False: 180.0}
"""How long a region may take until it answers and is quiet, by whether the target is real: functions start cold, and
load balancers look at their targets first. Alarms get their `memory` besides."""
PAUSE_SECONDS = {True: 5.0, False: 0.5}
"""Between two looks, by whether the target is real."""

Problem = tuple[str, str]
"""The region, and what is wrong there."""


def standing(engine: Engine, units: Sequence[Unit]) -> list[Problem]:
    """Hold that every unit of the wave stands."""
    found = engine.inspect(units)
    return [(unit.region, f"{unit.id} is {found[unit.id]}") for unit in units if found[unit.id] is not Standing.STANDS]


def answering(
    fleet: Fleet, plan: Plan, target: Target, units: Sequence[Unit], stopping: Stopping, *, patience: float
) -> list[Problem]:
    """Hold that each region of the wave answers at its health paths, within some patience."""
    waiting = [
        endpoint
        for unit in units
        if unit.kind is UnitKind.REGIONAL
        for endpoint in endpoints(fleet, plan, target, unit.region)
    ]
    deadline = time.monotonic() + patience
    while True:
        problems = [(endpoint, problem) for endpoint in waiting if (problem := endpoint.problem(target))]
        if not problems:
            return []
        if time.monotonic() > deadline:
            return [(endpoint.region, problem) for endpoint, problem in problems]
        waiting = [endpoint for endpoint, _ in problems]
        if stopping.pause(PAUSE_SECONDS[target.is_real]):
            return []


def memory(fleet: Fleet) -> float:
    """How long an alarm rings on after what it rang for is over: the periods that it looks back on."""
    thresholds = fleet.observability.thresholds
    return float(thresholds.period * thresholds.evaluations)


def ringing(plan: Plan, target: Target, regions: Collection[str]) -> frozenset[Problem]:
    """The fleet's alarms that ring, by region; those on drift tell nothing of how a deployment went."""
    return frozenset((region, name) for region in regions for name in _ringing_in(plan, target, region))


def quiet(
    plan: Plan,
    target: Target,
    regions: Collection[str],
    stopping: Stopping,
    *,
    before: frozenset[Problem],
    bake: float,
    patience: float,
) -> list[Problem]:
    """Hold that no alarm rings, and that none begins to while the wave bakes.

    An alarm that rang before the wave is no fault of it; one that rings at first, as while a region still starts, may
    become quiet within some patience.
    """
    deadline = time.monotonic() + patience
    while new := ringing(plan, target, regions) - before:
        if time.monotonic() > deadline:
            return _in_words(new)
        if stopping.pause(PAUSE_SECONDS[target.is_real]):
            return []
    baked = time.monotonic() + bake
    while (left := baked - time.monotonic()) > 0:
        if stopping.pause(min(left, PAUSE_SECONDS[target.is_real])):
            return []
        new = ringing(plan, target, regions) - before
        if new:
            return _in_words(new)
    return []


def _in_words(ringing: Collection[Problem]) -> list[Problem]:
    return [(region, f"the alarm {name} rings") for region, name in sorted(ringing)]


def probe(fleet: Fleet, plan: Plan, target: Target) -> Iterator[tuple[Endpoint, str]]:
    """Ask every region once: each endpoint with what is wrong, or nothing."""
    for region in plan.regions:
        for endpoint in endpoints(fleet, plan, target, region.name):
            yield endpoint, endpoint.problem(target)


def _ringing_in(plan: Plan, target: Target, region: str) -> Iterator[str]:
    pages = (
        target.client("cloudwatch", region)
        .get_paginator("describe_alarms")
        .paginate(AlarmNamePrefix=f"{plan.fleet}-{plan.environment}-", StateValue="ALARM")
    )
    for page in pages:
        names = (alarm["AlarmName"] for alarm in page["MetricAlarms"])
        yield from (name for name in names if not drift_metric.is_on_drift(plan, name))
