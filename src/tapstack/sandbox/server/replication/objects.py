"""Bucket replication: new versions and, where configured, delete markers reach the other bucket after the lag.

MiniStack 1.5.33 copies within the call, also while the other region is out; it asks neither for the role nor for the
opt-in that KMS-encrypted objects need. Goes when it does all that.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import kms, s3

from tapstack.sandbox.server.mends.patch import original, replace
from tapstack.sandbox.server.replication.links import Links, Route
from tapstack.sandbox.server.replication.permissions import check_originals, may_encrypt, may_replicate

Record = dict[str, Any]

_ALGORITHM = "x-amz-server-side-encryption"
_KEY = "x-amz-server-side-encryption-aws-kms-key-id"


class ObjectReplication:
    """Sends the new objects and delete markers of replicated buckets."""

    def __init__(self, links: Links, enforce_iam: bool) -> None:
        self._links = links
        self._enforce_iam = enforce_iam
        self.failed = 0
        self._copy: Callable[..., None] = original(s3, "_maybe_replicate")
        self._mark_deleted: Callable[[str, str], None] = original(s3, "_maybe_replicate_delete_marker")

    def install(self) -> None:
        """Take the place of the copying within the call."""
        check_originals()
        replace(s3, "_maybe_replicate", lambda _: self._send_object)
        replace(s3, "_maybe_replicate_delete_marker", lambda _: self._send_delete_marker)
        replace(s3, "_complete_multipart_upload", self._followed_by_sending)

    def _followed_by_sending(self, complete: Callable[..., Any]) -> Callable[..., Any]:
        """Objects of several parts replicate, too; MiniStack forgets them."""

        def complete_and_send(bucket: str, key: str, *arguments: Any, **options: Any) -> Any:
            answer = complete(bucket, key, *arguments, **options)
            record = (s3._buckets.get(bucket) or {"objects": {}})["objects"].get(key)
            if answer[0] == 200 and record is not None and "replication_status" not in record:
                tags = s3._object_tags.get((bucket, key, record.get("version_id")))
                self._send_object(bucket, key, record, s3._read_body(bucket, key, record), tags)
            return answer

        return complete_and_send

    def _send_object(
        self, bucket: str, key: str, record: Record, data: Any, tags: dict[str, str] | None = None
    ) -> None:
        rule, role = s3._replication_rule_for(bucket, key, tags)
        # What arrived as a replica does not travel on, or two buckets would feed each other for ever.
        if rule is None or record.get("replication_status") == "REPLICA":
            return
        if _is_kms_encrypted(record) and not _kms_opted_in(rule):
            return
        target = _target_bucket(rule)
        record["replication_status"] = "PENDING"
        account, region = get_account_id(), get_region()

        def apply() -> None:
            with request_scope(account, region):
                self._deliver(bucket, key, record, data, tags, rule, role)

        self._links.send(Route("s3", f"{bucket} to {target}", _region_of(bucket), _region_of(target)), apply)

    def _deliver(
        self, bucket: str, key: str, record: Record, data: Any, tags: dict[str, str] | None, rule: Record, role: str
    ) -> None:
        target = _target_bucket(rule)
        replica_key = str(rule["Destination"].get("EncryptionConfiguration", {}).get("ReplicaKmsKeyID") or "")
        if not self._can_replicate(bucket, target, key, record, role, replica_key):
            record["replication_status"] = "FAILED"
        else:
            record.pop("replication_status", None)
            # MiniStack has moved the content to disk meanwhile, and its copying looks for it in memory.
            body, record["body"] = record.get("body"), data
            self._copy(bucket, key, record, data, tags)
            record["body"] = body
        status = record.get("replication_status")
        if status == "FAILED":
            self.failed += 1
        for version in s3._object_versions.get((bucket, key), []):
            if version["version_id"] == record.get("version_id"):
                version["replication_status"] = status
        _keep(bucket, key)
        if status == "COMPLETED":
            self._finish_replica(bucket, key, record, replica_key if _is_kms_encrypted(record) else None)

    def _can_replicate(self, bucket: str, target: str, key: str, record: Record, role: str, replica_key: str) -> bool:
        if _is_kms_encrypted(record) and not _key_works(replica_key):
            return False
        if not self._enforce_iam:
            return True
        source_object, target_object = _object_arn(bucket, key), _object_arn(target, key)
        if not may_replicate(role, source_object, target_object):
            return False
        source_key = str(record["preserved_headers"].get(_KEY, ""))
        return not _is_kms_encrypted(record) or may_encrypt(
            role, source_object, target_object, source_key, _key_arn(replica_key)
        )

    def _finish_replica(self, bucket: str, key: str, record: Record, replica_key: str | None) -> None:
        """Give the replica what MiniStack adds only after the source's call: tags, its own key, and its event."""
        name, version_id, account = record["_replica"]
        tags = s3._object_tags.get((bucket, key, record.get("version_id")))
        with s3._in_account(account):
            replica = s3._buckets[name]["objects"][key]
            if tags:
                s3._object_tags[(name, key, version_id)] = dict(tags)
            if replica_key:
                replica["preserved_headers"] = {**replica["preserved_headers"], _KEY: replica_key}
                for version in s3._object_versions.get((name, key), []):
                    if version["version_id"] == version_id:
                        version["preserved_headers"] = replica["preserved_headers"]
            _keep(name, key)
            s3._fire_s3_event_async(
                name, key, "s3:ObjectCreated:Put", size=replica["size"], etag=replica["etag"], version_id=version_id
            )

    def _send_delete_marker(self, bucket: str, key: str) -> None:
        config = s3._bucket_replication.get(bucket) or {}
        rule = next(
            (
                one
                for one in config.get("Rules", [])
                if one.get("Status") == "Enabled" and key.startswith(s3._replication_rule_prefix(one))
            ),
            None,
        )
        if rule is None:
            return
        target = _target_bucket(rule)
        role = str(config.get("Role", ""))
        account, region = get_account_id(), get_region()

        def apply() -> None:
            with request_scope(account, region):
                arns = _object_arn(bucket, key), _object_arn(target, key)
                if not self._enforce_iam or may_replicate(role, *arns, "s3:ReplicateDelete"):
                    self._mark_deleted(bucket, key)

        self._links.send(Route("s3", f"{bucket} to {target}", _region_of(bucket), _region_of(target)), apply)


