"""Observability: a topic that alarms tell in every region, the alarms, dashboards, and a watch for drift."""

from __future__ import annotations

from typing import Any

from tapstack.engines.terraform import alarms, dashboards, drift_watch
from tapstack.engines.terraform.expressions import literal
from tapstack.engines.terraform.module import Resource, Value, label
from tapstack.engines.terraform.unit import UnitModule, policy
from tapstack.plan.names import NameKind

TOPIC = Resource[str]("aws_sns_topic", "alarms")


def add(unit: UnitModule) -> None:
    """Add the region's alarm topic, its alarms, its dashboard and its watch for drift."""
    settings = unit.fleet.observability
    watched: list[str] = []
    if has_topic(unit):
        topic = _topic(unit)
        if settings.alarms:
            watched = alarms.add(unit, topic)
        drift_watch.add(unit, topic)
    if settings.dashboards:
        unit.resource.aws_cloudwatch_dashboard(
            "region",
            dashboard_name=unit.name(NameKind.DASHBOARD, "region"),
            dashboard_body=dashboards.of_region(unit, watched),
        )


def has_topic(unit: UnitModule) -> bool:
    """Tell whether there is anything to be told."""
    return unit.fleet.observability.alarms or unit.fleet.observability.drift_watch is not None


def add_fleet_dashboard(unit: UnitModule) -> None:
    """Add the dashboard that shows all regions side by side."""
    if unit.fleet.observability.dashboards:
        unit.resource.aws_cloudwatch_dashboard(
            "fleet",
            dashboard_name=unit.name(NameKind.DASHBOARD, "fleet"),
            dashboard_body=dashboards.of_fleet(unit),
        )


def _topic(unit: UnitModule) -> Resource[Any]:
    topic: Resource[Any] = unit.resource.aws_sns_topic(
        TOPIC.label, name=unit.name(NameKind.TOPIC, "alarms"), kms_master_key_id=unit.key_arn("logs")
    )
    unit.resource.aws_sns_topic_policy(
        TOPIC.label,
        arn=topic.ref("arn"),
        policy=policy(
            [
                {
                    "Sid": "OnlyTls",
                    "Effect": "Deny",
                    "Principal": {"AWS": "*"},
                    "Action": "sns:Publish",
                    "Resource": topic.ref("arn"),
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                },
                _publishes(
                    "Alarms", "cloudwatch.amazonaws.com", topic, {"StringEquals": {"aws:SourceAccount": unit.account}}
                ),
                # EventBridge says nothing of itself when it publishes, so a condition would never be met.
                # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
                _publishes("Events", "events.amazonaws.com", topic, None),
            ]
        ),
    )
    for address in unit.fleet.observability.notify:
        unit.resource.aws_sns_topic_subscription(
            label("alarms", *_words(address)), topic_arn=topic.ref("arn"), protocol="email", endpoint=literal(address)
        )
    return topic


def _publishes(sid: str, service: str, topic: Resource[Any], condition: Value) -> Value:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sns:Publish",
        "Resource": topic.ref("arn"),
        "Condition": condition,
    }


def _words(address: str) -> list[str]:
    """An e-mail address as words of letters and digits, of which a label is made."""
    return "".join(letter if letter.isalnum() else " " for letter in address).split()
