"""The network: subnets by tier and zone, ways out, gateway endpoints, flow logs, and groups that let nobody in."""

from __future__ import annotations

from typing import Any

from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform import log_groups
from tapstack.engines.terraform.expressions import Expression, literal
from tapstack.engines.terraform.module import Resource, label
from tapstack.engines.terraform.unit import UnitModule, allow
from tapstack.fleet.network import TIERS, Network, Tier
from tapstack.plan.names import NameKind

VPC = Resource[str]("aws_vpc", "network")
EVERYWHERE = "0.0.0.0/0"
HTTP = 80


def add(unit: UnitModule) -> None:
    """Add the VPC and everything in it that is not a component's own."""
    network = unit.fleet.network
    if network is None:
        return
    unit.resource.aws_vpc(
        VPC.label,
        cidr_block=unit.by_region("block"),
        enable_dns_hostnames=True,
        enable_dns_support=True,
        tags=unit.name_tag(),
        exceptions=()
        if network.flow_logs
        else [LintException("checkov", "CKV2_AWS_11", "The fleet turns the network's flow logs off.")],
    )
    # Terraform adopts the group that AWS makes and takes its rules away, which are open among its members.
    unit.resource.aws_default_security_group("network", vpc_id=VPC.ref("id"))
    for tier in network.tiers:
        for zone in range(unit.zones):
            _subnet(unit, tier, zone)
    if "public" in network.tiers:
        _internet(unit)
    _ways_out(unit, network)
    _endpoints(unit, network)
    if network.flow_logs:
        _flow_logs(unit)


def subnets(unit: UnitModule, *tiers: Tier) -> list[str]:
    """The subnets of the first of these tiers that the network has."""
    network = unit.fleet.network
    for tier in tiers:
        if network is not None and tier in network.tiers:
            return [subnet(tier, zone).ref("id") for zone in range(unit.zones)]
    return []


def subnet(tier: Tier, zone: int) -> Resource[str]:
    """A subnet, by its tier and its zone, counted from 0."""
    return Resource("aws_subnet", label(tier, str(zone + 1)))


def security_group(unit: UnitModule, name: str, description: str) -> Resource[Any]:
    """A group that lets nobody in or out; `let_in` and `let_out` open exactly what is needed."""
    # Terraform takes away the rule that lets everything out, which AWS adds to every group.
    return unit.resource.aws_security_group(
        label(name), description=literal(description), vpc_id=VPC.ref("id"), tags=unit.name_tag(name)
    )


def let_through(
    unit: UnitModule, source: Resource[Any], target: Resource[Any], port: int | Expression, description: str
) -> None:
    """Open one port from one group to another, on both sides."""
    name = label(source.label, "to", target.label)
    unit.resource.aws_vpc_security_group_egress_rule(
        name,
        security_group_id=source.ref("id"),
        referenced_security_group_id=target.ref("id"),
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        description=literal(description),
    )
    unit.resource.aws_vpc_security_group_ingress_rule(
        name,
        security_group_id=target.ref("id"),
        referenced_security_group_id=source.ref("id"),
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        description=literal(description),
    )


def let_in(unit: UnitModule, target: Resource[Any], block: str, port: int, description: str) -> None:
    """Let addresses outside reach a group; the whole internet only on purpose, which is acknowledged here."""
    exceptions = []
    if block == EVERYWHERE and port == HTTP:
        exceptions.append(LintException("checkov", "CKV_AWS_260", f"On purpose: {description}."))
    unit.resource.aws_vpc_security_group_ingress_rule(
        label(target.label, str(port)),
        security_group_id=target.ref("id"),
        cidr_ipv4=block,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        description=literal(description),
        exceptions=exceptions,
    )


def let_out(unit: UnitModule, source: Resource[Any], block: str, port: int, description: str) -> None:
    """Let a group reach addresses outside."""
    unit.resource.aws_vpc_security_group_egress_rule(
        label(source.label, str(port)),
        security_group_id=source.ref("id"),
        cidr_ipv4=block,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        description=literal(description),
    )


