"""AWS::EC2: addresses, NAT gateways, single security group rules, flow logs; tags of the rest."""

from __future__ import annotations

from typing import Any, Literal

from ministack.services.cloudformation import _stacks

from tapstack.sandbox.server.resource_types.resource_type import (
    CompletedType,
    Properties,
    Resource,
    ResourceType,
    tag_list,
    tag_map,
)


def _retag(kind: ResourceType, resource: Resource, identifier: str) -> None:
    old, new = tag_map(resource.previous.get("Tags")), tag_map(resource.properties.get("Tags"))
    if dropped := [{"Key": key} for key in old if key not in new]:
        kind.client().delete_tags(Resources=[identifier], Tags=dropped)
    if new != old:
        kind.client().create_tags(Resources=[identifier], Tags=tag_list(new))


def _tags_of(kind: ResourceType, identifier: str) -> list[Any]:
    filters = [{"Name": "resource-id", "Values": [identifier]}]
    tags = kind.client().describe_tags(Filters=filters)["Tags"]
    return [{"Key": tag["Key"], "Value": tag["Value"]} for tag in tags]


class ElasticAddress(ResourceType):
    """A public address; Ref is the address itself."""

    name = "AWS::EC2::EIP"
    service = "ec2"
    replaced_by = ("Domain", "NetworkBorderGroup", "TransferAddress", "Address", "IpamPoolId")
    gone = ("InvalidAddress.NotFound", "InvalidAllocationID.NotFound")

    def create(self, resource: Resource) -> str:
        """Allocate it."""
        answer = self.call("allocate_address", resource.properties, without=("Tags", "InstanceId"))
        resource.attributes = {"AllocationId": answer["AllocationId"], "PublicIp": answer["PublicIp"]}
        return str(answer["PublicIp"])

    def configure(self, resource: Resource) -> None:
        """Tag it and attach it to its instance."""
        allocation = self._allocation(resource.physical_id)
        resource.attributes = {"AllocationId": allocation, "PublicIp": resource.physical_id}
        _retag(self, resource, allocation)
        if resource.changed("InstanceId") and resource.properties.get("InstanceId"):
            self.client().associate_address(
                AllocationId=allocation, InstanceId=resource.properties["InstanceId"], AllowReassociation=True
            )

    def delete(self, resource: Resource) -> None:
        """Give it back."""
        if allocation := self._allocation(resource.physical_id):
            self.client().release_address(AllocationId=allocation)

    def _allocation(self, address: str) -> str:
        known = self.client().describe_addresses()["Addresses"]
        return next((str(item["AllocationId"]) for item in known if item["PublicIp"] == address), "")


class NatGateway(ResourceType):
    """A way out of a private subnet."""

    name = "AWS::EC2::NatGateway"
    service = "ec2"
    replaced_by = ("SubnetId", "AllocationId", "ConnectivityType", "PrivateIpAddress", "AvailabilityMode", "VpcId")

    def create(self, resource: Resource) -> str:
        """Create it in its subnet."""
        answer = self.call("create_nat_gateway", resource.properties, without=("Tags", "MaxDrainDurationSeconds"))
        return str(answer["NatGateway"]["NatGatewayId"])

    def configure(self, resource: Resource) -> None:
        """Tag it."""
        resource.attributes = {"NatGatewayId": resource.physical_id}
        _retag(self, resource, resource.physical_id)

    def delete(self, resource: Resource) -> None:
        """Delete it; the address stays with its own resource."""
        self.client().delete_nat_gateway(NatGatewayId=resource.physical_id)


