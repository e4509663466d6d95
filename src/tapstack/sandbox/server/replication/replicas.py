"""Writes what has travelled into the bucket at the other end, as MiniStack keeps its objects."""

from __future__ import annotations

import copy
from typing import Any

from ministack.services import s3

from tapstack.sandbox.server.mends.patch import original
from tapstack.sandbox.server.replication.rules import Rule

Record = dict[str, Any]

ALGORITHM_HEADER = "x-amz-server-side-encryption"
KEY_HEADER = "x-amz-server-side-encryption-aws-kms-key-id"
NEEDED = (
    "_replication_destination",
    "_in_account",
    "_record_object_version",
    "_record_delete_marker",
    "_object_tags",
    "_persist_version_state",
    "_fire_s3_event_async",
)
# What belongs to the source alone.
NOT_COPIED = frozenset({"version_id", "_replica", "body"})


def check_originals() -> None:
    """Make sure that MiniStack has what is used here."""
    for name in NEEDED:
        original(s3, name)


def write_replica(bucket: str, key: str, record: Record, data: Any, rule: Rule, role: str, key_arn: str | None) -> bool:
    """Write the replica of an object's version, under its own key where one is given; tells whether it could."""
    place = s3._replication_destination(bucket, key, rule, role)
    if place is None:
        return False
    name, account, target = place
    tags = s3._object_tags.get((bucket, key, record.get("version_id")))
    replica = copy.deepcopy({part: value for part, value in record.items() if part not in NOT_COPIED})
    # MiniStack moves the source's content to disk, so that the record may hold it no more.
    replica.update(body=data, replication_status="REPLICA")
    if storage_class := rule["Destination"].get("StorageClass"):
        replica["storage_class"] = storage_class
    if key_arn:
        replica["preserved_headers"][KEY_HEADER] = key_arn
    with s3._in_account(account):
        prior = target["objects"].get(key)
        target["objects"][key] = replica
        version_id = s3._record_object_version(name, key, prior, replica, data)
        if tags:
            s3._object_tags[(name, key, version_id)] = dict(tags)
        s3._persist_version_state(name, key, target)
        s3._fire_s3_event_async(
            name, key, "s3:ObjectCreated:Put", size=replica["size"], etag=replica["etag"], version_id=version_id
        )
    # Annotations that are put later look for it here.
    record["_replica"] = (name, version_id, account)
    return True


def write_delete_marker(bucket: str, key: str, rule: Rule, role: str) -> None:
    """Hide the key in the bucket at the other end."""
    place = s3._replication_destination(bucket, key, rule, role)
    if place is None:
        return
    name, account, target = place
    with s3._in_account(account):
        s3._record_delete_marker(name, key, target["objects"].pop(key, None))
