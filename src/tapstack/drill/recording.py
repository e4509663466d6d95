"""Puts the record of a drill together."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tapstack.drill import series
from tapstack.drill.conditions import versions
from tapstack.drill.figuring import Audited, Seen, figures, instruments
from tapstack.drill.measuring import COUNTING_KINDS, by_client, dns_returned, returned
from tapstack.drill.record import (
    Criterion,
    DrillRecord,
    Event,
    EventKind,
    NameSettings,
    ScenarioTold,
    Settings,
    Span,
    Step,
)
from tapstack.drill.verdict import judge
from tapstack.rollout.holder import user

if TYPE_CHECKING:
    from tapstack.drill.running import Drill


def failed_back(drill: Drill, seen: Seen) -> float | None:
    """From the restore until DNS and every client that asks it again were back; None as long as one is not."""
    window = drill.window()
    grouped = by_client(seen.requests)
    each = [dns_returned(seen.looks, window, named.name, drill.spread) for named in drill.setting.names]
    each += [returned(one, window, drill.spread) for one in grouped.values() if one[0].kind in COUNTING_KINDS]
    return None if any(one is None for one in each) else max(one or 0.0 for one in each)


def record(drill: Drill, seen: Seen, audited: Mapping[str, Audited], others: Sequence[Criterion]) -> DrillRecord:
    """Everything that is needed to argue with the verdict."""
    setting = drill.setting
    end = drill.clock.now()
    window = drill.window(end=end)
    found = figures(seen, setting.names, setting.stores, audited, window, drill.slow_after)
    told = _settings(drill, seen)
    return DrillRecord(
        id=drill.id,
        fleet=setting.plan.fleet,
        environment=setting.plan.environment,
        engine=setting.plan.engine,
        target=setting.target.name,
        account=setting.target.account,
        home=setting.plan.home,
        regions=drill.regions,
        lost_region=drill.lost_region,
        who=f"{user()}@{platform.node()}",
        began=drill.began.isoformat(timespec="milliseconds"),
        ended=datetime.now(UTC).isoformat(timespec="milliseconds"),
        zero=drill.zero if drill.lost_region else None,
        restored=drill.restored if drill.lost_region else None,
        scenario=_scenario(drill),
        settings=told,
        instruments=instruments(
            seen,
            setting.stores,
            window,
            lag=drill.conditions.lag or 0.0,
            fault_took=drill.stepping.fault_took,
            factor=drill.clock.factor,
            conflicts_seen=drill.conflicts_seen,
        ),
        events=tuple(sorted((*drill.teller.events, *_moments(drill, found.detected, found.recovered)), key=_at)),
        spans=_spans(drill, end),
        series=series.series(seen.requests, seen.looks, seen.writes, drill.slow_after, drill.spread),
        figures=found,
        verdict=judge(
            setting.fleet.objectives, setting.scenario, told.names, found, lag=drill.conditions.lag, others=others
        ),
    )


def _at(event: Event) -> float:
    return event.at


def _moments(drill: Drill, detected: float | None, recovered: float | None) -> list[Event]:
    """The moments that only the figures know."""
    if drill.zero is None or not drill.lost_region:
        return []
    moments = []
    if detected:
        text = f"DNS no longer answers with {drill.lost_region}."
        moments.append(
            Event(at=drill.zero + detected, kind=EventKind.DNS, text=text, subject="detected", region=drill.lost_region)
        )
    if recovered:
        text = "From here on, every client that asks DNS was served."
        moments.append(Event(at=drill.zero + recovered, kind=EventKind.CLIENT, text=text, subject="recovered"))
    return moments


def _settings(drill: Drill, seen: Seen) -> Settings:
    options, setting = drill.setting.options, drill.setting
    kinds: dict[str, int] = {}
    for client in drill.seen.clients.values():
        kinds[client["kind"]] = kinds.get(client["kind"], 0) + 1
    ttls = dict(zip((named.name for named in setting.names), drill.ttls, strict=True))
    for look in seen.looks:
        # A resolver on the way tells what is left of a TTL; the longest is the TTL itself.
        ttls[look.name] = max(ttls.get(look.name, 0.0), look.ttl)
    return Settings(
        clock_factor=drill.clock.factor,
        replication_lag_seconds=drill.conditions.lag,
        names=tuple(
            NameSettings(
                name=named.name,
                url=named.url,
                routing=named.routing,
                interval=named.check.interval if named.check else None,
                threshold=named.check.threshold if named.check else None,
                ttl=ttls.get(named.name),
                expected_recovery=named.expected_recovery(ttls[named.name]) if named.name in ttls else None,
                deployed=named.deployed_otherwise,
            )
            for named in setting.names
        ),
        stores=tuple(store.name for store in setting.stores),
        not_written=setting.chosen.left_out,
        clients=kinds,
        requests_per_second=options.rate,
        writes_per_second=options.write_rate if setting.stores else 0.0,
        timeout_seconds=options.timeout,
        slow_after_seconds=drill.slow_after,
        warm_up_seconds=drill.conditions.warm_up,
        outage_limit_seconds=drill.conditions.limit,
        seed=options.seed,
        versions=versions(),
    )


def _scenario(drill: Drill) -> ScenarioTold:
    scenario = drill.setting.scenario
    return ScenarioTold(
        name=scenario.name,
        summary=scenario.summary,
        source=drill.setting.source,
        steps=tuple(
            Step(
                at=step.at if isinstance(step.at, str) else f"{step.at}s",
                do=step.do,
                region=step.region,
                detail=step.detail,
                taken=drill.taken.get(number),
            )
            for number, step in enumerate(scenario.steps)
        ),
    )


def _spans(drill: Drill, end: float) -> tuple[Span, ...]:
    if drill.zero is None or drill.restored is None or not drill.lost_region:
        return (Span(name="warm-up", begin=0.0, end=drill.conditions.warm_up),)
    return (
        Span(name="warm-up", begin=0.0, end=drill.zero),
        Span(name="outage", begin=drill.zero, end=drill.restored),
        Span(name="restored", begin=drill.restored, end=end),
    )
