"""AWS::EC2: networks and what is in them."""

from __future__ import annotations

from typing import Any

from tapstack.sandbox.server.drift_readers.reader import Properties, Reader

_KINDS = {"vpc": "VPC", "subnet": "Subnet", "eni": "NetworkInterface"}
"""What a flow log watches, by its identifier's first letters: the API does not say it otherwise."""

_SUBNET_WRITE_ONLY = (
    "EnableLniAtDeviceIndex", "Ipv4IpamPoolId", "Ipv4NetmaskLength", "Ipv6IpamPoolId", "Ipv6NetmaskLength",
)  # fmt: skip


def _address(ec2: Any, address: str, _: Properties) -> Properties | None:
    known = ec2.describe_addresses()["Addresses"]
    return next((dict(item) for item in known if item["PublicIp"] == address), None)


def _flow_log(ec2: Any, flow_log: str, _: Properties) -> Properties | None:
    found = ec2.describe_flow_logs(FlowLogIds=[flow_log])["FlowLogs"]
    return {**found[0], "ResourceType": _KINDS.get(found[0]["ResourceId"].split("-")[0])} if found else None


def _internet_gateway(ec2: Any, gateway: str, _: Properties) -> Properties | None:
    found = ec2.describe_internet_gateways(InternetGatewayIds=[gateway])["InternetGateways"]
    return dict(found[0]) if found else None


def _nat_gateway(ec2: Any, gateway: str, _: Properties) -> Properties | None:
    found = ec2.describe_nat_gateways(NatGatewayIds=[gateway])["NatGateways"]
    if not found or found[0].get("State") in ("deleting", "deleted"):
        return None
    return {**(found[0].get("NatGatewayAddresses") or [{}])[0], **found[0]}


def _route(ec2: Any, _: str, declared: Properties) -> Properties | None:
    table = ec2.describe_route_tables(RouteTableIds=[declared["RouteTableId"]])["RouteTables"][0]
    goals = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
    for route in table["Routes"]:
        if all(route.get(goal) == declared.get(goal) for goal in goals if goal in declared):
            return {**route, "RouteTableId": table["RouteTableId"]}
    return None


def _route_table(ec2: Any, table: str, _: Properties) -> Properties | None:
    return dict(ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0])


def _route_table_association(ec2: Any, association: str, _: Properties) -> Properties | None:
    filters = [{"Name": "association.route-table-association-id", "Values": [association]}]
    for table in ec2.describe_route_tables(Filters=filters)["RouteTables"]:
        for found in table["Associations"]:
            if found["RouteTableAssociationId"] == association:
                return {"RouteTableId": table["RouteTableId"], "SubnetId": found.get("SubnetId")}
    return None


def _subnet(ec2: Any, subnet: str, _: Properties) -> Properties | None:
    return dict(ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0])


def _network(ec2: Any, vpc: str, _: Properties) -> Properties | None:
    found = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]
    return {name: found.get(name) for name in ("CidrBlock", "InstanceTenancy")}


def _endpoint(ec2: Any, endpoint: str, _: Properties) -> Properties | None:
    found = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"]
    if not found or str(found[0].get("State")).lower() in ("deleting", "deleted"):
        return None
    groups = [group["GroupId"] for group in found[0].get("Groups", ())]
    return {**found[0], "SecurityGroupIds": groups}


def _attachment(ec2: Any, _: str, declared: Properties) -> Properties | None:
    gateway = declared["InternetGatewayId"]
    found = ec2.describe_internet_gateways(InternetGatewayIds=[gateway])["InternetGateways"][0]
    networks = [attachment["VpcId"] for attachment in found.get("Attachments", ())]
    return {"InternetGatewayId": gateway, "VpcId": networks[0]} if networks else None


def _security_group(ec2: Any, group: str, _: Properties) -> Properties | None:
    found = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    return {"GroupDescription": found["Description"], "GroupName": found["GroupName"], "VpcId": found.get("VpcId")}


def _rule(ec2: Any, rule: str, declared: Properties) -> Properties | None:
    filters = [{"Name": "group-id", "Values": [declared["GroupId"]]}]
    rules = ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
    found = next((item for item in rules if item["SecurityGroupRuleId"] == rule), None)
    if found is None:
        return None
    peer = (found.get("ReferencedGroupInfo") or {}).get("GroupId")
    side = "Destination" if found["IsEgress"] else "Source"
    return {
        "GroupId": found["GroupId"],
        "CidrIpv6": found.get("CidrIpv6"),
        f"{side}SecurityGroupId": peer,
        f"{side}PrefixListId": found.get("PrefixListId"),
    }


READERS = {
    "AWS::EC2::EIP": Reader("ec2", _address, unread=("TransferAddress", "IpamPoolId", "Address")),
    "AWS::EC2::FlowLog": Reader("ec2", _flow_log),
    "AWS::EC2::InternetGateway": Reader("ec2", _internet_gateway),
    "AWS::EC2::NatGateway": Reader(
        "ec2", _nat_gateway, unread=("MaxDrainDurationSeconds",), gone=("NatGatewayNotFound",)
    ),
    "AWS::EC2::Route": Reader("ec2", _route),
    "AWS::EC2::RouteTable": Reader("ec2", _route_table),
    "AWS::EC2::SecurityGroup": Reader("ec2", _security_group, adds=True),
    "AWS::EC2::SecurityGroupEgress": Reader("ec2", _rule, adds=True),
    "AWS::EC2::SecurityGroupIngress": Reader("ec2", _rule, adds=True),
    "AWS::EC2::Subnet": Reader("ec2", _subnet, unread=_SUBNET_WRITE_ONLY),
    "AWS::EC2::SubnetRouteTableAssociation": Reader("ec2", _route_table_association),
    "AWS::EC2::VPC": Reader("ec2", _network, unread=("Ipv4IpamPoolId", "Ipv4NetmaskLength"), adds=True),
    "AWS::EC2::VPCEndpoint": Reader("ec2", _endpoint),
    "AWS::EC2::VPCGatewayAttachment": Reader("ec2", _attachment),
}
