"""Bucket replication: new versions and, where configured, delete markers reach the other buckets after the lag.

MiniStack 1.5.33 copies within the call, to one destination only, and also while the other region is out; it asks
neither for the role nor for the opt-in that KMS-encrypted objects need. Goes when it does all that.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import s3

from tapstack.sandbox.server.mends.patch import original, replace
from tapstack.sandbox.server.replication import permissions, replicas, rules
from tapstack.sandbox.server.replication.keys import key_arn, key_works
from tapstack.sandbox.server.replication.links import Links, Route
from tapstack.sandbox.server.replication.permissions import may_encrypt, may_replicate
from tapstack.sandbox.server.replication.replicas import (
    ALGORITHM_HEADER,
    KEY_HEADER,
    write_delete_marker,
    write_replica,
)
from tapstack.sandbox.server.replication.rules import (
    Rule,
    replica_key,
    role_of,
    rules_for_delete_marker,
    rules_for_object,
    target_bucket,
)

Record = dict[str, Any]


@dataclass
class Journey:
    """One version of an object on its way to all its destinations."""

    bucket: str
    key: str
    record: Record
    data: Any
    role: str
    under_way: int
    failed: bool = False

    @property
    def is_encrypted(self) -> bool:
        """Whether the object is encrypted by KMS."""
        return _is_kms_encrypted(self.record)


class ObjectReplication:
    """Sends the new objects and delete markers of replicated buckets."""

    def __init__(self, links: Links, enforce_iam: bool) -> None:
        self._links = links
        self._enforce_iam = enforce_iam
        self.failed = 0

    def install(self) -> None:
        """Take the place of the copying within the call."""
        for part in (permissions, replicas, rules):
            part.check_originals()
        for name in ("_object_versions", "_persist_version_state", "_bucket_owner_account", "_read_body"):
            original(s3, name)
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
        # What arrived as a replica does not travel on, or two buckets would feed each other for ever.
        if record.get("replication_status") == "REPLICA":
            return
        covering = rules_for_object(bucket, key, tags, _is_kms_encrypted(record))
        if not covering:
            return
        record["replication_status"] = "PENDING"
        journey = Journey(bucket, key, record, data, role_of(bucket), under_way=len(covering))
        for rule in covering:
            self._send(bucket, rule, partial(self._deliver, journey, rule))

    def _send_delete_marker(self, bucket: str, key: str) -> None:
        role = role_of(bucket)

        def deliver(rule: Rule) -> None:
            arns = _object_arn(bucket, key), _object_arn(target_bucket(rule), key)
            if not self._enforce_iam or may_replicate(role, *arns, "s3:ReplicateDelete"):
                write_delete_marker(bucket, key, rule, role)

        for rule in rules_for_delete_marker(bucket, key):
            self._send(bucket, rule, partial(deliver, rule))

    def _send(self, bucket: str, rule: Rule, deliver: Callable[[], None]) -> None:
        target = target_bucket(rule)
        account, region = get_account_id(), get_region()

        def apply() -> None:
            with request_scope(account, region):
                deliver()

        self._links.send(Route("s3", f"{bucket} to {target}", _region_of(bucket), _region_of(target)), apply)

    def _deliver(self, journey: Journey, rule: Rule) -> None:
        arrived = False
        try:
            if self._can_replicate(journey, rule):
                own_key = key_arn(replica_key(rule)) if journey.is_encrypted else None
                arrived = write_replica(
                    journey.bucket, journey.key, journey.record, journey.data, rule, journey.role, own_key
                )
        finally:
            journey.under_way -= 1
            journey.failed = journey.failed or not arrived
            if journey.under_way == 0:
                self._finish(journey)

    def _finish(self, journey: Journey) -> None:
        """Say at the source how it went, once every destination is done."""
        record, place = journey.record, (journey.bucket, journey.key)
        record["replication_status"] = "FAILED" if journey.failed else "COMPLETED"
        self.failed += journey.failed
        for version in s3._object_versions.get(place, []):
            if version["version_id"] == record.get("version_id"):
                version["replication_status"] = record["replication_status"]
        if (bucket := s3._buckets.get(journey.bucket)) is not None:
            s3._persist_version_state(*place, bucket)

    def _can_replicate(self, journey: Journey, rule: Rule) -> bool:
        if journey.is_encrypted and not key_works(replica_key(rule)):
            return False
        if not self._enforce_iam:
            return True
        objects = _object_arn(journey.bucket, journey.key), _object_arn(target_bucket(rule), journey.key)
        if not may_replicate(journey.role, *objects):
            return False
        source_key = str(journey.record["preserved_headers"].get(KEY_HEADER, ""))
        return not journey.is_encrypted or may_encrypt(journey.role, *objects, source_key, replica_key(rule))


def _region_of(bucket: str) -> str:
    owner = s3._bucket_owner_account(bucket)
    record = (s3._buckets.get_scoped(owner, None, bucket) if owner else None) or {}
    return str(record.get("region") or os.environ["MINISTACK_REGION"])


def _is_kms_encrypted(record: Record) -> bool:
    return str((record.get("preserved_headers") or {}).get(ALGORITHM_HEADER, "")).startswith("aws:kms")


def _object_arn(bucket: str, key: str) -> str:
    return f"arn:aws:s3:::{bucket}/{key}"
