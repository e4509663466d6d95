"""The watch for drift: alarms on what `tapstack drift --report` finds, and on nobody having looked."""

from __future__ import annotations

from typing import Any

from tapstack.engines import drift_metric
from tapstack.engines.terraform.alarm import write
from tapstack.engines.terraform.module import Resource
from tapstack.engines.terraform.unit import UnitModule


def add(unit: UnitModule, topic: Resource[Any]) -> None:
    """Add the region's alarms on drift."""
    every = unit.fleet.observability.drift_watch
    if every is not None:
        for alarm in drift_metric.alarms_of(unit.plan, every):
            write(unit, alarm, topic)