class SecurityGroupRule(ResourceType):
    """One rule of a group that is declared elsewhere; any change but the description makes a new one."""

    service = "ec2"
    tags = None
    gone = ("InvalidPermission.NotFound", "InvalidGroup.NotFound", "InvalidSecurityGroupRuleId.NotFound")
    direction: Literal["ingress", "egress"]
    peer: str

    def create(self, resource: Resource) -> str:
        """Authorise it."""
        wanted = resource.properties
        permission: dict[str, Any] = {"IpProtocol": str(wanted["IpProtocol"])}
        for port in ("FromPort", "ToPort"):
            if port in wanted:
                permission[port] = int(wanted[port])
        described = {"Description": wanted["Description"]} if wanted.get("Description") else {}
        prefix_list = wanted.get("SourcePrefixListId") or wanted.get("DestinationPrefixListId")
        if wanted.get("CidrIp"):
            permission["IpRanges"] = [{"CidrIp": wanted["CidrIp"], **described}]
        if wanted.get("CidrIpv6"):
            permission["Ipv6Ranges"] = [{"CidrIpv6": wanted["CidrIpv6"], **described}]
        if wanted.get(self.peer):
            permission["UserIdGroupPairs"] = [{"GroupId": wanted[self.peer], **described}]
        if prefix_list:
            permission["PrefixListIds"] = [{"PrefixListId": prefix_list, **described}]
        authorize = getattr(self.client(), f"authorize_security_group_{self.direction}")
        answer = authorize(GroupId=wanted["GroupId"], IpPermissions=[permission])
        return str(answer["SecurityGroupRules"][0]["SecurityGroupRuleId"])

    def configure(self, resource: Resource) -> None:
        """Name it for Fn::GetAtt."""
        resource.attributes = {"Id": resource.physical_id}

    def update(self, resource: Resource) -> None:
        """Change the description: the one thing that can be changed."""
        wanted = resource.properties
        rule = {
            "IpProtocol": str(wanted["IpProtocol"]),
            "FromPort": int(wanted.get("FromPort", -1)),
            "ToPort": int(wanted.get("ToPort", -1)),
            "CidrIpv4": wanted.get("CidrIp"),
            "CidrIpv6": wanted.get("CidrIpv6"),
            "PrefixListId": wanted.get("SourcePrefixListId") or wanted.get("DestinationPrefixListId"),
            "ReferencedGroupId": wanted.get(self.peer),
            "Description": wanted.get("Description", ""),
        }
        present = {name: value for name, value in rule.items() if value is not None}
        self.client().modify_security_group_rules(
            GroupId=wanted["GroupId"],
            SecurityGroupRules=[{"SecurityGroupRuleId": resource.physical_id, "SecurityGroupRule": present}],
        )

    def delete(self, resource: Resource) -> None:
        """Revoke it."""
        revoke = getattr(self.client(), f"revoke_security_group_{self.direction}")
        revoke(GroupId=resource.properties["GroupId"], SecurityGroupRuleIds=[resource.physical_id])

    reads = ("IpProtocol", "FromPort", "ToPort", "CidrIp", "Description")

    def read(self, resource: Resource) -> Properties | None:
        """Find the rule by its id."""
        filters = [{"Name": "group-id", "Values": [resource.properties["GroupId"]]}]
        rules = self.client().describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
        rule = next((rule for rule in rules if rule["SecurityGroupRuleId"] == resource.physical_id), None)
        return rule and {("CidrIp" if key == "CidrIpv4" else key): value for key, value in rule.items() if value != -1}


class SecurityGroupIngress(SecurityGroupRule):
    """A rule for what may come in."""

    name = "AWS::EC2::SecurityGroupIngress"
    direction = "ingress"
    peer = "SourceSecurityGroupId"
    replaced_by = (
        "GroupId", "GroupName", "IpProtocol", "FromPort", "ToPort", "CidrIp", "CidrIpv6",
        "SourceSecurityGroupId", "SourceSecurityGroupName", "SourceSecurityGroupOwnerId", "SourcePrefixListId",
    )  # fmt: skip


class SecurityGroupEgress(SecurityGroupRule):
    """A rule for what may go out."""

    name = "AWS::EC2::SecurityGroupEgress"
    direction = "egress"
    peer = "DestinationSecurityGroupId"
    replaced_by = (
        "GroupId", "IpProtocol", "FromPort", "ToPort", "CidrIp", "CidrIpv6",
        "DestinationSecurityGroupId", "DestinationPrefixListId",
    )  # fmt: skip


