"""Real HTTP clients, of three kinds, each a thread of its own with its own memory of DNS and its own connection.

`cached` keeps an address for the TTL and its connection for as long as the address; `fresh` asks DNS and connects for
each request; `sticky` keeps its connection until it breaks, whatever DNS says meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapstack.drill.clock import DrillClock
from tapstack.drill.naming import Named
from tapstack.drill.observations import CACHED, FRESH, STICKY, Kind, Observations, Request
from tapstack.drill.resolving import CachedAddress, Places
from tapstack.targets.target import Target

if TYPE_CHECKING:
    import urllib3

CACHED_CLIENTS = 8
"""For each name. Their caches end evenly spread over a TTL, so that the unluckiest of many clients is among them."""
_JOIN_SECONDS = 10.0


@dataclass(frozen=True)
class Surroundings:
    """What all clients of a drill share."""

    target: Target
    clock: DrillClock
    places: Places
    seen: Observations
    timeout: float
    """Of the wall clock."""


class Client(threading.Thread):
    """One client of one name; it sends a request every `pause` wall seconds, and one as soon as its cache ends."""

    def __init__(
        self, label: str, kind: Kind, named: Named, region: str, around: Surroundings, *, pause: float, delay: float
    ) -> None:
        super().__init__(name=f"drill-{label}", daemon=True)
        self.label, self.kind = label, kind
        self._named, self._around = named, around
        self._address = CachedAddress(around.target, named.name, region)
        self._pause, self._delay = pause, delay
        self._pool: urllib3.HTTPConnectionPool | None = None
        self._connected = ""
        self._over = threading.Event()

    def stop(self) -> None:
        """Send nothing more."""
        self._over.set()

    def run(self) -> None:
        """Send requests until told to stop."""
        due = time.monotonic() + self._delay
        while not self._over.wait(max(0.0, due - time.monotonic())):
            self._around.seen.late_wakes.add(max(0.0, time.monotonic() - due))
            self._around.seen.requests.add(self._ask())
            # A client that is behind does not catch up: it would press the fleet after each slow answer.
            due = max(due + self._pause, time.monotonic())
            if self.kind == CACHED and time.monotonic() < self._address.ends:
                due = min(due, self._address.ends)
        self._disconnect()

    def _ask(self) -> Request:
        around, sent = self._around, time.monotonic()
        address, problem = "", ""
        try:
            address = self._current_address()
            problem = self._exchange(address)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong for a client is what is measured
            problem = f"{type(error).__name__}: {error}"[:200]
        if problem:
            self._disconnect()
        return Request(
            self.label,
            self.kind,
            around.clock.at(sent),
            time.monotonic() - sent,
            around.places.region_of(address) if address else "",
            not problem,
            problem,
            self._named.name,
        )

    def _current_address(self) -> str:
        match self.kind:
            case "fresh":
                self._disconnect()
                return self._address.renew()
            case "sticky" if self._pool is not None:
                return self._connected
            case _:
                return self._address.get()

    def _exchange(self, address: str) -> str:
        """Ask once; what is wrong with the answer, or nothing."""
        if self._pool is None or address != self._connected:
            self._disconnect()
            self._pool = self._around.target.pool(self._named.scheme, address, self._named.name, self._around.timeout)
            self._connected = address
        answer = self._pool.request(
            "GET", self._named.path, headers={"Host": self._named.name}, redirect=False, retries=False
        )
        if answer.status >= self._named.well_below:
            return f"HTTP {answer.status}"
        if self._named.search is not None and self._named.search not in answer.data.decode(errors="replace"):
            return f"answers without '{self._named.search}'"
        return ""

    def _disconnect(self) -> None:
        if self._pool is not None:
            self._pool.close()
        self._pool, self._connected = None, ""


def make(
    names: Sequence[Named], regions: Sequence[str], around: Surroundings, *, rate: float, ttls: Sequence[float]
) -> list[Client]:
    """The clients of all names; `rate` is requests in a wall second, of all together.

    All stand at home, the first of the regions; where the nearest one answers, one more stands in each of the others.
    """
    clients: list[Client] = []
    stands = [_stands(named, regions) for named in names]
    pause = sum(map(len, stands)) / rate
    for named, ttl, own in zip(names, ttls, stands, strict=True):
        for number, (kind, region) in enumerate(own):
            delay = ttl * (number % CACHED_CLIENTS) / CACHED_CLIENTS if kind == CACHED else pause * number / len(own)
            label = f"{named.name} {kind} {number + 1}"
            clients.append(Client(label, kind, named, region, around, pause=pause, delay=delay))
            around.seen.clients[label] = {"kind": kind, "name": named.name, "region": region}
    return clients


def _stands(named: Named, regions: Sequence[str]) -> list[tuple[Kind, str]]:
    """The kinds of a name's clients, and where they stand."""
    elsewhere = [(CACHED, region) for region in regions[1:]] if named.routing == "latency" else []
    return [*[(CACHED, regions[0])] * CACHED_CLIENTS, *elsewhere, (FRESH, regions[0]), (STICKY, regions[0])]


def end(threads: Sequence[Client]) -> None:
    """Stop all, and wait for their last answers."""
    for thread in threads:
        thread.stop()
    deadline = time.monotonic() + _JOIN_SECONDS
    for thread in threads:
        if thread.ident is not None:
            thread.join(max(0.0, deadline - time.monotonic()))
