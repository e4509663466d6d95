"""AWS::IAM: a role's permissions boundary, and its name where the template gives none."""

from __future__ import annotations

import hashlib
import json

from tapstack.sandbox.server.resource_types.resource_type import CompletedType, Properties, Resource


class Role(CompletedType):
    """A role."""

    name = "AWS::IAM::Role"
    service = "iam"
    gone = ("NoSuchEntity",)
    reads = ("AssumeRolePolicyDocument", "Description", "MaxSessionDuration", "PermissionsBoundary", "Policies", "Tags")

    def create(self, resource: Resource) -> str:
        """Create it; a name that CloudFormation makes up differs between regions, as roles are one for all of them."""
        original = resource.properties
        suffix = hashlib.sha256(resource.region.encode()).hexdigest()[:8].upper()
        made_up = f"{resource.generated_name(55, lowercase=False)}-{suffix}"
        resource.properties = {"RoleName": made_up, **original}
        physical_id = super().create(resource)
        resource.properties = original
        return physical_id

    def update(self, resource: Resource) -> None:
        """Change it under the name that it has."""
        original, named = resource.properties, {"RoleName": resource.physical_id}
        resource.properties, resource.previous = {**named, **original}, {**named, **resource.previous}
        super().update(resource)
        resource.properties = original

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
