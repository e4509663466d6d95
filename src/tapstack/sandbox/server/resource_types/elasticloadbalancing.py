"""AWS::ElasticLoadBalancingV2: what MiniStack's own types leave out, and further certificates of a listener."""

from __future__ import annotations

from typing import Any

from tapstack.sandbox.server.resource_types.parameters import fitted
from tapstack.sandbox.server.resource_types.resource_type import (
    CompletedType,
    Properties,
    Resource,
    ResourceType,
    tag_list,
)


class LoadBalancer(CompletedType):
    """A load balancer with its attributes."""

    name = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    service = "elbv2"
    gone = ("LoadBalancerNotFound",)
    reads = ("LoadBalancerAttributes", "Tags")

    def configure(self, resource: Resource) -> None:
        """Set the attributes through the API, which knows their defaults; take the VPC from the subnets."""
        if resource.changed("LoadBalancerAttributes") and resource.properties.get("LoadBalancerAttributes"):
            self.call(
                "modify_load_balancer_attributes",
                {"Attributes": resource.properties["LoadBalancerAttributes"]},
                LoadBalancerArn=resource.physical_id,
            )

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


class TargetGroup(CompletedType):
    """A target group with its targets."""

    name = "AWS::ElasticLoadBalancingV2::TargetGroup"
    service = "elbv2"
    gone = ("TargetGroupNotFound",)
    reads = (
        "HealthCheckEnabled", "HealthCheckIntervalSeconds", "HealthCheckPath", "HealthCheckPort",
        "HealthCheckProtocol", "HealthCheckTimeoutSeconds", "HealthyThresholdCount", "UnhealthyThresholdCount",
        "Matcher", "TargetGroupAttributes", "Targets", "Tags",
    )  # fmt: skip

    def configure(self, resource: Resource) -> None:
        """Register the targets, and set the attributes through the API, which knows their defaults."""
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

    def read(self, resource: Resource) -> Properties | None:
        """Read it as it is now."""
        client, arn = self.client(), resource.physical_id
        group = client.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0]
        found = {name: group[name] for name in self.reads if name in group}
        attributes = client.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
        found["TargetGroupAttributes"] = _declared(attributes, resource.properties.get("TargetGroupAttributes"))
        health = client.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        declared = resource.properties.get("Targets") or []
        found["Targets"] = [
            _as_declared(target["Target"], next((own for own in declared if own["Id"] == target["Target"]["Id"]), None))
            for target in health
        ]
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
