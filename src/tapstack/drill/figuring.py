"""Puts the figures of a drill together, from what was observed and what the auditor found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tapstack.drill import measuring
from tapstack.drill.auditing import EXAMPLES, Missing
from tapstack.drill.measuring import COUNTING_KINDS, Window
from tapstack.drill.naming import Named
from tapstack.drill.observations import STICKY, Look, Observations, Request, Write
from tapstack.drill.record import Figures, Instruments, StoreFigures
from tapstack.drill.stores.store import Store


@dataclass(frozen=True)
class Seen:
    """What was observed, as it was at one moment."""

    requests: Sequence[Request]
    looks: Sequence[Look]
    writes: Sequence[Write]
    late_wakes: Sequence[float]

    @classmethod
    def of(cls, seen: Observations) -> Seen:
        """Take it down."""
        return cls(seen.requests.since(), seen.looks.since(), seen.writes.since(), seen.late_wakes.since())


@dataclass(frozen=True)
class Audited:
    """What the auditor found of one store."""

    at_takeover: Missing
    afterwards: Missing
    conflicting: int


def recovered(seen: Seen, stores: Sequence[Store], window: Window) -> measuring.Recovery:
    """When everybody was served whom DNS can help: clients that ask it again, and writers that follow it."""
    each = [measuring.recovered(measuring.by_client(seen.requests), COUNTING_KINDS, window)]
    each += [measuring.writes_recovered(seen.writes, window, store.name) for store in stores if store.follows_dns]
    if any(one.seconds is None for one in each):
        return measuring.Recovery(None, 0.0)
    return max(each, key=lambda one: one.seconds or 0.0)


def figures(
    seen: Seen,
    names: Sequence[Named],
    stores: Sequence[Store],
    audited: Mapping[str, Audited],
    window: Window,
    slow_after: float,
) -> Figures:
    """All figures."""
    since = [one for one in seen.requests if one.sent >= window.zero]
    grouped = measuring.by_client(seen.requests)
    found = tuple(_store(store, seen, audited[store.name], window) for store in stores)
    spread = [named.name for named in names if named.is_spread]
    detected = [measuring.detected(seen.looks, window, named.name) for named in names]
    back = [measuring.dns_returned(seen.looks, window, named.name, spread) for named in names]
    by_kind = measuring.clients(seen.requests, window, slow_after, spread)
    back += [one.returned for one in by_kind if one.counts]
    lost = [one.missing_at_takeover_seconds for one in found]
    return Figures(
        detected=_latest(detected),
        first_success=measuring.first_success(seen.requests, window),
        recovered=recovered(seen, stores, window).seconds,
        sticky_recovered=measuring.recovered(grouped, [STICKY], window).seconds,
        lost_seconds=_latest(lost) if found else None,
        failed_back=_latest(back),
        outage_seconds=window.restored - window.zero,
        requests=len(since),
        failed=sum(not one.ok for one in since),
        slowed=sum(one.ok and one.took_seconds > slow_after for one in since),
        conflicting=sum(one.conflicting for one in found),
        dns_switches=measuring.switches(seen.looks, since=window.zero, spread=spread),
        clients=by_kind,
        stores=found,
    )


def instruments(
    seen: Seen,
    stores: Sequence[Store],
    window: Window,
    *,
    lag: float,
    fault_took: float,
    factor: float,
    conflicts_seen: int | None,
) -> Instruments:
    """How exact it all is."""
    by_store = [[one for one in seen.writes if one.store == store.name] for store in stores]
    return Instruments(
        resolution=recovered(seen, stores, window).uncertainty,
        dns_pause=measuring.longest_pause(seen.looks, window),
        write_pause=max((measuring.write_pause(own, window, lag) for own in by_store), default=0.0),
        fault_took=fault_took,
        conflicts_seen=conflicts_seen,
        late_wakes=max(seen.late_wakes, default=0.0) * factor,
        request_p50_ms=measuring.median_ms(one.took_seconds for one in seen.requests if one.ok),
        dns_p50_ms=measuring.median_ms(one.took_seconds for one in seen.looks),
    )


def _store(store: Store, seen: Seen, audited: Audited, window: Window) -> StoreFigures:
    own = [one for one in seen.writes if one.store == store.name]
    replicated = not audited.at_takeover.nothing_found
    return StoreFigures(
        store=store.name,
        kind=store.kind,
        follows_dns=store.follows_dns,
        replicated=replicated,
        acknowledged=sum(one.acknowledged is not None for one in own),
        failed=sum(one.acknowledged is None for one in own),
        missing_at_takeover=len(audited.at_takeover.writes),
        missing_at_takeover_seconds=audited.at_takeover.seconds(window.zero) if replicated else None,
        missing_afterwards=len(audited.afterwards.writes),
        missing_afterwards_seconds=audited.afterwards.seconds(window.zero) if replicated else None,
        conflicting=audited.conflicting if replicated else 0,
        without_writes=measuring.writes_recovered(own, window, store.name).seconds,
        missing_examples=tuple(f"{one.key} in {one.region}" for one in audited.at_takeover.writes[:EXAMPLES]),
    )


def _latest(moments: Sequence[float | None]) -> float | None:
    """The latest of several moments; None when one of them never came."""
    if not moments or any(one is None for one in moments):
        return None
    return max(one for one in moments if one is not None)
