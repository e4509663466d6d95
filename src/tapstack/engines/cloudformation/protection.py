"""A template with its protection off, so that it can be deleted: what stands, with nothing else changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from tapstack.engines.cloudformation.stateful import HOLDS_DATA

KEPT = ("Retain", "RetainExceptOnCreate")
BALANCER_ATTRIBUTE = "deletion_protection.enabled"
POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")

Lift = Callable[[dict[str, Any]], None]


def lifted(template: Mapping[str, Any], *, delete_data: bool) -> Mapping[str, Any]:
    """Take protection off whatever the stack is to take along; what it retains stays protected.

    With `delete_data` it retains nothing.
    """
    changed: dict[str, Any] = deepcopy(dict(template))
    for resource in changed.get("Resources", {}).values():
        if delete_data:
            _delete(resource)
        if is_kept(resource):
            continue
        lift = LIFTS.get(resource["Type"])
        if lift is not None:
            lift(resource.setdefault("Properties", {}))
    return changed


def is_kept(resource: Mapping[str, Any]) -> bool:
    """Tell whether a resource stays when its stack goes."""
    return resource.get("DeletionPolicy") in KEPT


def _delete(resource: dict[str, Any]) -> None:
    """Keep nothing of a resource; what is kept though it holds no data serves others of the account too."""
    if resource["Type"] not in HOLDS_DATA or all(resource.get(policy) == "Delete" for policy in POLICIES):
        return
    # Databases without a policy leave a snapshot, so it is said in any case.
    resource.update(dict.fromkeys(POLICIES, "Delete"))
    # CloudFormation takes no update that changes policies alone; a change of metadata is one.
    resource["Metadata"] = {**resource.get("Metadata", {}), "Removal": "with its data"}


def _switch_off(name: str) -> Lift:
    def lift(properties: dict[str, Any]) -> None:
        if name in properties:
            properties[name] = False

    return lift


def _lift_replicas(properties: dict[str, Any]) -> None:
    for replica in properties.get("Replicas", ()):
        _switch_off("DeletionProtectionEnabled")(replica)


def _lift_balancer(properties: dict[str, Any]) -> None:
    for attribute in properties.get("LoadBalancerAttributes", ()):
        if attribute.get("Key") == BALANCER_ATTRIBUTE:
            attribute["Value"] = "false"


LIFTS: Mapping[str, Lift] = {
    "AWS::DynamoDB::GlobalTable": _lift_replicas,
    "AWS::DynamoDB::Table": _switch_off("DeletionProtectionEnabled"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _lift_balancer,
    "AWS::RDS::DBCluster": _switch_off("DeletionProtection"),
    "AWS::RDS::DBInstance": _switch_off("DeletionProtection"),
    "AWS::RDS::GlobalCluster": _switch_off("DeletionProtection"),
}
"""How each kind is told that it may be deleted."""
