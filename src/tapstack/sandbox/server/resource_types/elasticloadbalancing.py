"""AWS::ElasticLoadBalancingV2: load balancers and target groups in full, and further certificates of a listener."""

from __future__ import annotations

from typing import Any

from tapstack.sandbox.server.resource_types.parameters import fitted
from tapstack.sandbox.server.resource_types.resource_type import (
    Properties,
    Resource,
    ResourceType,
    tag_list,
    tag_map,
)


class LoadBalancer(ResourceType):
    """A load balancer with its attributes."""

    name = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    service = "elbv2"
    replaced_by = ("Name", "Scheme", "Type")
    gone = ("LoadBalancerNotFound",)
    reads = ("LoadBalancerAttributes", "Tags")
    _apart = ("LoadBalancerAttributes", "Tags", "MinimumLoadBalancerCapacity",
              "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic")  # fmt: skip

    def create(self, resource: Resource) -> str:
        """Create it."""
        wanted = {"Name": resource.generated_name(32), **resource.properties}
        answer = self.call("create_load_balancer", wanted, without=self._apart)
        return str(answer["LoadBalancers"][0]["LoadBalancerArn"])

    def update(self, resource: Resource) -> None:
        """Move it to other subnets or groups."""
        arn, wanted = resource.physical_id, resource.properties
        for operation, names in (
            ("set_subnets", ("Subnets", "SubnetMappings")),
            ("set_security_groups", ("SecurityGroups",)),
            ("set_ip_address_type", ("IpAddressType",)),
        ):
            if resource.changed(*names):
                self.call(operation, {name: wanted[name] for name in names if name in wanted}, LoadBalancerArn=arn)

    def configure(self, resource: Resource) -> None:
        """Set attributes and tags."""
        client, arn = self.client(), resource.physical_id
        if resource.changed("LoadBalancerAttributes") and resource.properties.get("LoadBalancerAttributes"):
            self.call(
                "modify_load_balancer_attributes",
                {"Attributes": resource.properties["LoadBalancerAttributes"]},
                LoadBalancerArn=arn,
            )
        _retag(client, resource)
        described = client.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0]
        resource.attributes = {
            "LoadBalancerArn": arn,
            "LoadBalancerName": described["LoadBalancerName"],
            "LoadBalancerFullName": arn.split(":loadbalancer/")[1],
            "DNSName": described["DNSName"],
            "CanonicalHostedZoneID": described["CanonicalHostedZoneId"],
            "SecurityGroups": described.get("SecurityGroups", []),
        }

    def delete(self, resource: Resource) -> None:
        """Delete it; deletion protection refuses."""
        self.client().delete_load_balancer(LoadBalancerArn=resource.physical_id)

    def read(self, resource: Resource) -> Properties | None:
        """Read the attributes that the template names."""
        client, arn = self.client(), resource.physical_id
        client.describe_load_balancers(LoadBalancerArns=[arn])
        found = client.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        return {
            "LoadBalancerAttributes": _declared(found, resource.properties.get("LoadBalancerAttributes")),
            "Tags": _tags(client, arn),
        }


_HEALTH_CHECK = (
    "HealthCheckEnabled", "HealthCheckIntervalSeconds", "HealthCheckPath", "HealthCheckPort", "HealthCheckProtocol",
    "HealthCheckTimeoutSeconds", "HealthyThresholdCount", "UnhealthyThresholdCount", "Matcher",
)  # fmt: skip


