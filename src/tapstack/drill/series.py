"""From what was observed to what a chart is drawn from: counts by step of the timeline."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from tapstack.drill.observations import Look, Request, Write
from tapstack.drill.record import DnsAnswer, Latency, Outcome, RequestCount, Series, WriteCount

STEPS = 120
"""About so many steps make a readable chart."""


def step_of(length: float) -> float:
    """A round step that divides a timeline of that length into a readable number of parts."""
    wanted = max(length / STEPS, 0.5)
    size = 10 ** math.floor(math.log10(wanted))
    return float(next(size * factor for factor in (1, 2, 5, 10) if size * factor >= wanted))


def outcome(request: Request, slow_after: float) -> Outcome:
    """How a request ended."""
    if not request.ok:
        return Outcome.FAILED
    return Outcome.SLOW if request.took_seconds > slow_after else Outcome.OK


def request_counts(requests: Iterable[Request], step: float, slow_after: float) -> tuple[RequestCount, ...]:
    """Requests by step, region, outcome and kind of client."""
    counted = Counter((_begin(one.sent, step), one.region, outcome(one, slow_after), one.kind) for one in requests)
    return tuple(
        RequestCount(at=at, region=region, outcome=result, count=count, client=kind)
        for (at, region, result, kind), count in sorted(counted.items())
    )


def latencies(requests: Iterable[Request], step: float) -> tuple[Latency, ...]:
    """How long answers took, by step."""
    by_step: dict[float, list[float]] = {}
    for one in requests:
        if one.ok:
            by_step.setdefault(_begin(one.sent, step), []).append(one.took_seconds * 1000)
    return tuple(
        Latency(at=at, count=len(took), p50=percentile(took, 50), p95=percentile(took, 95), p99=percentile(took, 99))
        for at, took in sorted(by_step.items())
    )


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile, to the microsecond."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return round(ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)], 3)


def answers(looks: Iterable[Look], spread: Collection[str] = ()) -> tuple[DnsAnswer, ...]:
    """What DNS answered, where it changed; of `spread` names, whose answers change all the time, what came first."""
    last: dict[tuple[str, str], str] = {}
    found = []
    for one in looks:
        place = (one.name, one.client_region)
        if place not in last or (last[place] != one.region and one.name not in spread):
            last[place] = one.region
            found.append(
                DnsAnswer(at=one.at, name=one.name, client_region=one.client_region, region=one.region, ttl=one.ttl)
            )
    return tuple(found)


def write_counts(writes: Iterable[Write], step: float) -> tuple[WriteCount, ...]:
    """Writes by step, store, region and how they ended."""
    counted = Counter((_begin(one.sent, step), one.store, one.region, one.acknowledged is not None) for one in writes)
    return tuple(
        WriteCount(
            at=at, store=store, region=region, outcome="acknowledged" if is_acknowledged else "failed", count=count
        )
        for (at, store, region, is_acknowledged), count in sorted(counted.items())
    )


def series(
    requests: Sequence[Request],
    looks: Sequence[Look],
    writes: Sequence[Write],
    slow_after: float,
    spread: Collection[str] = (),
) -> Series:
    """All of it."""
    length = max((one.sent for one in requests), default=0.0)
    step = step_of(length)
    return Series(
        step=step,
        requests=request_counts(requests, step, slow_after),
        latencies=latencies(requests, step),
        dns=answers(looks, spread),
        writes=write_counts(writes, step),
    )


def _begin(at: float, step: float) -> float:
    return round(math.floor(at / step) * step, 6)
