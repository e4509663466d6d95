"""Databases: the writer at home, readers in the standbys, known to each other by planned names alone."""

from __future__ import annotations

from tapstack.engines.cloudformation.unit import UnitTemplate


def add_global(unit: UnitTemplate) -> None:
    """Add the global database clusters, which the clusters of all regions join."""
    del unit


def add(unit: UnitTemplate) -> None:
    """Add the region's own part of every database."""
    del unit
