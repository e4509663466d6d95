"""AWS::Events, AWS::Scheduler: rules with their targets, schedules with theirs."""

from __future__ import annotations

from typing import Any

from tapstack.sandbox.server.drift_readers.reader import Properties, Reader


def _rule(events: Any, identifier: str, declared: Properties) -> Properties | None:
    bus = {"EventBusName": declared["EventBusName"]} if declared.get("EventBusName") else {}
    name = identifier.rpartition("/")[2].rpartition("|")[2]
    found = events.describe_rule(Name=name, **bus)
    tags = events.list_tags_for_resource(ResourceARN=found["Arn"])["Tags"]
    return {**found, "Targets": events.list_targets_by_rule(Rule=name, **bus)["Targets"], "Tags": tags}


def _schedule(scheduler: Any, name: str, declared: Properties) -> Properties | None:
    group = {"GroupName": declared["GroupName"]} if declared.get("GroupName") else {}
    return dict(scheduler.get_schedule(Name=name, **group))


READERS = {
    "AWS::Events::Rule": Reader("events", _rule),
    "AWS::Scheduler::Schedule": Reader("scheduler", _schedule),
}
