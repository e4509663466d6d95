"""All traffic of a drill together: clients, writers, and the look at DNS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tapstack.drill import clients, writers
from tapstack.drill.clients import Client, Surroundings
from tapstack.drill.conditions import Options
from tapstack.drill.dns_watch import DnsWatch
from tapstack.drill.naming import Named
from tapstack.drill.stores.store import Store
from tapstack.drill.writers import Writer


@dataclass(frozen=True)
class Load:
    """What goes on as long as a drill does."""

    clients: Sequence[Client]
    writers: Sequence[Writer]
    dns: DnsWatch

    def start(self) -> None:
        """Begin."""
        self.dns.start()
        for thread in (*self.clients, *self.writers):
            thread.start()

    def set_writing(self, writing: bool) -> None:
        """Hold writes back, or go on with them."""
        for writer in self.writers:
            writer.set_paused(not writing)

    def stop_writing(self) -> None:
        """End all writers."""
        writers.end(self.writers)

    def stop(self) -> None:
        """End everything; safe to call again."""
        writers.end(self.writers)
        clients.end(self.clients)
        self.dns.stop()


def make(
    names: Sequence[Named],
    stores: Sequence[Store],
    regions: Sequence[str],
    drill: str,
    folder: Path,
    around: Surroundings,
    options: Options,
    wall_ttls: Sequence[float],
) -> Load:
    """Make it, not yet begun."""
    first = names[0]
    stands = regions if first.routing == "latency" else regions[:1]
    questions = [
        (named.name, region) for named in names for region in (regions if named.routing == "latency" else regions[:1])
    ]
    return Load(
        clients.make(names, regions, around, rate=options.rate, ttls=wall_ttls),
        writers.make(
            stores,
            drill,
            [(first.name, region) for region in stands],
            around,
            folder,
            rate=options.write_rate,
            ttl=wall_ttls[0],
        ),
        DnsWatch(questions, around),
    )
