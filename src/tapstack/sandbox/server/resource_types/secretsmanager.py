"""AWS::SecretsManager: rotation schedules and resource policies; secrets with their replicas kept up."""

from __future__ import annotations

import json
import time
from typing import Any, ClassVar

from tapstack.sandbox.server.resource_types.resource_type import (
    CompletedType,
    Properties,
    Resource,
    ResourceType,
    as_boolean,
)

_PATIENCE_SECONDS = 30


class Secret(CompletedType):
    """A secret; Ref is its ARN, as on AWS."""

    name = "AWS::SecretsManager::Secret"
    service = "secretsmanager"
    replaced_by = ("Name",)
    reads = ("Description", "KmsKeyId", "Tags")

    def create(self, resource: Resource) -> str:
        """Create it."""
        super().create(resource)
        return str(resource.attributes["Id"])

    def update(self, resource: Resource) -> None:
        """Change it in place."""
        arn = resource.physical_id
        resource.physical_id = self._name(arn)
        super().update(resource)
        resource.physical_id = arn

    def configure(self, resource: Resource) -> None:
        """Keep the replicas as the template wants them."""
        client, arn = self.client(), resource.physical_id
        resource.attributes = {"Id": arn, "Arn": arn}
        described = client.describe_secret(SecretId=arn)
        present = {status["Region"] for status in described.get("ReplicationStatus", ())}
        wanted = {replica["Region"]: replica for replica in resource.properties.get("ReplicaRegions", ())}
        before = {replica["Region"]: replica for replica in resource.previous.get("ReplicaRegions", ())}
        # A replica keeps its key for life: another key means another replica.
        if going := sorted(region for region in present & before.keys() if before[region] != wanted.get(region)):
            client.remove_regions_from_replication(SecretId=arn, RemoveReplicaRegions=going)
        if missing := [replica for region, replica in wanted.items() if region not in present - {*going}]:
            client.replicate_secret_to_regions(SecretId=arn, AddReplicaRegions=missing)

    def delete(self, resource: Resource) -> None:
        """Delete it with its replicas, at once, as CloudFormation does."""
        client, arn = self.client(), resource.physical_id
        described = client.describe_secret(SecretId=arn)
        if regions := [status["Region"] for status in described.get("ReplicationStatus", ())]:
            client.remove_regions_from_replication(SecretId=arn, RemoveReplicaRegions=regions)
        client.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)

    def read(self, resource: Resource) -> Properties | None:
        """Read it as it is now."""
        described = self.client().describe_secret(SecretId=resource.physical_id)
        if described.get("DeletedDate"):
            return None
        return {name: described.get(name) for name in self.reads if described.get(name) is not None}

    def _name(self, arn: str) -> str:
        return str(self.client().describe_secret(SecretId=arn)["Name"])


class SecretTargetAttachment(CompletedType):
    """A secret completed by where its database is."""

    name = "AWS::SecretsManager::SecretTargetAttachment"
    service = "secretsmanager"
    tags = None
    replaced_by = ("SecretId",)
    _identifiers: ClassVar = {
        "AWS::RDS::DBInstance": "dbInstanceIdentifier",
        "AWS::RDS::DBCluster": "dbClusterIdentifier",
    }

    def configure(self, resource: Resource) -> None:
        """Add the database's identifier, which MiniStack leaves out."""
        identifier = self._identifiers.get(str(resource.properties["TargetType"]))
        if identifier:
            self._rewrite(resource, {identifier: resource.properties["TargetId"]})

    def delete(self, resource: Resource) -> None:
        """Take it all out again."""
        identifier = self._identifiers.get(str(resource.properties["TargetType"]))
        if identifier:
            self._rewrite(resource, {identifier: None})
        super().delete(resource)

    def _rewrite(self, resource: Resource, members: dict[str, str | None]) -> None:
        client, secret = self.client(), resource.properties["SecretId"]
        value = {**json.loads(client.get_secret_value(SecretId=secret)["SecretString"]), **members}
        kept = {name: item for name, item in value.items() if item is not None}
        client.put_secret_value(SecretId=secret, SecretString=json.dumps(kept))


class RotationSchedule(ResourceType):
    """When a secret gets a new value, and by which function."""

    name = "AWS::SecretsManager::RotationSchedule"
    service = "secretsmanager"
    tags = None
    replaced_by = ("SecretId",)

    def create(self, resource: Resource) -> str:
        """Say when; `configure` does it."""
        if resource.properties.get("HostedRotationLambda"):
            raise ValueError(
                "HostedRotationLambda needs the AWS::SecretsManager-2024-09-16 transform, which the sandbox does not "
                "have. Name a function by RotationLambdaARN."
            )
        return str(self.client().describe_secret(SecretId=resource.properties["SecretId"])["ARN"])

    def configure(self, resource: Resource) -> None:
        """Start rotating, or change how."""
        wanted = resource.properties
        rules: dict[str, Any] = dict(wanted.get("RotationRules") or {})
        if "AutomaticallyAfterDays" in rules:
            rules["AutomaticallyAfterDays"] = int(rules["AutomaticallyAfterDays"])
        parameters: dict[str, Any] = {"SecretId": wanted["SecretId"], "RotationRules": rules}
        if wanted.get("RotationLambdaARN"):
            parameters["RotationLambdaARN"] = wanted["RotationLambdaARN"]
        if "RotateImmediatelyOnUpdate" in wanted:
            parameters["RotateImmediately"] = as_boolean(wanted["RotateImmediatelyOnUpdate"])
        self._rotate(parameters)
        resource.attributes = {"Id": resource.physical_id}

    def _rotate(self, parameters: dict[str, Any]) -> None:
        client, deadline = self.client(), time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                client.rotate_secret(**parameters)
                return
            except client.exceptions.InvalidRequestException as error:
                # The rotation that the last call began, or its test, may still be under way.
                if "previous rotation" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def delete(self, resource: Resource) -> None:
        """Stop rotating."""
        self.client().cancel_rotate_secret(SecretId=resource.physical_id)


class ResourcePolicy(ResourceType):
    """Who else may read a secret."""

    name = "AWS::SecretsManager::ResourcePolicy"
    service = "secretsmanager"
    tags = None
    replaced_by = ("SecretId",)
    reads = ("ResourcePolicy",)

    def create(self, resource: Resource) -> str:
        """The policy belongs to the secret and has its id; `configure` puts it."""
        return str(self.client().describe_secret(SecretId=resource.properties["SecretId"])["ARN"])

    def configure(self, resource: Resource) -> None:
        """Put it."""
        wanted = resource.properties
        self.client().put_resource_policy(
            SecretId=resource.physical_id,
            ResourcePolicy=json.dumps(wanted["ResourcePolicy"]),
            BlockPublicPolicy=as_boolean(wanted.get("BlockPublicPolicy")),
        )
        resource.attributes = {"Id": resource.physical_id}

    def delete(self, resource: Resource) -> None:
        """Take it away."""
        self.client().delete_resource_policy(SecretId=resource.physical_id)

    def read(self, resource: Resource) -> Properties | None:
        """Read it as it is now."""
        policy = self.client().get_resource_policy(SecretId=resource.physical_id).get("ResourcePolicy")
        return {"ResourcePolicy": json.loads(policy)} if policy else None


TYPES = (Secret, SecretTargetAttachment, RotationSchedule, ResourcePolicy)