def _subnet(unit: UnitModule, tier: Tier, zone: int) -> None:
    name = f"{tier}-{zone + 1}"
    # Local and Wavelength zones are no places for a region's subnets; AWS lists those that were opted into, too.
    # One that is ill is asked for all the same: without it the others would move up.
    zones = unit.data.aws_availability_zones(
        "here",
        filter={"name": "opt-in-status", "values": ["opt-in-not-required"]},
        exceptions=[LintException("checkov", "CKV_AWS_394", "A subnet stays in the zone that it was made in.")],
    )
    made = unit.resource.aws_subnet(
        subnet(tier, zone).label,
        vpc_id=VPC.ref("id"),
        availability_zone=zones.ref("names", f"[{zone}]"),
        cidr_block=unit.by_region(label(name)),
        map_public_ip_on_launch=False,
        tags=unit.name_tag(name),
        # AWS may open another zone, before these in the alphabet.
        lifecycle={"ignore_changes": ["availability_zone"]},
    )
    table = unit.resource.aws_route_table(label(name), vpc_id=VPC.ref("id"), tags=unit.name_tag(name))
    unit.resource.aws_route_table_association(label(name), subnet_id=made.ref("id"), route_table_id=table.ref("id"))


def _table(tier: Tier, zone: int) -> Expression:
    return Resource[str]("aws_route_table", label(tier, str(zone + 1))).ref("id")


def _internet(unit: UnitModule) -> None:
    gateway = unit.resource.aws_internet_gateway("internet", vpc_id=VPC.ref("id"), tags=unit.name_tag("internet"))
    for zone in range(unit.zones):
        unit.resource.aws_route(
            label("public", str(zone + 1)),
            route_table_id=_table("public", zone),
            destination_cidr_block=EVERYWHERE,
            gateway_id=gateway.ref("id"),
        )


def _ways_out(unit: UnitModule, network: Network) -> None:
    if network.nat == "none" or "private" not in network.tiers:
        return
    gateways = unit.zones if network.nat == "per-zone" else 1
    for zone in range(gateways):
        name = f"nat-{zone + 1}"
        address = unit.resource.aws_eip(
            label(name),
            domain="vpc",
            tags=unit.name_tag(name),
            depends_on=[Resource("aws_internet_gateway", "internet")],
        )
        unit.resource.aws_nat_gateway(
            label(name),
            subnet_id=subnet("public", zone).ref("id"),
            allocation_id=address.ref("id"),
            tags=unit.name_tag(name),
            depends_on=[Resource("aws_route", label("public", str(zone + 1)))],
        )
    for zone in range(unit.zones):
        gateway = Resource[str]("aws_nat_gateway", label("nat", str(min(zone, gateways - 1) + 1)))
        unit.resource.aws_route(
            label("private", str(zone + 1)),
            route_table_id=_table("private", zone),
            destination_cidr_block=EVERYWHERE,
            nat_gateway_id=gateway.ref("id"),
        )


def _endpoints(unit: UnitModule, network: Network) -> None:
    tables: list[str] = [_table(tier, zone) for tier in TIERS if tier in network.tiers for zone in range(unit.zones)]
    for service in network.endpoints:
        unit.resource.aws_vpc_endpoint(
            label(service),
            vpc_id=VPC.ref("id"),
            service_name=unit.text(f"com.amazonaws.{{region}}.{service}"),
            vpc_endpoint_type="Gateway",
            route_table_ids=tables,
        )


def _flow_logs(unit: UnitModule) -> None:
    group = log_groups.add(unit, "network", unit.name(NameKind.LOG_GROUP, "network"))
    actions = [
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "logs:DescribeLogGroups",
        "logs:DescribeLogStreams",
    ]
    role = unit.role("flow_logs", "flow-logs", "vpc-flow-logs.amazonaws.com", [allow(actions, group.ref("arn") + ":*")])
    unit.resource.aws_flow_log(
        "network",
        vpc_id=VPC.ref("id"),
        traffic_type="ALL",
        log_destination_type="cloud-watch-logs",
        log_destination=group.ref("arn"),
        iam_role_arn=role.ref("arn"),
        tags=unit.name_tag("flow-log"),
    )
