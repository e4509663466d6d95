"""Firewall: AWS WAF in front of a REST API or a load balancer, with the managed rule groups and a limit per address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapstack.engines.firewall_rules import (
    COUNTED_ONLY,
    MANAGED_GROUPS,
    RATE_RULE,
    REQUESTS_PER_ADDRESS,
    SECRET_HEADERS,
)
from tapstack.engines.terraform import log_groups
from tapstack.engines.terraform.module import label
from tapstack.engines.terraform.unit import UnitModule
from tapstack.plan.names import NameKind

if TYPE_CHECKING:
    from tapstack.engines.terraform import arguments


def add(unit: UnitModule, name: str, protected: str) -> None:
    """Put a firewall in front of what has this ARN; `name` is that of the firewall, `web-api` or `web-balancer`."""
    acl = unit.resource.aws_wafv2_web_acl(
        label("firewall", name),
        name=unit.name(NameKind.FIREWALL, name),
        scope="REGIONAL",
        default_action={"allow": {}},
        visibility_config=_visible(name),
        rule=[
            {
                "name": RATE_RULE,
                "priority": 0,
                "action": {"block": {}},
                "statement": {"rate_based_statement": {"limit": REQUESTS_PER_ADDRESS, "aggregate_key_type": "IP"}},
                "visibility_config": _visible(RATE_RULE),
            },
            *(_managed(number, group) for number, group in enumerate(MANAGED_GROUPS, start=1)),
        ],
    )
    unit.resource.aws_wafv2_web_acl_association(
        label("firewall", name), web_acl_arn=acl.ref("arn"), resource_arn=protected
    )
    group = log_groups.add(unit, label("firewall", name), unit.name(NameKind.FIREWALL_LOG, name))
    unit.resource.aws_wafv2_web_acl_logging_configuration(
        label("firewall", name),
        resource_arn=acl.ref("arn"),
        log_destination_configs=[group.ref("arn")],
        redacted_fields=[{"single_header": {"name": header}} for header in SECRET_HEADERS],
    )


def _managed(priority: int, group: str) -> arguments.Wafv2WebAclRule:
    counted = COUNTED_ONLY.get(group, ())
    return {
        "name": group,
        "priority": priority,
        "override_action": {"none": {}},
        "statement": {
            "managed_rule_group_statement": {
                "vendor_name": "AWS",
                "name": group,
                "rule_action_override": [{"name": rule, "action_to_use": {"count": {}}} for rule in counted] or None,
            }
        },
        "visibility_config": _visible(group),
    }


def _visible(metric: str) -> arguments.Wafv2WebAclVisibilityConfig:
    return {"cloudwatch_metrics_enabled": True, "sampled_requests_enabled": True, "metric_name": metric}
