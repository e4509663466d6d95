"""DNS: the zone, and for each name a record and a health check per region."""

from __future__ import annotations

from tapstack.engines.cloudformation.template import Value, logical_id, ref
from tapstack.engines.cloudformation.unit import UnitTemplate


def add_zone(unit: UnitTemplate) -> None:
    """Add the hosted zone, if the fleet makes it."""


def add(unit: UnitTemplate) -> None:
    """Add this region's record and health check of every name."""


def health_check_id(unit: UnitTemplate, label: str) -> Value:
    """The id of this region's health check of a name."""
    return ref(health_check_logical_id(label))


def health_check_logical_id(label: str) -> str:
    """The logical ID of a name's health check."""
    return logical_id("health-check", label)
