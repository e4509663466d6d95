"""Alarms: everything that is watched in a region, written into its module."""

from __future__ import annotations

from typing import Any

from tapstack.engines.alarms import alarms_of
from tapstack.engines.terraform.alarm import write
from tapstack.engines.terraform.module import Resource
from tapstack.engines.terraform.unit import UnitModule
from tapstack.engines.terraform.watched import watched_of
from tapstack.plan.names import NameKind


def add(unit: UnitModule, topic: Resource[Any]) -> list[str]:
    """Add every alarm, which tells the topic when it goes off and when it is over; return the names that all have."""
    alarms = list(alarms_of(watched_of(unit)))
    for alarm in alarms:
        write(unit, alarm, topic)
    return [unit.name(NameKind.ALARM, alarm.name) for alarm in alarms if alarm.where is None]
