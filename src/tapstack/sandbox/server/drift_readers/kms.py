"""AWS::KMS: keys and their names."""

from __future__ import annotations

from typing import Any

from tapstack.sandbox.server.drift_readers.reader import Properties, Reader

_WRITE_ONLY = ("PendingWindowInDays", "BypassPolicyLockoutSafetyCheck", "RotationPeriodInDays")


def _key(kms: Any, key: str, _: Properties) -> Properties | None:
    found = kms.describe_key(KeyId=key)["KeyMetadata"]
    return {name: found.get(name) for name in ("KeySpec", "KeyUsage", "MultiRegion", "Origin")}


def _replica(kms: Any, key: str, _: Properties) -> Properties | None:
    found = kms.describe_key(KeyId=key)["KeyMetadata"]
    return {"PrimaryKeyArn": (found.get("MultiRegionConfiguration") or {}).get("PrimaryKey", {}).get("Arn")}


def _alias(kms: Any, name: str, _: Properties) -> Properties | None:
    for page in kms.get_paginator("list_aliases").paginate():
        for alias in page["Aliases"]:
            if alias["AliasName"] == name:
                return dict(alias)
    return None


READERS = {
    "AWS::KMS::Alias": Reader("kms", _alias),
    "AWS::KMS::Key": Reader("kms", _key, unread=_WRITE_ONLY, adds=True),
    "AWS::KMS::ReplicaKey": Reader("kms", _replica, unread=("PendingWindowInDays",), adds=True),
}