def metrics_rules(source: str, target: str) -> list[str]:
    """The IDs of the rules between two buckets that ask for metrics."""
    config = s3._bucket_replication.get(source) or {}
    return [
        str(rule.get("ID", ""))
        for rule in config.get("Rules", [])
        if _target_bucket(rule) == target and rule["Destination"].get("Metrics", {}).get("Status") == "Enabled"
    ]


def _keep(bucket: str, key: str) -> None:
    if (record := s3._buckets.get(bucket)) is not None:
        s3._persist_version_state(bucket, key, record)


def _target_bucket(rule: Record) -> str:
    return str((rule.get("Destination") or {}).get("Bucket", "")).rsplit(":::", 1)[-1]


def _region_of(bucket: str) -> str:
    owner = s3._bucket_owner_account(bucket)
    record = (s3._buckets.get_scoped(owner, None, bucket) if owner else None) or {}
    return str(record.get("region") or os.environ["MINISTACK_REGION"])


def _is_kms_encrypted(record: Record) -> bool:
    return str((record.get("preserved_headers") or {}).get(_ALGORITHM, "")).startswith("aws:kms")


def _kms_opted_in(rule: Record) -> bool:
    criteria = (rule.get("SourceSelectionCriteria") or {}).get("SseKmsEncryptedObjects") or {}
    return criteria.get("Status") == "Enabled"


def _object_arn(bucket: str, key: str) -> str:
    return f"arn:aws:s3:::{bucket}/{key}"


def _key_record(key: str) -> Record | None:
    if not key.startswith("arn:"):
        return None
    _, _, _, region, account, _ = key.split(":", 5)
    with request_scope(account, region):
        record: Record | None = kms._resolve_key(key)
        return record


def _key_arn(key: str) -> str:
    """The key's own ARN, where an alias was named."""
    record = _key_record(key)
    return str(record["Arn"]) if record is not None else key


def _key_works(key: str) -> bool:
    record = _key_record(key)
    return record is not None and record.get("KeyState", "Enabled") == "Enabled"
