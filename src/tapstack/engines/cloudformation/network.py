"""The network: subnets by tier and zone, ways out, gateway endpoints, flow logs, and groups that let nobody in."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.engines.cloudformation import own_functions
from tapstack.engines.cloudformation.template import (
    LintException,
    Resource,
    Value,
    get,
    logical_id,
    ref,
    select,
    sub,
)
from tapstack.engines.cloudformation.unit import UnitTemplate, allow
from tapstack.fleet.network import TIERS, Network, Tier
from tapstack.plan.names import NameKind

VPC = "Network"
EVERYWHERE = "0.0.0.0/0"
HTTP = 80


def add(unit: UnitTemplate) -> None:
    """Add the VPC and everything in it that is not a component's own."""
    network = unit.fleet.network
    if network is None:
        return
    unit.template.add(
        VPC,
        "AWS::EC2::VPC",
        {
            "CidrBlock": unit.by_region("Block"),
            "EnableDnsHostnames": True,
            "EnableDnsSupport": True,
            "Tags": _name_tag(unit, ""),
        },
        exceptions=()
        if network.flow_logs
        else [LintException("cdk-nag", "AwsSolutions-VPC7", "The fleet turns the network's flow logs off.")],
    )
    for tier in network.tiers:
        for zone in range(unit.zones):
            _subnet(unit, tier, zone)
    if "public" in network.tiers:
        _internet(unit)
    _ways_out(unit, network)
    _endpoints(unit, network)
    if network.flow_logs:
        _flow_logs(unit)
    _close_default_group(unit)


def subnets(unit: UnitTemplate, *tiers: Tier) -> list[Value]:
    """The subnets of the first of these tiers that the network has."""
    network = unit.fleet.network
    for tier in tiers:
        if network is not None and tier in network.tiers:
            return [ref(subnet_id(tier, zone)) for zone in range(unit.zones)]
    return []


def subnet_id(tier: Tier, zone: int) -> str:
    """The logical ID of a subnet."""
    return logical_id("subnet", tier, str(zone + 1))


def security_group(unit: UnitTemplate, name: str, description: str) -> Resource:
    """A group that lets nobody in or out; `let_in` and `let_out` open exactly what is needed."""
    return unit.template.add(
        logical_id("group", name),
        "AWS::EC2::SecurityGroup",
        {
            "GroupDescription": description,
            "VpcId": ref(VPC),
            # Without a rule AWS adds one that lets everything out; this one leads nowhere.
            "SecurityGroupEgress": [
                {
                    "IpProtocol": "icmp",
                    "FromPort": 252,
                    "ToPort": 86,
                    "CidrIp": "255.255.255.255/32",
                    "Description": "Disallow all traffic",
                }
            ],
            "Tags": _name_tag(unit, name),
        },
    )


def let_through(unit: UnitTemplate, source: Resource, target: Resource, port: Value, description: str) -> None:
    """Open one port from one group to another, on both sides."""
    name = logical_id(source.logical_id, "to", target.logical_id)
    common = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "Description": description}
    unit.template.add(
        f"{name}Out",
        "AWS::EC2::SecurityGroupEgress",
        {"GroupId": source.get("GroupId"), "DestinationSecurityGroupId": target.get("GroupId"), **common},
    )
    unit.template.add(
        f"{name}In",
        "AWS::EC2::SecurityGroupIngress",
        {"GroupId": target.get("GroupId"), "SourceSecurityGroupId": source.get("GroupId"), **common},
    )


def let_in(unit: UnitTemplate, target: Resource, block: Value, port: int, description: str) -> None:
    """Let addresses outside reach a group; the whole internet only on purpose, which is acknowledged here."""
    reason = f"On purpose: {description}."
    if not isinstance(block, str):
        reason = "The block is the region's own, which the check cannot look up."
    exceptions = [LintException("cdk-nag", "AwsSolutions-EC23", reason)]
    if block == EVERYWHERE and port == HTTP:
        exceptions.append(LintException("checkov", "CKV_AWS_260", reason))
    unit.template.add(
        logical_id(target.logical_id, "in", str(port)),
        "AWS::EC2::SecurityGroupIngress",
        {
            "GroupId": target.get("GroupId"),
            "CidrIp": block,
            "IpProtocol": "tcp",
            "FromPort": port,
            "ToPort": port,
            "Description": description,
        },
        exceptions=exceptions,
    )


def let_out(unit: UnitTemplate, source: Resource, block: Value, port: int, description: str) -> None:
    """Let a group reach addresses outside."""
    unit.template.add(
        logical_id(source.logical_id, "out", str(port)),
        "AWS::EC2::SecurityGroupEgress",
        {
            "GroupId": source.get("GroupId"),
            "CidrIp": block,
            "IpProtocol": "tcp",
            "FromPort": port,
            "ToPort": port,
            "Description": description,
        },
    )


def _subnet(unit: UnitTemplate, tier: Tier, zone: int) -> None:
    name = f"{tier}-{zone + 1}"
    unit.template.add(
        subnet_id(tier, zone),
        "AWS::EC2::Subnet",
        {
            "VpcId": ref(VPC),
            "AvailabilityZone": select(zone, {"Fn::GetAZs": ""}),
            "CidrBlock": unit.by_region(logical_id(name)),
            "MapPublicIpOnLaunch": False,
            "Tags": _name_tag(unit, name),
        },
    )
    table = unit.template.add(
        logical_id("routes", name), "AWS::EC2::RouteTable", {"VpcId": ref(VPC), "Tags": _name_tag(unit, name)}
    )
    unit.template.add(
        logical_id("routes", name, "subnet"),
        "AWS::EC2::SubnetRouteTableAssociation",
        {"SubnetId": ref(subnet_id(tier, zone)), "RouteTableId": table.ref},
    )


