"""What the instruments wrote down, each as it happened; times are the fleet's seconds since the load began."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Kind = str
SHARED_KEY = "#latest"
"""How a key ends that one writer writes again and again, wherever DNS leads it."""
CACHED, FRESH, STICKY = "cached", "fresh", "sticky"


@dataclass(frozen=True)
class Request:
    """One request of one client."""

    client: str
    kind: Kind
    sent: float
    took_seconds: float
    """Of the wall clock."""
    region: str
    """Whose address was asked; empty where there was none, or one that belongs to no region."""
    ok: bool
    problem: str = ""
    name: str = ""


@dataclass(frozen=True)
class Look:
    """One look at what DNS answers."""

    at: float
    name: str
    client_region: str
    region: str
    ttl: float
    """In the fleet's seconds, as answered."""
    took_seconds: float
    """Of the wall clock."""


@dataclass(frozen=True)
class Write:
    """One attempt to write one sequence number."""

    store: str
    writer: str
    sequence: int
    key: str
    region: str
    sent: float
    acknowledged: float | None
    replaced: int | None = None
    """The sequence number that this one overwrote."""
    problem: str = ""

    @property
    def is_shared(self) -> bool:
        """Tell whether its key is written again and again."""
        return self.key.endswith(SHARED_KEY)


Thing = TypeVar("Thing")


@dataclass
class Log(Generic[Thing]):
    """A list that many threads add to, and that is read as it was at one moment."""

    _things: list[Thing] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, thing: Thing) -> None:
        """Write one down."""
        with self._lock:
            self._things.append(thing)

    def since(self, index: int = 0) -> list[Thing]:
        """All from an index on."""
        with self._lock:
            return self._things[index:]


@dataclass
class Observations:
    """Everything of one drill."""

    requests: Log[Request] = field(default_factory=Log)
    looks: Log[Look] = field(default_factory=Log)
    writes: Log[Write] = field(default_factory=Log)
    late_wakes: Log[float] = field(default_factory=Log)
    """By how many wall seconds the machine woke a client too late."""
    clients: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """Each client's kind, name and region."""
