"""How CloudWatch will know what a module makes."""

from __future__ import annotations

from collections.abc import Mapping

from tapstack.engines.terraform import apis, dns, load_balancers
from tapstack.engines.terraform.module import Value
from tapstack.engines.terraform.unit import REGION, UnitModule
from tapstack.engines.watched import Watched
from tapstack.plan.names import NameKind


def watched_of(unit: UnitModule) -> Watched:
    """A unit as alarms and dashboards see it."""

    def target_groups(name: str) -> Mapping[str, Value]:
        groups = load_balancers.address_groups(unit, name)
        return {target: group.ref("arn_suffix") for target, group in groups.items()}

    return Watched(
        fleet=unit.fleet,
        plan=unit.plan,
        own_region=REGION,
        name=unit.name,
        bucket=lambda name, region: unit.name(NameKind.BUCKET, name, region=region),
        dashboard=lambda region: unit.name(NameKind.DASHBOARD, "region", region=region),
        alarm_arn=unit.arn("cloudwatch", "alarm:"),
        copied_to_here=f"to-{REGION}",
        api_id=lambda name: apis.api_id(unit, name),
        load_balancer=lambda name: load_balancers.load_balancer_of(name).ref("arn_suffix"),
        target_groups=target_groups,
        health_check=lambda label: dns.health_check_id(unit, label),
    )
