"""Target groups: the functions and addresses that a load balancer leads to. AWS names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any

from tapstack.engines.balancing import DEFAULT, DEREGISTRATION_DELAY, OUTSIDE, reached, timeout
from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform.callers import let_call
from tapstack.engines.terraform.expressions import Expression, expression, literal
from tapstack.engines.terraform.functions import function_of
from tapstack.engines.terraform.module import Resource, label
from tapstack.engines.terraform.network import VPC
from tapstack.engines.terraform.unit import UnitModule
from tapstack.fleet.load_balancers import LoadBalancer, Target

GROUP = "aws_lb_target_group"


@dataclass(frozen=True)
class Targets:
    """The groups that a load balancer's listeners forward to."""

    default: Resource[Any] | None
    rules: Mapping[str, Resource[Any]]


def add(unit: UnitModule, name: str, balancer: LoadBalancer, group: Resource[Any]) -> Targets:
    """Add the groups: one for each function, however many rules lead to it, and one for each list of addresses."""
    called = dict.fromkeys(target.function for target in balancer.targets if target.function is not None)
    functions = {function: _function(unit, name, function) for function in called}

    def of(target: Target, group_label: str) -> Resource[Any]:
        return functions[target.function] if target.function else _addresses(unit, group_label, target)

    _let_out(unit, group, balancer)
    return Targets(
        default=of(balancer.default, _default(name)) if balancer.default else None,
        rules={key: of(rule.to, _rule(name, key)) for key, rule in balancer.rules.items()},
    )


def address_groups(name: str, balancer: LoadBalancer) -> Mapping[str, Resource[str]]:
    """The groups of addresses, by what leads there."""
    found = {DEFAULT: _default(name)} if balancer.default and balancer.default.addresses else {}
    found |= {key: _rule(name, key) for key, rule in balancer.rules.items() if rule.to.addresses}
    return {key: Resource(GROUP, group_label) for key, group_label in found.items()}


def attachments(name: str, balancer: LoadBalancer) -> list[Resource[Any]]:
    """What ties each function and each address to its group."""
    functions = dict.fromkeys(target.function for target in balancer.targets if target.function is not None)
    leading = {_default(name): balancer.default, **{_rule(name, key): rule.to for key, rule in balancer.rules.items()}}
    labels = [_function_label(name, function) for function in functions] + [
        _address_label(group, address) for group, to in leading.items() if to for address in to.addresses
    ]
    return [Resource("aws_lb_target_group_attachment", each) for each in labels]


def _default(name: str) -> str:
    return label("targets", name, DEFAULT)


def _rule(name: str, key: str) -> str:
    return label("targets", name, "rule", key)


def _function_label(name: str, function: str) -> str:
    return label("targets", name, "function", function)


def _address_label(group: str, address: IPv4Address) -> str:
    return label(group, _word(str(address)))


def _function(unit: UnitModule, name: str, function: str) -> Resource[Any]:
    group = unit.resource.aws_lb_target_group(
        _function_label(name, function),
        target_type="lambda",
        # A listener holds on to its group until it has another one.
        lifecycle={"create_before_destroy": True},
    )
    permission = let_call(
        unit,
        label("load-balancer", name, "calls", function),
        function_of(function),
        "elasticloadbalancing.amazonaws.com",
        # As wide as CloudFormation's, which does not know the group's own ARN yet: both engines make the same.
        source_arn=unit.text("arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/*"),
    )
    unit.resource.aws_lb_target_group_attachment(
        group.label,
        target_group_arn=group.ref("arn"),
        target_id=function_of(function).ref("arn"),
        depends_on=[permission],
    )
    return group


def _addresses(unit: UnitModule, group_label: str, target: Target) -> Resource[Any]:
    health = target.health
    group = unit.resource.aws_lb_target_group(
        group_label,
        target_type="ip",
        vpc_id=VPC.ref("id"),
        protocol=target.protocol,
        port=target.port,
        health_check={
            "enabled": True,
            "protocol": target.protocol,
            "path": literal(health.path),
            "interval": health.interval,
            "timeout": timeout(health),
            "healthy_threshold": health.healthy_after,
            "unhealthy_threshold": health.unhealthy_after,
        },
        deregistration_delay=str(DEREGISTRATION_DELAY),
        lifecycle={"create_before_destroy": True},
        exceptions=_exceptions(target),
    )
    for address in target.addresses:
        unit.resource.aws_lb_target_group_attachment(
            _address_label(group_label, address),
            target_group_arn=group.ref("arn"),
            target_id=str(address),
            port=target.port,
            availability_zone=_zone(unit, address),
        )
    return group


def _exceptions(target: Target) -> list[LintException]:
    if target.protocol == "HTTPS":
        return []
    return [LintException("checkov", "CKV_AWS_378", "The fleet says that these addresses are spoken to without TLS.")]


def _zone(unit: UnitModule, address: IPv4Address) -> str:
    """AWS finds the zone of an address in the VPC itself, and wants to be told that another one has none."""
    inside = [region.name for region in unit.plan.regions if region.block is not None and address in region.block]
    if not inside:
        return OUTSIDE
    here: Expression = expression(f'var.region == "{inside[0]}" ? null : "{OUTSIDE}"')
    return here


def _let_out(unit: UnitModule, group: Resource[Any], balancer: LoadBalancer) -> None:
    """Let the load balancer reach its addresses, each at its port; functions need no way through the network."""
    for address, port in reached(balancer):
        unit.resource.aws_vpc_security_group_egress_rule(
            label(group.label, "to", _word(address), "port", str(port)),
            security_group_id=group.ref("id"),
            cidr_ipv4=f"{address}/32",
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description=f"The target {address}",
        )


def _word(address: str) -> str:
    return address.replace(".", "x")