class FlowLog(ResourceType):
    """A record of a network's traffic."""

    name = "AWS::EC2::FlowLog"
    service = "ec2"
    replaced_by = (
        "DeliverCrossAccountRole", "DeliverLogsPermissionArn", "DestinationOptions", "LogDestination",
        "LogDestinationType", "LogFormat", "LogGroupName", "MaxAggregationInterval", "ResourceId", "ResourceType",
        "TrafficType",
    )  # fmt: skip

    def create(self, resource: Resource) -> str:
        """Start it."""
        answer = self.call(
            "create_flow_logs",
            resource.properties,
            without=("Tags", "ResourceId"),
            ResourceIds=[resource.properties["ResourceId"]],
        )
        return str(answer["FlowLogIds"][0])

    def configure(self, resource: Resource) -> None:
        """Tag it."""
        resource.attributes = {"Id": resource.physical_id}
        _retag(self, resource, resource.physical_id)

    def delete(self, resource: Resource) -> None:
        """Stop it."""
        self.client().delete_flow_logs(FlowLogIds=[resource.physical_id])


class Network(CompletedType):
    """A VPC; MiniStack answers few of its attributes."""

    name = "AWS::EC2::VPC"
    service = "ec2"
    reads = ("EnableDnsHostnames", "EnableDnsSupport", "Tags")

    def attributes(self, resource: Resource) -> Properties:
        """Add its addresses."""
        vpc = self.client().describe_vpcs(VpcIds=[resource.physical_id])["Vpcs"][0]
        blocks = vpc.get("CidrBlockAssociationSet", [])
        return {
            **resource.attributes,
            "CidrBlock": vpc["CidrBlock"],
            "CidrBlockAssociations": [block["AssociationId"] for block in blocks],
        }

    def read(self, resource: Resource) -> Properties | None:
        """Read its switches and tags."""
        client, vpc = self.client(), resource.physical_id
        read = client.describe_vpc_attribute
        return {
            "EnableDnsHostnames": read(VpcId=vpc, Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"],
            "EnableDnsSupport": read(VpcId=vpc, Attribute="enableDnsSupport")["EnableDnsSupport"]["Value"],
            "Tags": _tags_of(self, vpc),
        }


class SecurityGroup(CompletedType):
    """A group with its inline rules."""

    name = "AWS::EC2::SecurityGroup"
    service = "ec2"
    replaced_by = ("GroupDescription", "GroupName", "VpcId")
    reads = ("SecurityGroupIngress", "SecurityGroupEgress", "Tags")

    def read(self, resource: Resource) -> Properties | None:
        """Read the group's rules, without those that are resources of their own."""
        client = self.client()
        client.describe_security_groups(GroupIds=[resource.physical_id])
        filters = [{"Name": "group-id", "Values": [resource.physical_id]}]
        rules = [
            rule
            for rule in client.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
            if rule["SecurityGroupRuleId"] not in _separate_rules()
        ]
        return {
            "SecurityGroupIngress": [_inline(rule) for rule in rules if not rule["IsEgress"]],
            "SecurityGroupEgress": [_inline(rule) for rule in rules if rule["IsEgress"]],
            "Tags": _tags_of(self, resource.physical_id),
        }


def _separate_rules() -> set[str]:
    kinds = (SecurityGroupIngress.name, SecurityGroupEgress.name)
    resources = (resource for stack in _stacks.values() for resource in stack.get("_resources", {}).values())
    return {resource["PhysicalResourceId"] for resource in resources if resource["ResourceType"] in kinds}


def _inline(rule: Properties) -> Properties:
    peer = "DestinationSecurityGroupId" if rule["IsEgress"] else "SourceSecurityGroupId"
    inline = {
        "IpProtocol": rule["IpProtocol"],
        "FromPort": rule.get("FromPort"),
        "ToPort": rule.get("ToPort"),
        "CidrIp": rule.get("CidrIpv4"),
        "CidrIpv6": rule.get("CidrIpv6"),
        peer: rule.get("ReferencedGroupInfo", {}).get("GroupId"),
        "Description": rule.get("Description"),
    }
    return {key: value for key, value in inline.items() if value not in (None, "", -1)}


TYPES = (ElasticAddress, NatGateway, SecurityGroupIngress, SecurityGroupEgress, FlowLog, Network, SecurityGroup)
