"""Which rules of a bucket apply to an object: for each destination the one of highest priority that covers it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ministack.services import s3

from tapstack.sandbox.server.mends.patch import original

Rule = dict[str, Any]
NEEDED = ("_bucket_replication", "_bucket_versioning", "_replication_rule_prefix", "_replication_rule_tags")


def check_originals() -> None:
    """Make sure that MiniStack has what is used here."""
    for name in NEEDED:
        original(s3, name)


def rules_for_object(bucket: str, key: str, tags: dict[str, str] | None, encrypted: bool) -> list[Rule]:
    """The rules by which a new version travels; one encrypted by KMS only where the rule opts in."""
    covering = (
        rule
        for rule in _enabled(bucket, key)
        if all((tags or {}).get(name) == value for name, value in s3._replication_rule_tags(rule).items())
    )
    return [rule for rule in _one_for_each_target(covering) if not encrypted or _kms_opted_in(rule)]


def rules_for_delete_marker(bucket: str, key: str) -> list[Rule]:
    """The rules by which a delete marker travels; it has no tags, so that rules that ask for some do not cover it."""
    covering = (rule for rule in _enabled(bucket, key) if not s3._replication_rule_tags(rule))
    return [
        rule
        for rule in _one_for_each_target(covering)
        # Rules of the first kind, without a filter, always take them along.
        if "Filter" not in rule or (rule.get("DeleteMarkerReplication") or {}).get("Status") == "Enabled"
    ]


def role_of(bucket: str) -> str:
    """The role that the bucket's replication acts as."""
    return str((s3._bucket_replication.get(bucket) or {}).get("Role", ""))


def target_bucket(rule: Rule) -> str:
    """The name of the rule's destination."""
    return str((rule.get("Destination") or {}).get("Bucket", "")).rsplit(":::", 1)[-1]


def replica_key(rule: Rule) -> str:
    """The key that the rule names for replicas, as it names it, or nothing."""
    return str(((rule.get("Destination") or {}).get("EncryptionConfiguration") or {}).get("ReplicaKmsKeyID") or "")


def metrics_rules(source: str, target: str) -> list[str]:
    """The IDs of the rules between two buckets that ask for metrics."""
    return [
        str(rule.get("ID", ""))
        for rule in (s3._bucket_replication.get(source) or {}).get("Rules", [])
        if target_bucket(rule) == target and rule["Destination"].get("Metrics", {}).get("Status") == "Enabled"
    ]


def _enabled(bucket: str, key: str) -> list[Rule]:
    if s3._bucket_versioning.get(bucket) != "Enabled":
        return []
    return [
        rule
        for rule in (s3._bucket_replication.get(bucket) or {}).get("Rules", [])
        if rule.get("Status") == "Enabled" and key.startswith(s3._replication_rule_prefix(rule))
    ]


def _one_for_each_target(rules: Iterable[Rule]) -> list[Rule]:
    chosen: dict[str, Rule] = {}
    for rule in sorted(rules, key=lambda one: int(one.get("Priority") or 0), reverse=True):
        chosen.setdefault(target_bucket(rule), rule)
    return list(chosen.values())


def _kms_opted_in(rule: Rule) -> bool:
    criteria = (rule.get("SourceSelectionCriteria") or {}).get("SseKmsEncryptedObjects") or {}
    return bool(criteria.get("Status") == "Enabled")
