"""Zones and records as Route 53 deploys them, and which records stand behind a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Failover = Literal["PRIMARY", "SECONDARY"]


def canonical(name: str) -> str:
    """A name as compared: lower case, no trailing dot, an escaped asterisk as such."""
    return name.lower().rstrip(".").replace("\\052", "*")


@dataclass(frozen=True)
class Alias:
    """What a record stands for instead of values of its own."""

    name: str
    evaluates_target_health: bool = False


@dataclass(frozen=True)
class Record:
    """One record set; several of one name and type form a group of which Route 53 chooses."""

    name: str
    type: str
    ttl: int = 0
    values: tuple[str, ...] = ()
    alias: Alias | None = None
    identifier: str = ""
    weight: int | None = None
    region: str | None = None
    failover: Failover | None = None
    is_multivalue: bool = False
    location: Mapping[str, str] | None = None
    unsupported_routing: str | None = None
    health_check: str | None = None


@dataclass(frozen=True)
class Zone:
    """A public hosted zone with its records."""

    name: str
    records: Sequence[Record] = field(default_factory=tuple)

    @cached_property
    def by_name(self) -> Mapping[str, Sequence[Record]]:
        """The records of each name."""
        groups: dict[str, list[Record]] = {}
        for record in self.records:
            groups.setdefault(record.name, []).append(record)
        return groups

    @cached_property
    def _names_and_ancestors(self) -> frozenset[str]:
        return frozenset(
            ancestor for name in self.by_name for ancestor in (name, *_parents(name)) if self.holds(ancestor)
        )

    def holds(self, name: str) -> bool:
        """Tell whether a name lies in this zone."""
        return name == self.name or name.endswith(f".{self.name}")

    def exists(self, name: str) -> bool:
        """Tell whether a name exists by itself, if only because something stands below it."""
        return name in self._names_and_ancestors

    def standing_for(self, name: str) -> Sequence[Record] | None:
        """The records of a name, a wildcard's when it has none of its own; None when the name does not exist."""
        if self.exists(name):
            return self.by_name.get(name, ())
        for parent in _parents(name):
            if not self.holds(parent):
                break
            if records := self.by_name.get(f"*.{parent}"):
                return records
            if self.exists(parent):
                # A wildcard further up does not reach below a name that exists (RFC 4592).
                break
        return None

    def delegation_of(self, name: str) -> Sequence[Record]:
        """The name server records that hand this name, or a parent of it, to other servers."""
        for candidate in (name, *_parents(name)):
            if candidate == self.name or not self.holds(candidate):
                break
            servers = [record for record in self.by_name.get(candidate, ()) if record.type == "NS"]
            if servers:
                return servers
        return ()

    @property
    def authority(self) -> Record | None:
        """The start-of-authority record."""
        return next((record for record in self.by_name.get(self.name, ()) if record.type == "SOA"), None)


def most_specific_zone(zones: Sequence[Zone], name: str) -> Zone | None:
    """The zone that answers for a name: the longest one that holds it."""
    return max((zone for zone in zones if zone.holds(name)), key=lambda zone: len(zone.name), default=None)


def _parents(name: str) -> Iterator[str]:
    while "." in name:
        name = name.partition(".")[2]
        yield name
