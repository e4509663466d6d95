"""Shapes: which regions can share an artifact, byte for byte.

Addresses and roles are data that an artifact looks up by region; they split nothing. What cannot be looked up, because
it decides which resources there are at all, does: how many zones, whether a certificate is given, which partition.
"""

from __future__ import annotations

from tapstack.catalog.regions import partition_of
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import UnitKind


def shape_of(fleet: Fleet, kind: UnitKind, region: str) -> str:
    """The name of the shape: the kind of unit and, where it matters, what sets these regions apart."""
    marks: list[str] = []
    if partition_of(region) != "aws":
        marks.append(partition_of(region))
    if kind is UnitKind.REGIONAL:
        if fleet.network is not None and fleet.zones_in(region) != fleet.network.zones:
            marks.append(f"{fleet.zones_in(region)}-zones")
        if fleet.regions[region].certificate is not None:
            marks.append("own-certificate")
    return "-".join((kind, *marks))
