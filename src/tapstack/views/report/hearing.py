"""What was heard of a drill that still goes, as far as it came, and the picture of it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence

from tapstack.drill.listener import Listener, SilentListener
from tapstack.drill.record import DnsAnswer, DrillRecord, Event, EventKind, Latency, RequestCount, Series, WriteCount
from tapstack.views.report.drills import charts, drill
from tapstack.views.report.markup import Markup, prose, tag, text
from tapstack.views.report.tables import table
from tapstack.views.report.timeline import of_events

SHOWN_EVENTS = 12


class LiveDrill:
    """Listens to a drill, and draws as much of it as there is; whoever listens `beside` it hears the same."""

    def __init__(self, title: str, regions: Sequence[str], beside: Listener | None = None) -> None:
        self.title = title
        self._beside = beside or SilentListener()
        self._regions = tuple(regions)
        self._changed = threading.Condition()
        self._version = 0
        self._events: list[Event] = []
        self._dns: list[DnsAnswer] = []
        self._requests: list[RequestCount] = []
        self._latencies: list[Latency] = []
        self._writes: list[WriteCount] = []
        self._record: DrillRecord | None = None

    def happened(self, event: Event) -> None:
        """Keep an event."""
        with self._news():
            self._events.append(event)
        self._beside.happened(event)

    def answered(self, answer: DnsAnswer) -> None:
        """Keep an answer of DNS."""
        with self._news():
            self._dns.append(answer)
        self._beside.answered(answer)

    def counted(self, requests: Sequence[RequestCount], latencies: Sequence[Latency]) -> None:
        """Keep a step's requests."""
        with self._news():
            self._requests += requests
            self._latencies += latencies
        self._beside.counted(requests, latencies)

    def wrote(self, writes: Sequence[WriteCount]) -> None:
        """Keep a step's writes."""
        with self._news():
            self._writes += writes
        self._beside.wrote(writes)

    def ended(self, record: DrillRecord) -> None:
        """From now on, show the verdict and everything that was measured."""
        with self._news():
            self._record = record
        self._beside.ended(record)

    @property
    def is_over(self) -> bool:
        """Tell whether the record is there."""
        return self._record is not None

    def wait(self, seen: int, seconds: float) -> int:
        """Wait until there is more than was seen, but no longer than that; which version there is now."""
        with self._changed:
            self._changed.wait_for(lambda: self._version > seen, seconds)
            return self._version

    def picture(self) -> Markup:
        """Everything that is known now."""
        with self._changed:
            if self._record is not None:
                return drill(self._record)
            events = tuple(self._events)
            series = Series(
                step=self._step(),
                requests=tuple(self._requests),
                latencies=tuple(self._latencies),
                dns=tuple(self._dns),
                writes=tuple(self._writes),
            )
        zero = next((event.at for event in events if event.kind is EventKind.FAULT), None)
        phase = next((event.text for event in reversed(events) if event.kind is EventKind.PHASE), "about to begin")
        rows = [[f"{event.at - (zero or 0):.1f} s", event.region, prose(event.text)] for event in reversed(events)]
        return text(
            tag("p", prose(phase), class_="verdict"),
            charts(of_events(self._regions, series, events, zero)),
            table("What happened last", ["at", "region", ""], rows[:SHOWN_EVENTS]),
        )

    @contextlib.contextmanager
    def _news(self) -> Iterator[None]:
        with self._changed:
            yield
            self._version += 1
            self._changed.notify_all()

    def _step(self) -> float:
        """How long a step is: what lies between the first two."""
        begins = sorted({one.at for one in self._requests})[:2]
        return begins[1] - begins[0] if len(begins) == 2 else 1.0
