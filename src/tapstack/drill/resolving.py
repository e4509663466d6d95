"""How a client comes from a name to a region: an address that it keeps for as long as DNS allows."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tapstack.drill.naming import Named
from tapstack.errors import UnwellFleetError
from tapstack.targets.target import Target

REFRESH_SECONDS = 60.0
"""Of the wall clock: load balancers change their addresses without notice."""


class Places:
    """Which region an address belongs to, learned from the regions' own names."""

    def __init__(self, target: Target, names: Sequence[Named]) -> None:
        self._target = target
        self._own_names = {(record.address, record.region) for name in names for record in name.records}
        self._regions: dict[str, str] = {}
        self._learned = 0.0
        self._lock = threading.Lock()
        self._learn()

    def region_of(self, address: str) -> str:
        """The region of an address; empty for one that is nobody's."""
        with self._lock:
            if address not in self._regions and time.monotonic() - self._learned > REFRESH_SECONDS:
                self._learn()
            return self._regions.get(address, "")

    def _learn(self) -> None:
        self._learned = time.monotonic()
        for own_name, region in self._own_names:
            try:
                found = self._target.lookup(own_name)
            except OSError:
                continue
            for address in found.addresses:
                self._regions[address] = region


@dataclass
class CachedAddress:
    """A name's address, asked for again only when the TTL is over, as a well-behaved client does."""

    target: Target
    name: str
    client_region: str
    address: str = ""
    ends: float = field(default=0.0)
    """The wall's monotonic time until which the address may be used."""

    def get(self) -> str:
        """The address to use now; OSError when DNS has none."""
        now = time.monotonic()
        if now >= self.ends or not self.address:
            self.renew()
        return self.address

    def renew(self) -> str:
        """Ask DNS, whatever is known."""
        asked = time.monotonic()
        found = self.target.lookup(self.name, self.client_region)
        self.address = found.addresses[0]
        self.ends = asked + found.ttl
        return self.address


def ttl_of(target: Target, named: Named, home: str) -> float:
    """For how many wall seconds DNS lets an answer be kept; a name without an answer is refused."""
    try:
        return target.lookup(named.name, home).ttl
    except OSError as error:
        raise UnwellFleetError("The fleet is not well, so nothing was broken.", f"{named.url}: {error}") from error