def _internet(unit: UnitTemplate) -> None:
    gateway = unit.template.add("InternetGateway", "AWS::EC2::InternetGateway", {"Tags": _name_tag(unit, "internet")})
    attachment = unit.template.add(
        "InternetGatewayAttachment",
        "AWS::EC2::VPCGatewayAttachment",
        {"VpcId": ref(VPC), "InternetGatewayId": gateway.ref},
    )
    for zone in range(unit.zones):
        unit.template.add(
            logical_id("route", "public", str(zone + 1)),
            "AWS::EC2::Route",
            {
                "RouteTableId": ref(logical_id("routes", f"public-{zone + 1}")),
                "DestinationCidrBlock": "0.0.0.0/0",
                "GatewayId": gateway.ref,
            },
            depends_on=[attachment],
        )


def _ways_out(unit: UnitTemplate, network: Network) -> None:
    if network.nat == "none" or "private" not in network.tiers:
        return
    gateways = unit.zones if network.nat == "per-zone" else 1
    for zone in range(gateways):
        number = str(zone + 1)
        address = unit.template.add(
            logical_id("nat", number, "address"),
            "AWS::EC2::EIP",
            {"Domain": "vpc", "Tags": _name_tag(unit, f"nat-{number}")},
            depends_on=["InternetGatewayAttachment"],
        )
        unit.template.add(
            logical_id("nat", number),
            "AWS::EC2::NatGateway",
            {
                "SubnetId": ref(subnet_id("public", zone)),
                "AllocationId": address.get("AllocationId"),
                "Tags": _name_tag(unit, f"nat-{number}"),
            },
            depends_on=[logical_id("route", "public", number)],
        )
    for zone in range(unit.zones):
        unit.template.add(
            logical_id("route", "private", str(zone + 1)),
            "AWS::EC2::Route",
            {
                "RouteTableId": ref(logical_id("routes", f"private-{zone + 1}")),
                "DestinationCidrBlock": "0.0.0.0/0",
                "NatGatewayId": ref(logical_id("nat", str(min(zone, gateways - 1) + 1))),
            },
        )


def _endpoints(unit: UnitTemplate, network: Network) -> None:
    tables = [
        ref(logical_id("routes", f"{tier}-{zone + 1}"))
        for tier in TIERS
        if tier in network.tiers
        for zone in range(unit.zones)
    ]
    for service in network.endpoints:
        unit.template.add(
            logical_id("endpoint", service),
            "AWS::EC2::VPCEndpoint",
            {
                "VpcId": ref(VPC),
                "ServiceName": sub(f"com.amazonaws.${{AWS::Region}}.{service}"),
                "VpcEndpointType": "Gateway",
                "RouteTableIds": tables,
            },
        )


def _flow_logs(unit: UnitTemplate) -> None:
    group = unit.template.add(
        "FlowLogGroup",
        "AWS::Logs::LogGroup",
        {
            "LogGroupName": unit.name(NameKind.LOG_GROUP, "network"),
            "RetentionInDays": unit.fleet.observability.log_retention // 86400,
            "KmsKeyId": unit.key_arn("logs"),
        },
        removal="Delete",
    )
    role = unit.role(
        "FlowLogRole",
        "flow-logs",
        "vpc-flow-logs.amazonaws.com",
        [
            allow(
                [
                    "logs:CreateLogStream",
                    "logs:PutLogEvents",
                    "logs:DescribeLogGroups",
                    "logs:DescribeLogStreams",
                ],
                group.get("Arn"),
            )
        ],
    )
    unit.template.add(
        "FlowLog",
        "AWS::EC2::FlowLog",
        {
            "ResourceId": ref(VPC),
            "ResourceType": "VPC",
            "TrafficType": "ALL",
            "LogDestinationType": "cloud-watch-logs",
            "LogGroupName": group.ref,
            "DeliverLogsPermissionArn": role.get("Arn"),
            "Tags": _name_tag(unit, "flow-log"),
        },
    )


def _close_default_group(unit: UnitTemplate) -> None:
    """Take the rules away from the VPC's default group, which is open among its members.

    A template can add rules to a group that it has not made, never revoke them, so a small function does it.
    """
    group = get(VPC, "DefaultSecurityGroup")
    function = own_functions.add(
        unit,
        "default-group",
        [
            allow(
                ["ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress"],
                sub(
                    "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:security-group/${Group}",
                    {"Group": group},
                ),
            ),
        ],
    )
    unit.template.add(
        "DefaultGroup",
        "AWS::CloudFormation::CustomResource",
        {
            "ServiceToken": function.get("Arn"),
            "ServiceTimeout": 60,
            "GroupId": group,
        },
    )


def _name_tag(unit: UnitTemplate, what: str) -> list[Value]:
    parts: Iterator[str] = (part for part in (unit.fleet.fleet, unit.environment, what) if part)
    return [{"Key": "Name", "Value": "-".join(parts)}]
