"""AWS::KMS: keys in full, and replicas of multi-region keys."""

from __future__ import annotations

import json
from typing import Any

from ministack.core.responses import get_region

from tapstack.sandbox.server.resource_types.resource_type import (
    Properties,
    Resource,
    ResourceType,
    as_boolean,
    tag_map,
)


class _AnyKey(ResourceType):
    service = "kms"
    gone = ("NotFoundException",)

    def _configure(self, resource: Resource) -> None:
        client, key, wanted = self.client(), resource.physical_id, resource.properties
        resource.attributes = {
            "KeyId": key,
            "Arn": f"arn:aws:kms:{resource.region}:{resource.account}:key/{key}",
        }
        if resource.changed("KeyPolicy") and wanted.get("KeyPolicy"):
            client.put_key_policy(KeyId=key, PolicyName="default", Policy=_text(wanted["KeyPolicy"]))
        if not resource.is_new and resource.changed("Description"):
            client.update_key_description(KeyId=key, Description=wanted.get("Description", ""))
        enabled = as_boolean(wanted.get("Enabled", True))
        if enabled != as_boolean(resource.previous.get("Enabled", True)):
            (client.enable_key if enabled else client.disable_key)(KeyId=key)
        old, new = tag_map(resource.previous.get("Tags")), tag_map(wanted.get("Tags"))
        if dropped := [name for name in old if name not in new]:
            client.untag_resource(KeyId=key, TagKeys=dropped)
        if new != old:
            client.tag_resource(KeyId=key, Tags=[{"TagKey": name, "TagValue": new[name]} for name in new])

    def delete(self, resource: Resource) -> None:
        """Schedule its deletion: no key ever goes at once."""
        client = self.client()
        if client.describe_key(KeyId=resource.physical_id)["KeyMetadata"]["KeyState"] != "PendingDeletion":
            days = int(resource.properties.get("PendingWindowInDays", 30))
            client.schedule_key_deletion(KeyId=resource.physical_id, PendingWindowInDays=days)

    def read(self, resource: Resource) -> Properties | None:
        """Read the key as it is now; a key that is to be deleted counts as deleted."""
        client, key = self.client(), resource.physical_id
        metadata = client.describe_key(KeyId=key)["KeyMetadata"]
        if metadata["KeyState"] == "PendingDeletion":
            return None
        tags = client.list_resource_tags(KeyId=key).get("Tags", [])
        return {
            "Description": metadata.get("Description", ""),
            "Enabled": metadata["Enabled"],
            "KeyPolicy": json.loads(client.get_key_policy(KeyId=key, PolicyName="default")["Policy"]),
            "Tags": [{"Key": tag["TagKey"], "Value": tag["TagValue"]} for tag in tags],
            **self._read_more(key),
        }

    def _read_more(self, key: str) -> Properties:  # noqa: ARG002 - for subclasses
        return {}


class Key(_AnyKey):
    """A key of one region, or the first of a multi-region key."""

    name = "AWS::KMS::Key"
    reads = ("Description", "Enabled", "EnableKeyRotation", "KeyPolicy", "Tags")

    def create(self, resource: Resource) -> str:
        """Create it."""
        wanted = resource.properties
        apart = ("KeyPolicy", "EnableKeyRotation", "RotationPeriodInDays", "Enabled", "PendingWindowInDays", "Tags")
        policy: dict[str, Any] = {"Policy": _text(wanted["KeyPolicy"])} if wanted.get("KeyPolicy") else {}
        if "BypassPolicyLockoutSafetyCheck" in wanted:
            policy["BypassPolicyLockoutSafetyCheck"] = as_boolean(wanted["BypassPolicyLockoutSafetyCheck"])
        without = (*apart, "BypassPolicyLockoutSafetyCheck")
        return str(self.call("create_key", wanted, without=without, **policy)["KeyMetadata"]["KeyId"])

    def configure(self, resource: Resource) -> None:
        """Apply policy, rotation and tags; what a key is cannot be changed, nor is a key ever replaced for it."""
        fixed = ("KeySpec", "KeyUsage", "MultiRegion", "Origin")
        if not resource.is_new and resource.changed(*fixed):
            raise ValueError(f"You cannot change any of {', '.join(fixed)} of an existing KMS key.")
        self._configure(resource)
        if resource.changed("EnableKeyRotation", "RotationPeriodInDays"):
            client, key = self.client(), resource.physical_id
            if as_boolean(resource.properties.get("EnableKeyRotation")):
                period = resource.properties.get("RotationPeriodInDays")
                client.enable_key_rotation(KeyId=key, **({"RotationPeriodInDays": int(period)} if period else {}))
            elif not resource.is_new:
                client.disable_key_rotation(KeyId=key)

    def _read_more(self, key: str) -> Properties:
        return {"EnableKeyRotation": self.client().get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]}


class ReplicaKey(_AnyKey):
    """The same key in another region than its first."""

    name = "AWS::KMS::ReplicaKey"
    replaced_by = ("PrimaryKeyArn",)
    reads = ("Description", "Enabled", "KeyPolicy", "Tags")

    def create(self, resource: Resource) -> str:
        """Replicate it from the region of its primary."""
        wanted = resource.properties
        primary = str(wanted["PrimaryKeyArn"])
        more = {"Description": wanted["Description"]} if wanted.get("Description") else {}
        answer = self.client(primary.split(":")[3]).replicate_key(
            KeyId=primary, ReplicaRegion=get_region(), Policy=_text(wanted["KeyPolicy"]), **more
        )
        return str(answer["ReplicaKeyMetadata"]["KeyId"])

    def configure(self, resource: Resource) -> None:
        """Apply policy and tags, which each replica has for itself."""
        self._configure(resource)


def _text(policy: Any) -> str:
    return policy if isinstance(policy, str) else json.dumps(policy)


TYPES = (Key, ReplicaKey)
