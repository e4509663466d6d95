"""AWS::IAM: the permissions boundary of a role."""

from __future__ import annotations

import json

from tapstack.sandbox.server.resource_types.resource_type import CompletedType, Properties, Resource


class Role(CompletedType):
    """A role."""

    name = "AWS::IAM::Role"
    service = "iam"
    gone = ("NoSuchEntity",)
    reads = ("AssumeRolePolicyDocument", "Description", "MaxSessionDuration", "PermissionsBoundary", "Policies", "Tags")

    def configure(self, resource: Resource) -> None:
        """Set the boundary."""
        if not resource.changed("PermissionsBoundary"):
            return
        boundary = resource.properties.get("PermissionsBoundary")
        client, role = self.client(), resource.physical_id
        if boundary:
            client.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=boundary)
        else:
            client.delete_role_permissions_boundary(RoleName=role)

    def read(self, resource: Resource) -> Properties | None:
        """Read it as it is now; policies that are resources of their own are left out."""
        client, name = self.client(), resource.physical_id
        role = client.get_role(RoleName=name)["Role"]
        inline = []
        for declared in resource.properties.get("Policies", ()):
            try:
                answer = client.get_role_policy(RoleName=name, PolicyName=declared["PolicyName"])
            except client.exceptions.NoSuchEntityException:
                continue
            document = answer["PolicyDocument"]
            document = json.loads(document) if isinstance(document, str) else document
            inline.append({"PolicyName": declared["PolicyName"], "PolicyDocument": document})
        return {
            "AssumeRolePolicyDocument": role["AssumeRolePolicyDocument"],
            "Description": role.get("Description", ""),
            "MaxSessionDuration": role.get("MaxSessionDuration"),
            "PermissionsBoundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
            "Policies": inline,
            "Tags": client.list_role_tags(RoleName=name)["Tags"],
        }


TYPES = (Role,)
