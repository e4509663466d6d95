"""Target groups: the functions and addresses that a load balancer leads to. AWS names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from tapstack.engines.balancing import DEFAULT, DEREGISTRATION_DELAY, OUTSIDE, reached, timeout
from tapstack.engines.cloudformation.network import VPC
from tapstack.engines.cloudformation.template import NO_VALUE, Resource, Value, get, logical_id, ref, sub, when
from tapstack.engines.cloudformation.unit import UnitTemplate
from tapstack.fleet.load_balancers import LoadBalancer, Target


@dataclass(frozen=True)
class Targets:
    """The groups that a load balancer's listeners forward to."""

    default: Resource | None
    rules: Mapping[str, Resource]


def add(unit: UnitTemplate, name: str, balancer: LoadBalancer, group: Resource) -> Targets:
    """Add the groups: one for each function, however many rules lead to it, and one for each list of addresses."""
    called = dict.fromkeys(target.function for target in balancer.targets if target.function is not None)
    functions = {function: _function(unit, name, function) for function in called}

    def of(target: Target, logical: str) -> Resource:
        return functions[target.function] if target.function else _addresses(unit, logical, target)

    _let_out(unit, group, balancer)
    return Targets(
        default=of(balancer.default, _default_id(name)) if balancer.default else None,
        rules={key: of(rule.to, _rule_id(name, key)) for key, rule in balancer.rules.items()},
    )


def address_groups(name: str, balancer: LoadBalancer) -> Mapping[str, str]:
    """The logical IDs of the groups of addresses, by what leads there."""
    found = {DEFAULT: _default_id(name)} if balancer.default and balancer.default.addresses else {}
    return found | {key: _rule_id(name, key) for key, rule in balancer.rules.items() if rule.to.addresses}


def _default_id(name: str) -> str:
    return logical_id("targets", name, DEFAULT)


def _rule_id(name: str, key: str) -> str:
    return logical_id("targets", name, "rule", key)


def _function(unit: UnitTemplate, name: str, function: str) -> Resource:
    arn = get(logical_id("function", function), "Arn")
    permission = unit.template.add(
        logical_id("load-balancer", name, "calls", function),
        "AWS::Lambda::Permission",
        {
            "Action": "lambda:InvokeFunction",
            "FunctionName": arn,
            "Principal": "elasticloadbalancing.amazonaws.com",
            # The group takes a function only once it may call it, so its own ARN is not known yet.
            "SourceArn": sub(
                "arn:${AWS::Partition}:elasticloadbalancing:${AWS::Region}:${AWS::AccountId}:targetgroup/*"
            ),
        },
    )
    return unit.template.add(
        logical_id("targets", name, "function", function),
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        {"TargetType": "lambda", "Targets": [{"Id": arn}]},
        depends_on=[permission],
    )


def _addresses(unit: UnitTemplate, logical: str, target: Target) -> Resource:
    health = target.health
    return unit.template.add(
        logical,
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        {
            "TargetType": "ip",
            "VpcId": ref(VPC),
            "Protocol": target.protocol,
            "Port": target.port,
            "HealthCheckEnabled": True,
            "HealthCheckProtocol": target.protocol,
            "HealthCheckPath": health.path,
            "HealthCheckIntervalSeconds": health.interval,
            "HealthCheckTimeoutSeconds": timeout(health),
            "HealthyThresholdCount": health.healthy_after,
            "UnhealthyThresholdCount": health.unhealthy_after,
            "Targets": [
                {"Id": str(address), "Port": target.port, "AvailabilityZone": _zone(unit, address)}
                for address in target.addresses
            ],
            "TargetGroupAttributes": [
                {"Key": "deregistration_delay.timeout_seconds", "Value": str(DEREGISTRATION_DELAY)}
            ],
        },
    )


def _zone(unit: UnitTemplate, address: IPv4Address) -> Value:
    """AWS finds the zone of an address in the VPC itself, and wants to be told that another one has none."""
    zone: Value = OUTSIDE
    for region in unit.plan.regions:
        if region.block is not None and address in region.block:
            zone = when(unit.is_region(region.name), NO_VALUE, zone)
    return zone


def _let_out(unit: UnitTemplate, group: Resource, balancer: LoadBalancer) -> None:
    """Let the load balancer reach its addresses, each at its port; functions need no way through the network."""
    for address, port in reached(balancer):
        unit.template.add(
            logical_id(group.logical_id, "to", address.replace(".", "x"), "port", str(port)),
            "AWS::EC2::SecurityGroupEgress",
            {
                "GroupId": group.get("GroupId"),
                "CidrIp": f"{address}/32",
                "IpProtocol": "tcp",
                "FromPort": port,
                "ToPort": port,
                "Description": f"The target {address}",
            },
        )
