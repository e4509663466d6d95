"""Writers: each writes one number after the other, where DNS leads just then, and notes what was acknowledged."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

from tapstack.drill.acknowledgements import Acknowledgements
from tapstack.drill.clients import Surroundings
from tapstack.drill.observations import SHARED_KEY, Write
from tapstack.drill.resolving import CachedAddress
from tapstack.drill.stores.store import Store

WRITERS = 4
"""For each store; their caches of DNS end evenly spread over a TTL."""
SHARED_EVERY = 5
"""Each fifth write goes to a key that the writer has written before: only such writes can conflict between regions."""
_JOIN_SECONDS = 10.0


class Writer(threading.Thread):
    """One writer of one store. A number that was not acknowledged is written again, wherever DNS leads then."""

    def __init__(
        self,
        store: Store,
        number: int,
        drill: str,
        address: CachedAddress,
        around: Surroundings,
        folder: Path,
        *,
        pause: float,
        delay: float,
    ) -> None:
        self.label = f"{store.name}-{number + 1}"
        super().__init__(name=f"drill-{self.label}", daemon=True)
        self.store = store
        self._prefix = f"tapstack-drill#{drill}#{number + 1}"
        self._address, self._around = address, around
        self._file = Acknowledgements(folder, self.label)
        self._pause, self._delay = pause, delay
        self._is_paused = threading.Event()
        self._over = threading.Event()

    def stop(self) -> None:
        """Write nothing more."""
        self._over.set()

    def set_paused(self, paused: bool) -> None:
        """Hold writes back, or go on with them."""
        (self._is_paused.set if paused else self._is_paused.clear)()

    def run(self) -> None:
        """Write until told to stop."""
        sequence = 1
        due = time.monotonic() + self._delay
        while not self._over.wait(max(0.0, due - time.monotonic())):
            if not self._is_paused.is_set():
                write = self._write(sequence)
                self._around.seen.writes.add(write)
                sequence += write.acknowledged is not None
            due = max(due + self._pause, time.monotonic())
            if not self._is_paused.is_set() and time.monotonic() < self._address.ends:
                due = min(due, self._address.ends)
        self._file.close()

    def _write(self, sequence: int) -> Write:
        clock = self._around.clock
        key = self._prefix + (SHARED_KEY if sequence % SHARED_EVERY == 0 else f"#{sequence}")
        sent = clock.now()
        region = ""
        try:
            region = self._around.places.region_of(self._address.get())
            self._file.intend(self.store.name, key)
            landed = self.store.write(key, sequence, region)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong for a writer is what is measured
            problem = f"{type(error).__name__}: {error}"[:200]
            return Write(self.store.name, self.label, sequence, key, region, sent, None, problem=problem)
        write = Write(self.store.name, self.label, sequence, key, landed.region, sent, clock.now(), landed.replaced)
        self._file.add(write)
        return write


def make(
    stores: Sequence[Store],
    drill: str,
    places: Sequence[tuple[str, str]],
    around: Surroundings,
    folder: Path,
    *,
    rate: float,
    ttl: float,
) -> list[Writer]:
    """The writers of all stores; `rate` is writes in a wall second to each.

    `places` is a name, and where one stands: several writers in the first, one in each of the others.
    """
    stands = [places[0]] * WRITERS + list(places[1:])
    pause = len(stands) / rate
    return [
        Writer(
            store,
            number,
            drill,
            CachedAddress(around.target, *place),
            around,
            folder,
            pause=pause,
            delay=ttl * (number % WRITERS) / WRITERS,
        )
        for store in stores
        for number, place in enumerate(stands)
    ]


def end(threads: Sequence[Writer]) -> None:
    """Stop all, and wait for their last answers."""
    for thread in threads:
        thread.stop()
    deadline = time.monotonic() + _JOIN_SECONDS
    for thread in threads:
        if thread.ident is not None:
            thread.join(max(0.0, deadline - time.monotonic()))
