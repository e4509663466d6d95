"""Looks at DNS many times a second, so that the moment is known at which a region was withdrawn or came back."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from tapstack.drill.clients import Surroundings
from tapstack.drill.observations import Look

PAUSE_SECONDS = 0.05
REAL_PAUSE_SECONDS = 1.0
"""On AWS, where the resolvers on the way keep answers for the TTL anyway."""


class DnsWatch(threading.Thread):
    """Asks for each name, as clients of each place do, one after the other."""

    def __init__(self, questions: Sequence[tuple[str, str]], around: Surroundings) -> None:
        super().__init__(name="drill-dns", daemon=True)
        self._questions, self._around = questions, around
        self._pause = REAL_PAUSE_SECONDS if around.target.is_real else PAUSE_SECONDS
        self._over = threading.Event()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        if self.ident is not None:
            self.join(PAUSE_SECONDS + 5)

    def run(self) -> None:
        """Look until told to stop."""
        while not self._over.wait(self._pause):
            for name, client_region in self._questions:
                self._around.seen.looks.add(look(name, client_region, self._around))


def look(name: str, client_region: str, around: Surroundings) -> Look:
    """One look."""
    asked = time.monotonic()
    region, ttl = "", 0.0
    try:
        found = around.target.lookup(name, client_region)
        regions = {around.places.region_of(address) for address in found.addresses}
        region, ttl = "/".join(sorted(regions)), found.ttl * around.clock.factor
    except OSError:
        pass
    return Look(around.clock.at(asked), name, client_region, region, ttl, time.monotonic() - asked)
