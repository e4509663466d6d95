"""Functions: each with a role of its own that allows what it uses and nothing else, its log, and what starts it."""

from __future__ import annotations

from tapstack.engines.cloudformation.unit import UnitTemplate


def add(unit: UnitTemplate) -> None:
    """Add every function of the fleet."""
    del unit
