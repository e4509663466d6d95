"""AWS::ElasticLoadBalancingV2: listeners and rules; what load balancers and target groups are made with."""

from __future__ import annotations

from typing import Any

from tapstack.sandbox.server.drift_readers.reader import Properties, Reader


def _load_balancer(elb: Any, arn: str, _: Properties) -> Properties | None:
    found = elb.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0]
    return {
        "IpAddressType": found.get("IpAddressType"),
        "Name": found["LoadBalancerName"],
        "Scheme": found.get("Scheme"),
        "SecurityGroups": found.get("SecurityGroups", []),
        "Subnets": [zone["SubnetId"] for zone in found["AvailabilityZones"]],
        "SubnetMappings": [{"SubnetId": zone["SubnetId"]} for zone in found["AvailabilityZones"]],
        "Type": found["Type"],
    }


def _target_group(elb: Any, arn: str, _: Properties) -> Properties | None:
    found = elb.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0]
    names = ("IpAddressType", "Port", "Protocol", "ProtocolVersion", "TargetType", "VpcId")
    return {**{name: found.get(name) for name in names}, "Name": found["TargetGroupName"]}


def _listener(elb: Any, arn: str, declared: Properties) -> Properties | None:
    found = dict(elb.describe_listeners(ListenerArns=[arn])["Listeners"][0])
    if "ListenerAttributes" in declared:
        found["ListenerAttributes"] = elb.describe_listener_attributes(ListenerArn=arn)["Attributes"]
    return {**found, "Tags": _tags(elb, arn)}


def _listener_rule(elb: Any, arn: str, _: Properties) -> Properties | None:
    return {**elb.describe_rules(RuleArns=[arn])["Rules"][0], "Tags": _tags(elb, arn)}


def _tags(elb: Any, arn: str) -> list[Any]:
    return [tag for found in elb.describe_tags(ResourceArns=[arn])["TagDescriptions"] for tag in found["Tags"]]


READERS = {
    "AWS::ElasticLoadBalancingV2::Listener": Reader("elbv2", _listener),
    "AWS::ElasticLoadBalancingV2::ListenerRule": Reader("elbv2", _listener_rule, unread=("ListenerArn",)),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Reader(
        "elbv2", _load_balancer, unread=("EnableCapacityReservationProvisionStabilize",), adds=True
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Reader("elbv2", _target_group, adds=True),
}
