"""AWS::CloudWatch, AWS::Logs, AWS::SSM: alarms, dashboards, log groups and what reads them, parameters."""

from __future__ import annotations

from typing import Any

from tapstack.sandbox.server.drift_readers.reader import Properties, Reader


def _alarm(cloudwatch: Any, name: str, _: Properties) -> Properties | None:
    found = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    alarms = [*found["MetricAlarms"], *found["CompositeAlarms"]]
    return dict(alarms[0]) if alarms else None


def _dashboard(cloudwatch: Any, name: str, _: Properties) -> Properties | None:
    return dict(cloudwatch.get_dashboard(DashboardName=name))


def _log_group(logs: Any, name: str, _: Properties) -> Properties | None:
    found = next((group for group in _all(logs, "describe_log_groups", "logGroups", logGroupNamePrefix=name)
                  if group["logGroupName"] == name), None)  # fmt: skip
    if found is None:
        return None
    arn = str(found["arn"]).removesuffix(":*")
    tags = logs.list_tags_for_resource(resourceArn=arn).get("tags", {})
    return {**found, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


def _resource_policy(logs: Any, name: str, _: Properties) -> Properties | None:
    policies = _all(logs, "describe_resource_policies", "resourcePolicies")
    return next((policy for policy in policies if policy["policyName"] == name), None)


def _metric_filter(logs: Any, name: str, declared: Properties) -> Properties | None:
    group = declared["LogGroupName"]
    filters = _all(logs, "describe_metric_filters", "metricFilters", logGroupName=group, filterNamePrefix=name)
    found = next((item for item in filters if item["filterName"] == name), None)
    if found is None:
        return None
    transformations = [
        {
            **item,
            "dimensions": [{"Key": key, "Value": value} for key, value in (item.get("dimensions") or {}).items()],
        }
        for item in found["metricTransformations"]
    ]
    return {**found, "LogGroupName": group, "MetricTransformations": transformations}


def _subscription_filter(logs: Any, name: str, declared: Properties) -> Properties | None:
    group = declared["LogGroupName"]
    filters = _all(logs, "describe_subscription_filters", "subscriptionFilters", logGroupName=group)
    found = next((item for item in filters if item["filterName"] == name), None)
    return found and {**found, "LogGroupName": group}


def _all(client: Any, operation: str, member: str, **parameters: Any) -> list[Properties]:
    return [dict(item) for page in client.get_paginator(operation).paginate(**parameters) for item in page[member]]


def _parameter(ssm: Any, name: str, _: Properties) -> Properties | None:
    found = ssm.get_parameter(Name=name)["Parameter"]
    tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
    return {**found, "Tags": {tag["Key"]: tag["Value"] for tag in tags}}


READERS = {
    "AWS::CloudWatch::Alarm": Reader("cloudwatch", _alarm, adds=True),
    "AWS::CloudWatch::CompositeAlarm": Reader("cloudwatch", _alarm, adds=True),
    "AWS::CloudWatch::Dashboard": Reader("cloudwatch", _dashboard, gone=("ResourceNotFound",)),
    "AWS::Logs::LogGroup": Reader("logs", _log_group),
    "AWS::Logs::MetricFilter": Reader("logs", _metric_filter),
    "AWS::Logs::ResourcePolicy": Reader("logs", _resource_policy),
    "AWS::Logs::SubscriptionFilter": Reader("logs", _subscription_filter),
    "AWS::SSM::Parameter": Reader(
        "ssm", _parameter, unread=("Description", "Tier", "AllowedPattern", "Policies"), gone=("ParameterNotFound",)
    ),
}
