"""AWS::SNS, AWS::Scheduler: the attributes of a topic, and schedules in full."""

from __future__ import annotations

import json
from typing import Any

from tapstack.sandbox.server.resource_types.resource_type import (
    CompletedType,
    Properties,
    Resource,
    ResourceType,
)

_TOPIC_ATTRIBUTES = {
    "KmsMasterKeyId": "",
    "TracingConfig": "PassThrough",
    "SignatureVersion": "1",
    "ArchivePolicy": "",
    "ContentBasedDeduplication": "false",
}


class Topic(CompletedType):
    """A topic."""

    name = "AWS::SNS::Topic"
    service = "sns"
    gone = ("NotFound", "NotFoundException")
    reads = ("DisplayName", "KmsMasterKeyId", "Tags")

    def configure(self, resource: Resource) -> None:
        """Set the attributes that MiniStack leaves out."""
        for name, default in _TOPIC_ATTRIBUTES.items():
            if resource.changed(name):
                value: Any = resource.properties.get(name, default)
                self.client().set_topic_attributes(
                    TopicArn=resource.physical_id,
                    AttributeName=name,
                    AttributeValue=json.dumps(value) if isinstance(value, dict | bool) else str(value),
                )
        if "DisplayName" not in resource.properties:
            # MiniStack gives it the topic's name, which AWS does not.
            self.client().set_topic_attributes(
                TopicArn=resource.physical_id, AttributeName="DisplayName", AttributeValue=""
            )

    def read(self, resource: Resource) -> Properties | None:
        """Read it as it is now."""
        client, topic = self.client(), resource.physical_id
        attributes = client.get_topic_attributes(TopicArn=topic)["Attributes"]
        return {
            "DisplayName": attributes.get("DisplayName", ""),
            "KmsMasterKeyId": attributes.get("KmsMasterKeyId", ""),
            "Tags": client.list_tags_for_resource(ResourceArn=topic)["Tags"],
        }


class Schedule(ResourceType):
    """Something that is done at certain times."""

    name = "AWS::Scheduler::Schedule"
    service = "scheduler"
    tags = None
    replaced_by = ("Name",)
    gone = ("ResourceNotFoundException",)
    reads = ("Description", "ScheduleExpression", "ScheduleExpressionTimezone", "State", "FlexibleTimeWindow")

    def create(self, resource: Resource) -> str:
        """Create it."""
        wanted = {"Name": resource.generated_name(64, lowercase=False), **resource.properties}
        self.call("create_schedule", wanted)
        return str(wanted["Name"])

    def update(self, resource: Resource) -> None:
        """Update it: the call replaces everything."""
        self.call("update_schedule", {**resource.properties, "Name": resource.physical_id})

    def configure(self, resource: Resource) -> None:
        """Learn its ARN."""
        resource.attributes = {"Arn": self._described(resource)["Arn"]}

    def delete(self, resource: Resource) -> None:
        """Delete it."""
        self.client().delete_schedule(Name=resource.physical_id, **self._group(resource))

    def read(self, resource: Resource) -> Properties | None:
        """Read it as it is now."""
        found = self._described(resource)
        return {name: found[name] for name in self.reads if name in found}

    def _described(self, resource: Resource) -> Properties:
        return dict(self.client().get_schedule(Name=resource.physical_id, **self._group(resource)))

    def _group(self, resource: Resource) -> dict[str, str]:
        group = resource.properties.get("GroupName")
        return {"GroupName": group} if group else {}


TYPES = (Topic, Schedule)
