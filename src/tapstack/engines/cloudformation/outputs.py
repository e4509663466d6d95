"""Outputs: what a region tells the outside once it stands."""

from __future__ import annotations

from tapstack.engines.cloudformation.unit import UnitTemplate


def add(unit: UnitTemplate) -> None:
    """Add every output that the plan names."""
    del unit
