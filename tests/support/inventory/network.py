"""EC2: networks and everything in them; the default network of a region is left out."""

from __future__ import annotations

from .listing import NAME_TAG, Detail, Listing

VPC = {"Filters": "[{Name: 'vpc-id', Values: [VpcId]}]"}


def _attribute(name: str) -> Detail:
    return Detail(
        "describe_vpc_attribute", {"VpcId": "VpcId", "Attribute": f"'{name}'"}, f"{name[0].upper()}{name[1:]}.Value"
    )


def _in_network(
    kind: str, covers: tuple[str, ...], operation: str, items: str, label: str, ids: tuple[str, ...], **more: object
) -> Listing:
    given = {"arguments": VPC, "ids": ids, **more}
    return Listing(kind, covers, "ec2", operation, items, label, **given)  # type: ignore[arg-type] # fields by name


NETWORK = Listing(
    "network",
    ("AWS::EC2::VPC",),
    "ec2",
    "describe_vpcs",
    "Vpcs",
    f"{NAME_TAG} || CidrBlock",
    ("VpcId",),
    omit="IsDefault",
    details={
        "DnsSupport": _attribute("enableDnsSupport"),
        "DnsHostnames": _attribute("enableDnsHostnames"),
    },
    drop=("DhcpOptionsId", "OwnerId", "AssociationId"),
    children=(
        _in_network(
            "subnet",
            ("AWS::EC2::Subnet",),
            "describe_subnets",
            "Subnets",
            "CidrBlock",
            ("SubnetId",),
            drop=("AvailableIpAddressCount", "AvailabilityZoneId"),
        ),
        _in_network(
            "route table",
            ("AWS::EC2::RouteTable", "AWS::EC2::Route", "AWS::EC2::SubnetRouteTableAssociation"),
            "describe_route_tables",
            "RouteTables",
            f"{NAME_TAG} || (length(Associations[?Main]) > `0` && 'main') || join(' ', sort(Associations[].SubnetId))",
            ("RouteTableId",),
            drop=("RouteTableAssociationId", "RouteTableId", "AssociationState"),
        ),
        _in_network(
            "network ACL",
            (),
            "describe_network_acls",
            "NetworkAcls",
            f"{NAME_TAG} || (IsDefault && 'default') || join(' ', sort(Associations[].SubnetId || `[]`))",
            ("NetworkAclId",),
            drop=("NetworkAclAssociationId", "NetworkAclId"),
        ),
        _in_network(
            "security group",
            ("AWS::EC2::SecurityGroup",),
            "describe_security_groups",
            "SecurityGroups",
            f"(GroupName=='default' && 'default') || {NAME_TAG} || GroupName",
            ("GroupId", "GroupName!='default' && GroupName"),
            drop=("IpPermissions", "IpPermissionsEgress"),
        ),
        Listing(
            "NAT gateway",
            ("AWS::EC2::NatGateway",),
            "ec2",
            "describe_nat_gateways",
            "NatGateways",
            "SubnetId",
            ("NatGatewayId",),
            VPC,
            omit="State=='deleted'",
            drop=("NatGatewayId", "NetworkInterfaceId", "PrivateIp", "AssociationId"),
        ),
        Listing(
            "endpoint",
            ("AWS::EC2::VPCEndpoint",),
            "ec2",
            "describe_vpc_endpoints",
            "VpcEndpoints",
            "ServiceName",
            ("VpcEndpointId",),
            VPC,
            omit="State=='deleted'",
            drop=("NetworkInterfaceIds", "VpcEndpointId"),
        ),
    ),
)

SECURITY_GROUP_RULE = Listing(
    "security group rule",
    ("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"),
    "ec2",
    "describe_security_group_rules",
    "SecurityGroupRules",
    "join(' ', [GroupId, (IsEgress && 'to') || 'from',"
    " CidrIpv4 || CidrIpv6 || PrefixListId || ReferencedGroupInfo.GroupId || '-', IpProtocol,"
    " to_string(FromPort), to_string(ToPort)])",
    ("SecurityGroupRuleId",),
    drop=("GroupOwnerId", "SecurityGroupRuleArn"),
)

LISTINGS = (
    NETWORK,
    SECURITY_GROUP_RULE,
    Listing(
        "internet gateway",
        ("AWS::EC2::InternetGateway", "AWS::EC2::VPCGatewayAttachment"),
        "ec2",
        "describe_internet_gateways",
        "InternetGateways",
        f"Attachments[0].VpcId || {NAME_TAG} || 'detached'",
        ("InternetGatewayId",),
        drop=("OwnerId",),
    ),
    Listing(
        "address",
        ("AWS::EC2::EIP",),
        "ec2",
        "describe_addresses",
        "Addresses",
        f"{NAME_TAG} || 'unnamed'",
        ("AllocationId", "PublicIp"),
        drop=("AssociationId", "NetworkInterfaceId", "PrivateIpAddress", "NetworkInterfaceOwnerId", "InstanceId"),
    ),
    Listing("flow log", ("AWS::EC2::FlowLog",), "ec2", "describe_flow_logs", "FlowLogs", "ResourceId", ("FlowLogId",)),
    Listing(
        "peering",
        (),
        "ec2",
        "describe_vpc_peering_connections",
        "VpcPeeringConnections",
        "join(' ', [RequesterVpcInfo.VpcId, AccepterVpcInfo.VpcId])",
        ("VpcPeeringConnectionId",),
        omit="Status.Code=='deleted'",
    ),
)
