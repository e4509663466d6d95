"""AWS::CloudWatch: alarms through the API in full, and alarms made of other alarms."""

from __future__ import annotations

from typing import Any

from tapstack.sandbox.server.resource_types.resource_type import (
    Properties,
    Resource,
    ResourceType,
    tag_list,
    tag_map,
)


class _AnyAlarm(ResourceType):
    service = "cloudwatch"
    replaced_by = ("AlarmName",)
    custom_name = "AlarmName"
    put: str
    kind: str
    gone = ("ResourceNotFound",)

    def create(self, resource: Resource) -> str:
        """Choose its name; `configure` puts it, which is also how it is changed."""
        return str(resource.properties.get("AlarmName") or resource.generated_name(255, lowercase=False))

    def configure(self, resource: Resource) -> None:
        """Put it."""
        wanted = {**resource.properties, "AlarmName": resource.physical_id}
        self.call(self.put, wanted, without=("Tags",))
        arn = f"arn:aws:cloudwatch:{resource.region}:{resource.account}:alarm:{resource.physical_id}"
        resource.attributes = {"Arn": arn}
        old, new = tag_map(resource.previous.get("Tags")), tag_map(resource.properties.get("Tags"))
        if dropped := [key for key in old if key not in new]:
            self.client().untag_resource(ResourceARN=arn, TagKeys=dropped)
        if new and new != old:
            self.client().tag_resource(ResourceARN=arn, Tags=tag_list(new))

    def delete(self, resource: Resource) -> None:
        """Delete it."""
        self.client().delete_alarms(AlarmNames=[resource.physical_id])

    def read(self, resource: Resource) -> Properties | None:
        """Read it as it is now."""
        client = self.client()
        answer = client.describe_alarms(AlarmNames=[resource.physical_id], AlarmTypes=[self.kind])
        alarms: list[Any] = answer[f"{self.kind}s"]
        if not alarms:
            return None
        tags = client.list_tags_for_resource(ResourceARN=alarms[0]["AlarmArn"])["Tags"]
        return {**{name: alarms[0][name] for name in self.reads if name in alarms[0]}, "Tags": tags}


class Alarm(_AnyAlarm):
    """An alarm on a metric, or on a formula of metrics."""

    name = "AWS::CloudWatch::Alarm"
    put = "put_metric_alarm"
    kind = "MetricAlarm"
    reads = (
        "ActionsEnabled", "AlarmActions", "AlarmDescription", "ComparisonOperator", "DatapointsToAlarm", "Dimensions",
        "EvaluationPeriods", "InsufficientDataActions", "MetricName", "Metrics", "Namespace", "OKActions", "Period",
        "Statistic", "ExtendedStatistic", "Threshold", "TreatMissingData", "Unit", "Tags",
    )  # fmt: skip


class CompositeAlarm(_AnyAlarm):
    """An alarm on the states of others."""

    name = "AWS::CloudWatch::CompositeAlarm"
    put = "put_composite_alarm"
    kind = "CompositeAlarm"
    reads = (
        "ActionsEnabled", "AlarmActions", "AlarmDescription", "AlarmRule", "InsufficientDataActions", "OKActions",
        "ActionsSuppressor", "ActionsSuppressorExtensionPeriod", "ActionsSuppressorWaitPeriod", "Tags",
    )  # fmt: skip


TYPES = (Alarm, CompositeAlarm)
