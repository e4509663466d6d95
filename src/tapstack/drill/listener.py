"""Who looks on while a drill runs: it tells what happens, a view shows it, and neither knows the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tapstack.drill.record import DnsAnswer, DrillRecord, Event, Latency, RequestCount, WriteCount


class Listener(Protocol):
    """What a drill tells, in the order in which it happens; called from one thread at a time, and never for long."""

    def happened(self, event: Event) -> None:
        """Something for the timeline."""

    def answered(self, answer: DnsAnswer) -> None:
        """DNS answers a name otherwise than before."""

    def counted(self, requests: Sequence[RequestCount], latencies: Sequence[Latency]) -> None:
        """A step of the timeline is over; steps come in order, each once."""

    def wrote(self, writes: Sequence[WriteCount]) -> None:
        """The same for writes."""

    def ended(self, record: DrillRecord) -> None:
        """Everything is over, and this is all of it."""


class SilentListener:
    """Nobody looks on."""

    def happened(self, event: Event) -> None:
        """Do nothing."""

    def answered(self, answer: DnsAnswer) -> None:
        """Do nothing."""

    def counted(self, requests: Sequence[RequestCount], latencies: Sequence[Latency]) -> None:
        """Do nothing."""

    def wrote(self, writes: Sequence[WriteCount]) -> None:
        """Do nothing."""

    def ended(self, record: DrillRecord) -> None:
        """Do nothing."""
