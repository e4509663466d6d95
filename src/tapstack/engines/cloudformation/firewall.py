"""Firewall: AWS WAF in front of a REST API or a load balancer, with the managed rule groups and a limit per address."""

from __future__ import annotations

from collections.abc import Iterable

from tapstack.engines.cloudformation import log_groups
from tapstack.engines.cloudformation.template import Resource, Value, logical_id
from tapstack.engines.cloudformation.unit import UnitTemplate
from tapstack.engines.firewall_rules import (
    COUNTED_ONLY,
    MANAGED_GROUPS,
    RATE_RULE,
    REQUESTS_PER_ADDRESS,
    SECRET_HEADERS,
)
from tapstack.plan.names import NameKind


def add(unit: UnitTemplate, name: str, protected: Value, *, depends_on: Iterable[Resource] = ()) -> None:
    """Put a firewall in front of what has this ARN; `name` is that of the firewall, `web-api` or `web-balancer`."""
    acl = unit.template.add(
        logical_id("firewall", name),
        "AWS::WAFv2::WebACL",
        {
            "Name": unit.name(NameKind.FIREWALL, name),
            "Scope": "REGIONAL",
            "DefaultAction": {"Allow": {}},
            "VisibilityConfig": _visible(name),
            "Rules": [
                {
                    "Name": RATE_RULE,
                    "Priority": 0,
                    "Action": {"Block": {}},
                    "Statement": {"RateBasedStatement": {"Limit": REQUESTS_PER_ADDRESS, "AggregateKeyType": "IP"}},
                    "VisibilityConfig": _visible(RATE_RULE),
                },
                *(_managed(number, group) for number, group in enumerate(MANAGED_GROUPS, start=1)),
            ],
        },
    )
    unit.template.add(
        logical_id("firewall", name, "in-front"),
        "AWS::WAFv2::WebACLAssociation",
        {"WebACLArn": acl.get("Arn"), "ResourceArn": protected},
        depends_on=depends_on,
    )
    group = log_groups.add(unit, logical_id("firewall", name, "logs"), unit.name(NameKind.FIREWALL_LOG, name))
    unit.template.add(
        logical_id("firewall", name, "logging"),
        "AWS::WAFv2::LoggingConfiguration",
        {
            "ResourceArn": acl.get("Arn"),
            # The log group's own attribute ends in ":*", which WAF does not take.
            "LogDestinationConfigs": [
                unit.arn("logs", f"log-group:{unit.text_name(NameKind.FIREWALL_LOG, name)}"),
            ],
            "RedactedFields": [{"SingleHeader": {"Name": header}} for header in SECRET_HEADERS],
        },
        depends_on=[group],
    )


def _managed(priority: int, group: str) -> Value:
    statement: dict[str, Value] = {"VendorName": "AWS", "Name": group}
    if group in COUNTED_ONLY:
        statement["RuleActionOverrides"] = [
            {"Name": rule, "ActionToUse": {"Count": {}}} for rule in COUNTED_ONLY[group]
        ]
    return {
        "Name": group,
        "Priority": priority,
        "OverrideAction": {"None": {}},
        "Statement": {"ManagedRuleGroupStatement": statement},
        "VisibilityConfig": _visible(group),
    }


def _visible(metric: str) -> Value:
    return {"CloudWatchMetricsEnabled": True, "SampledRequestsEnabled": True, "MetricName": metric}
