"""How CloudWatch will know what a template makes."""

from __future__ import annotations

from collections.abc import Mapping

from tapstack.engines.cloudformation import apis, dns, load_balancers
from tapstack.engines.cloudformation.template import Value, get, logical_id, sub
from tapstack.engines.cloudformation.unit import UnitTemplate
from tapstack.engines.watched import Watched
from tapstack.plan.names import NameKind

OWN_REGION = "${AWS::Region}"


def watched_of(unit: UnitTemplate) -> Watched:
    """A unit as alarms and dashboards see it."""

    def target_groups(name: str) -> Mapping[str, Value]:
        groups = load_balancers.address_groups(unit, name)
        return {target: get(group, "TargetGroupFullName") for target, group in groups.items()}

    return Watched(
        fleet=unit.fleet,
        plan=unit.plan,
        own_region=OWN_REGION,
        name=unit.name,
        bucket=lambda name, region: unit.name(NameKind.BUCKET, name, region=region),
        dashboard=lambda region: unit.text_name(NameKind.DASHBOARD, "region").replace(OWN_REGION, region),
        alarm_arn="arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:",
        copied_to_here=sub("to-${AWS::Region}"),
        api_id=lambda name: apis.api_id(unit, name),
        load_balancer=lambda name: get(logical_id("load-balancer", name), "LoadBalancerFullName"),
        target_groups=target_groups,
        health_check=lambda label: dns.health_check_id(unit, label),
    )
