"""AWS::IAM: roles with all their inline policies, and managed policies."""

from __future__ import annotations

from typing import Any

from ministack.services.cloudformation import _stacks

from tapstack.sandbox.server.drift_readers.reader import Properties, Reader


def _role(iam: Any, name: str, _: Properties) -> Properties | None:
    role = iam.get_role(RoleName=name)["Role"]
    apart = _policies_of_their_own(name)
    inline = [policy for policy in _pages(iam, "list_role_policies", "PolicyNames", name) if policy not in apart]
    attached = _pages(iam, "list_attached_role_policies", "AttachedPolicies", name)
    return {
        "RoleName": role["RoleName"],
        "Path": role["Path"],
        "Policies": [
            {
                "PolicyName": policy,
                "PolicyDocument": iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"],
            }
            for policy in inline
        ],
        "ManagedPolicyArns": [policy["PolicyArn"] for policy in attached],
    }


def _pages(iam: Any, operation: str, member: str, role: str) -> list[Any]:
    return [item for page in iam.get_paginator(operation).paginate(RoleName=role) for item in page[member]]


def _policies_of_their_own(role: str) -> set[str]:
    """Inline policies that are resources of some stack, not part of the role."""
    resources = (resource for stack in _stacks.values() for resource in stack.get("_resources", {}).values())
    return {
        resource["Properties"].get("PolicyName", "")
        for resource in resources
        if resource["ResourceType"] in ("AWS::IAM::Policy", "AWS::IAM::RolePolicy")
        and role in (*resource["Properties"].get("Roles", ()), resource["Properties"].get("RoleName"))
    }


def _managed_policy(iam: Any, arn: str, _: Properties) -> Properties | None:
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
    users = iam.list_entities_for_policy(PolicyArn=arn)
    return {
        "ManagedPolicyName": policy["PolicyName"],
        "Path": policy["Path"],
        "Description": policy.get("Description", ""),
        "PolicyDocument": version["Document"],
        "Roles": [role["RoleName"] for role in users["PolicyRoles"]],
        "Groups": [group["GroupName"] for group in users["PolicyGroups"]],
        "Users": [user["UserName"] for user in users["PolicyUsers"]],
    }


READERS = {
    "AWS::IAM::ManagedPolicy": Reader("iam", _managed_policy, gone=("NoSuchEntity",)),
    "AWS::IAM::Role": Reader("iam", _role, adds=True),
}
