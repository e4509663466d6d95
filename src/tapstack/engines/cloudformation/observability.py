"""Observability: a topic that alarms tell in every region, the alarms, dashboards, and a watch for drift."""

from __future__ import annotations

from tapstack.engines.cloudformation import alarms, dashboards, drift_watch
from tapstack.engines.cloudformation.template import ACCOUNT, Resource, Value, logical_id
from tapstack.engines.cloudformation.unit import UnitTemplate
from tapstack.plan.names import NameKind

TOPIC = "AlarmTopic"
REGION_DASHBOARD = "Dashboard"


def add(unit: UnitTemplate) -> None:
    """Add the region's alarm topic, its alarms, its dashboard and its watch for drift."""
    settings = unit.fleet.observability
    watched: list[str] = []
    if has_topic(unit):
        topic = _topic(unit)
        if settings.alarms:
            watched = alarms.add(unit, topic)
        drift_watch.add(unit, topic)
    if settings.dashboards:
        unit.template.add(
            REGION_DASHBOARD,
            "AWS::CloudWatch::Dashboard",
            {
                "DashboardName": unit.name(NameKind.DASHBOARD, "region"),
                "DashboardBody": dashboards.of_region(unit, watched),
            },
        )


def has_topic(unit: UnitTemplate) -> bool:
    """Tell whether there is anything to be told."""
    return unit.fleet.observability.alarms or unit.fleet.observability.drift_watch is not None


def add_fleet_dashboard(unit: UnitTemplate) -> None:
    """Add the dashboard that shows all regions side by side."""
    if unit.fleet.observability.dashboards:
        unit.template.add(
            "FleetDashboard",
            "AWS::CloudWatch::Dashboard",
            {"DashboardName": unit.name(NameKind.DASHBOARD, "fleet"), "DashboardBody": dashboards.of_fleet(unit)},
        )


def _topic(unit: UnitTemplate) -> Resource:
    topic = unit.template.add(
        TOPIC,
        "AWS::SNS::Topic",
        {"TopicName": unit.name(NameKind.TOPIC, "alarms"), "KmsMasterKeyId": unit.key_arn("logs")},
    )
    unit.template.add(
        "AlarmTopicPolicy",
        "AWS::SNS::TopicPolicy",
        {
            "Topics": [topic.ref],
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "OnlyTls",
                        "Effect": "Deny",
                        "Principal": {"AWS": "*"},
                        "Action": "sns:Publish",
                        "Resource": topic.ref,
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    },
                    _publishes(
                        "Alarms", "cloudwatch.amazonaws.com", topic, {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
                    ),
                    # EventBridge says nothing of itself when it publishes, so a condition would never be met.
                    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
                    _publishes("Events", "events.amazonaws.com", topic, None),
                ],
            },
        },
    )
    for address in unit.fleet.observability.notify:
        unit.template.add(
            logical_id("subscription", *_words(address)),
            "AWS::SNS::Subscription",
            {"TopicArn": topic.ref, "Protocol": "email", "Endpoint": address},
        )
    return topic


def _publishes(sid: str, service: str, topic: Resource, condition: Value) -> Value:
    statement: dict[str, Value] = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sns:Publish",
        "Resource": topic.ref,
    }
    if condition is not None:
        statement["Condition"] = condition
    return statement


def _words(address: str) -> list[str]:
    """An e-mail address as words of letters and digits, of which a logical ID is made."""
    return "".join(letter if letter.isalnum() else " " for letter in address).split()
