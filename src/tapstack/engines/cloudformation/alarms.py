"""Alarms: everything that is watched in a region, written into its template."""

from __future__ import annotations

from tapstack.engines.alarms import alarms_of
from tapstack.engines.cloudformation.alarm import write
from tapstack.engines.cloudformation.template import Resource
from tapstack.engines.cloudformation.unit import UnitTemplate
from tapstack.engines.cloudformation.watched import watched_of
from tapstack.plan.names import NameKind


def add(unit: UnitTemplate, topic: Resource) -> list[str]:
    """Add every alarm, which tells the topic when it goes off and when it is over; return the names that all have."""
    alarms = list(alarms_of(watched_of(unit)))
    for alarm in alarms:
        write(unit, alarm, topic)
    return [unit.text_name(NameKind.ALARM, alarm.name) for alarm in alarms if alarm.where is None]
