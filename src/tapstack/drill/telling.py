"""Tells a listener what happens while it does, and keeps the events for the record."""

from __future__ import annotations

from collections.abc import Collection

from tapstack.drill import series
from tapstack.drill.clock import DrillClock
from tapstack.drill.listener import Listener
from tapstack.drill.observations import Observations
from tapstack.drill.record import Event, EventKind

STEP = 1.0
"""Wall seconds of one live step of the timeline."""
_LATE_SECONDS = 1.0
"""Wall seconds for which a step stays open: a request is known only once it is answered."""


class Teller:
    """Everything that a drill says."""

    def __init__(self, clock: DrillClock, listener: Listener, spread: Collection[str] = ()) -> None:
        self._clock, self._listener, self._spread = clock, listener, spread
        self.events: list[Event] = []
        self._next_step = 0.0
        self._looks = 0
        self._answers: dict[tuple[str, str], str] = {}

    def event(self, kind: EventKind, text: str, *, subject: str = "", region: str = "") -> None:
        """Something happened just now."""
        event = Event(at=round(self._clock.now(), 3), kind=kind, text=text, subject=subject, region=region)
        self.events.append(event)
        self._listener.happened(event)

    def phase(self, name: str, text: str) -> None:
        """The next phase begins."""
        self.event(EventKind.PHASE, text, subject=name)

    def tell(self, seen: Observations, slow_after: float) -> None:
        """Tell what came in since the last time; called several times a second."""
        looks = seen.looks.since(self._looks)
        self._looks += len(looks)
        for answer in series.answers(looks, self._spread):
            place = (answer.name, answer.client_region)
            known = place in self._answers
            if self._answers.get(place) == answer.region or (known and answer.name in self._spread):
                continue
            self._answers[place] = answer.region
            self._listener.answered(answer)
            if known:
                text = f"{answer.name} is answered with {answer.region or 'nothing'}."
                event = Event(
                    at=round(answer.at, 3), kind=EventKind.DNS, text=text, subject=answer.name, region=answer.region
                )
                self.events.append(event)
                self._listener.happened(event)
        step = STEP * self._clock.factor
        while self._clock.now() >= self._next_step + step + _LATE_SECONDS * self._clock.factor:
            begin, end = self._next_step, self._next_step + step
            self._next_step = end
            requests = [one for one in seen.requests.since() if begin <= one.sent < end]
            writes = [one for one in seen.writes.since() if begin <= one.sent < end]
            self._listener.counted(series.request_counts(requests, step, slow_after), series.latencies(requests, step))
            self._listener.wrote(series.write_counts(writes, step))