class TargetGroup(ResourceType):
    """A target group with its health check and its targets."""

    name = "AWS::ElasticLoadBalancingV2::TargetGroup"
    service = "elbv2"
    replaced_by = ("IpAddressType", "Name", "Port", "Protocol", "ProtocolVersion", "TargetType", "VpcId")
    gone = ("TargetGroupNotFound",)
    reads = (*_HEALTH_CHECK, "TargetGroupAttributes", "Targets", "Tags")

    def create(self, resource: Resource) -> str:
        """Create it."""
        wanted = {"Name": resource.generated_name(32, lowercase=False), **resource.properties}
        answer = self.call("create_target_group", wanted, without=("Targets", "TargetGroupAttributes", "Tags"))
        return str(answer["TargetGroups"][0]["TargetGroupArn"])

    def update(self, resource: Resource) -> None:
        """Change the health check."""
        changed = {
            name: resource.properties[name]
            for name in _HEALTH_CHECK
            if name in resource.properties and resource.changed(name)
        }
        if changed:
            self.call("modify_target_group", changed, TargetGroupArn=resource.physical_id)

    def configure(self, resource: Resource) -> None:
        """Register the targets, set attributes and tags."""
        client, arn = self.client(), resource.physical_id
        old, new = resource.previous.get("Targets") or [], resource.properties.get("Targets") or []
        if dropped := [target for target in old if target not in new]:
            client.deregister_targets(**_targets(client, "deregister_targets", arn, dropped))
        if added := [target for target in new if target not in old]:
            client.register_targets(**_targets(client, "register_targets", arn, added))
        if resource.changed("TargetGroupAttributes") and resource.properties.get("TargetGroupAttributes"):
            self.call(
                "modify_target_group_attributes",
                {"Attributes": resource.properties["TargetGroupAttributes"]},
                TargetGroupArn=arn,
            )
        _retag(client, resource)
        group = client.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0]
        resource.attributes = {
            "TargetGroupArn": arn,
            "TargetGroupName": group["TargetGroupName"],
            "TargetGroupFullName": arn.rsplit(":", 1)[1],
            "LoadBalancerArns": group.get("LoadBalancerArns", []),
        }

    def delete(self, resource: Resource) -> None:
        """Delete it."""
        self.client().delete_target_group(TargetGroupArn=resource.physical_id)

    def read(self, resource: Resource) -> Properties | None:
        """Read it as it is now."""
        client, arn = self.client(), resource.physical_id
        group = client.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0]
        found = {name: group[name] for name in self.reads if name in group}
        attributes = client.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
        found["TargetGroupAttributes"] = _declared(attributes, resource.properties.get("TargetGroupAttributes"))
        health = client.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        declared = {own["Id"]: own for own in resource.properties.get("Targets") or []}
        found["Targets"] = [_as_declared(target["Target"], declared.get(target["Target"]["Id"])) for target in health]
        found["Tags"] = _tags(client, arn)
        return found


class ListenerCertificate(ResourceType):
    """Certificates of a listener beside its first."""

    name = "AWS::ElasticLoadBalancingV2::ListenerCertificate"
    service = "elbv2"
    tags = None
    replaced_by = ("ListenerArn",)
    gone = ("ListenerNotFound", "CertificateNotFound")

    def create(self, resource: Resource) -> str:
        """The certificates belong to the listener; `configure` adds them."""
        return f"{resource.properties['ListenerArn']}/certificates"

    def configure(self, resource: Resource) -> None:
        """Add and remove certificates."""
        client, listener = self.client(), resource.properties["ListenerArn"]
        old, new = _certificates(resource.previous), _certificates(resource.properties)
        if added := [item for item in new if item not in old]:
            client.add_listener_certificates(ListenerArn=listener, Certificates=added)
        if dropped := [item for item in old if item not in new]:
            client.remove_listener_certificates(ListenerArn=listener, Certificates=dropped)
        resource.attributes = {"Id": resource.physical_id}

    def delete(self, resource: Resource) -> None:
        """Remove them."""
        self.client().remove_listener_certificates(
            ListenerArn=resource.properties["ListenerArn"], Certificates=_certificates(resource.properties)
        )


def _retag(client: Any, resource: Resource) -> None:
    old, new = tag_map(resource.previous.get("Tags")), tag_map(resource.properties.get("Tags"))
    if dropped := [key for key in old if key not in new]:
        client.remove_tags(ResourceArns=[resource.physical_id], TagKeys=dropped)
    if new and new != old:
        client.add_tags(ResourceArns=[resource.physical_id], Tags=tag_list(new))


def _certificates(properties: Properties) -> list[Properties]:
    return [{"CertificateArn": item["CertificateArn"]} for item in properties.get("Certificates", ())]


def _targets(client: Any, operation: str, arn: str, targets: list[Properties]) -> Properties:
    return fitted(client, operation, {"TargetGroupArn": arn, "Targets": targets})


def _as_declared(target: Properties, declared: Properties | None) -> Properties:
    return {name: value for name, value in target.items() if declared is None or name in declared}


def _declared(found: list[Properties], declared: list[Properties] | None) -> list[Properties]:
    values = {item["Key"]: item["Value"] for item in found}
    return [{"Key": item["Key"], "Value": values.get(item["Key"], "")} for item in declared or ()]


def _tags(client: Any, arn: str) -> list[dict[str, str]]:
    return tag_list(client.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"])


TYPES = (LoadBalancer, TargetGroup, ListenerCertificate)
