"""What the charts of a drill show: from a record, or from what was heard of a drill that still goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tapstack.drill.record import DrillRecord, Event, EventKind, Outcome, Series, Span

LATEST_MARKS = 8
"""So many events are marked while nobody has judged yet which ones matter; flapping health makes many."""


@dataclass(frozen=True)
class Mark:
    """A moment with a name."""

    at: float
    text: str


@dataclass(frozen=True)
class Bucket:
    """Requests, or writes, of one stretch of time."""

    at: float
    by_region: tuple[int, ...]
    failed: int
    slowed: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_region) + self.failed


@dataclass(frozen=True)
class Timeline:
    """One drill as far as it came; times are seconds of the fleet's clock since the load began."""

    regions: tuple[str, ...]
    series: Series
    marks: tuple[Mark, ...]
    spans: tuple[Span, ...]
    zero: float
    """From where times are told: the outage, or the beginning where there was none."""
    end: float

    def requests(self, most: int) -> tuple[float, tuple[Bucket, ...]]:
        """How long each bucket is, and the buckets: no more than `most` of them."""
        counts = [
            (one.at, one.region, one.outcome is Outcome.FAILED, one.outcome is Outcome.SLOW, one.count)
            for one in self.series.requests
        ]
        return self._buckets(counts, most)

    def writes(self, store: str, most: int) -> tuple[float, tuple[Bucket, ...]]:
        """The same of the writes to one store."""
        counts = [
            (one.at, one.region, one.outcome == "failed", False, one.count)
            for one in self.series.writes
            if one.store == store
        ]
        return self._buckets(counts, most)

    @property
    def stores(self) -> tuple[str, ...]:
        """Everything that was written to."""
        return tuple(dict.fromkeys(one.store for one in self.series.writes))

    def _buckets(
        self, counts: Sequence[tuple[float, str, bool, bool, int]], most: int
    ) -> tuple[float, tuple[Bucket, ...]]:
        steps = max(1.0, self.end / self.series.step)
        size = self.series.step * -(-steps // most)
        number = max(1, int(-(-self.end // size)))
        by_region = [[0] * len(self.regions) for _ in range(number)]
        failed, slowed = [0] * number, [0] * number
        for at, region, is_failed, is_slow, count in counts:
            # A hair more than the step's beginning: 0.3 / 0.1 is a little below 3.
            bucket = min(number - 1, max(0, int((at + size * 1e-6) // size)))
            if is_failed or region not in self.regions:
                failed[bucket] += count
            else:
                by_region[bucket][self.regions.index(region)] += count
                slowed[bucket] += count if is_slow else 0
        return size, tuple(
            Bucket(bucket * size, tuple(by_region[bucket]), failed[bucket], slowed[bucket]) for bucket in range(number)
        )


def of_record(record: DrillRecord) -> Timeline:
    """The timeline of a drill that is over."""
    return Timeline(
        record.regions,
        record.series,
        tuple(_marks(record)),
        record.spans,
        record.zero or 0.0,
        _end(record.series, record.spans, record.events),
    )


def of_events(regions: Sequence[str], series: Series, events: Sequence[Event], zero: float | None) -> Timeline:
    """The timeline of a drill that still goes."""
    marks = tuple(Mark(event.at, said) for event in events if (said := _in_short(event)))[-LATEST_MARKS:]
    end = _end(series, (), events)
    return Timeline(tuple(regions), series, marks, _spans(events, end), zero or 0.0, end)


def _in_short(event: Event) -> str:
    """What a chart has room for; empty for events that are no turning points."""
    match event.kind:
        case EventKind.FAULT:
            return event.subject or "broken"
        case EventKind.RESTORED:
            return "restored"
        case EventKind.DNS:
            return f"DNS: {event.region or 'no answer'}"
        case EventKind.PHASE | EventKind.CLIENT | EventKind.WRITES | EventKind.NOTE:
            return ""


def _marks(record: DrillRecord) -> Iterator[Mark]:
    figures = record.figures
    if record.zero is None:
        return
    yield Mark(record.zero, "outage")
    for name, seconds in (
        ("detected", figures.detected),
        ("first answer elsewhere", figures.first_success),
        ("recovered", figures.recovered),
    ):
        if seconds is not None:
            yield Mark(record.zero + seconds, name)
    if record.restored is not None:
        yield Mark(record.restored, "restored")
        if figures.failed_back is not None:
            yield Mark(record.restored + figures.failed_back, "failed back")


def _spans(events: Sequence[Event], end: float) -> tuple[Span, ...]:
    began = next((event.at for event in events if event.kind is EventKind.FAULT), None)
    if began is None:
        return ()
    restored = [event.at for event in events if event.kind is EventKind.RESTORED]
    return (Span(name="outage", begin=began, end=restored[-1] if restored else end),)


def _end(series: Series, spans: Sequence[Span], events: Sequence[Event]) -> float:
    begins = [one.at for one in series.requests]
    begins += [one.at for one in series.latencies] + [one.at for one in series.writes]
    lasts = [begin + series.step for begin in begins] + [span.end for span in spans] + [event.at for event in events]
    return max([series.step, *lasts])
