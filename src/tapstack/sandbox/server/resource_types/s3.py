"""AWS::S3: everything of a bucket that MiniStack's own type leaves out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from ministack.core.responses import new_uuid

from tapstack.sandbox.server.resource_types.parameters import fitted
from tapstack.sandbox.server.resource_types.resource_type import (
    CompletedType,
    Properties,
    Resource,
    as_boolean,
    tag_list,
    tag_map,
)

_Rule = dict[str, Any]


class Bucket(CompletedType):
    """A bucket; MiniStack makes it with its notifications, CORS, website and public access block."""

    name = "AWS::S3::Bucket"
    service = "s3"
    replaced_by = ("BucketName", "BucketNamePrefix", "BucketNamespace")
    custom_name = "BucketName"
    gone = ("NoSuchBucket", "404")
    reads = (
        "VersioningConfiguration", "BucketEncryption", "LifecycleConfiguration", "LoggingConfiguration",
        "ReplicationConfiguration", "OwnershipControls", "PublicAccessBlockConfiguration", "Tags",
    )  # fmt: skip

    def delete(self, resource: Resource) -> None:
        """Delete it unless it holds anything, an older version included: MiniStack would throw all that away."""
        held = self.client().list_object_versions(Bucket=resource.physical_id, MaxKeys=1)
        if held.get("Versions") or held.get("DeleteMarkers"):
            raise ValueError(
                "The bucket you tried to delete is not empty. You must delete all versions in the bucket. "
                f"(Service: S3, Status Code: 409, Request ID: {new_uuid()})"
            )
        super().delete(resource)

    def configure(self, resource: Resource) -> None:
        """Put each configuration that the template names; take away those that it no longer names."""
        if resource.changed("Tags"):
            self._tag(resource)
        # Versioning first: object lock and replication need it.
        for property_name, put, delete in _CONFIGURATIONS:
            if not resource.changed(property_name):
                continue
            if wanted := resource.properties.get(property_name):
                put(self.client(), resource.physical_id, wanted)
            elif delete:
                delete(self.client(), resource.physical_id)

    def _tag(self, resource: Resource) -> None:
        # A call to tag replaces all tags: those that someone else has set in the meantime stay.
        client, bucket = self.client(), resource.physical_id
        old, new = tag_map(resource.previous.get("Tags")), tag_map(resource.properties.get("Tags"))
        present = tag_map(_tags(client, bucket))
        wanted = {key: value for key, value in present.items() if key not in old} | new
        if wanted:
            client.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tag_list(wanted)})
        elif present:
            client.delete_bucket_tagging(Bucket=bucket)

    def read(self, resource: Resource) -> Properties | None:
        """Read the bucket as it is now."""
        client, bucket = self.client(), resource.physical_id
        client.head_bucket(Bucket=bucket)
        found = {name: read(client, bucket) for name, read in _READERS.items()}
        return {name: value for name, value in found.items() if value}


def _put_versioning(client: Any, bucket: str, wanted: Properties) -> None:
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": wanted["Status"]})


def _suspend_versioning(client: Any, bucket: str) -> None:
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})


def _put_encryption(client: Any, bucket: str, wanted: Properties) -> None:
    rules = [
        {
            ("ApplyServerSideEncryptionByDefault" if name == "ServerSideEncryptionByDefault" else name): value
            for name, value in rule.items()
        }
        for rule in wanted["ServerSideEncryptionConfiguration"]
    ]
    _call(client, "put_bucket_encryption", bucket, ServerSideEncryptionConfiguration={"Rules": rules})


def _put_lifecycle(client: Any, bucket: str, wanted: Properties) -> None:
    rules = [_lifecycle_rule(rule) for rule in wanted["Rules"]]
    others = {name: value for name, value in wanted.items() if name != "Rules"}
    _call(client, "put_bucket_lifecycle_configuration", bucket, LifecycleConfiguration={"Rules": rules}, **others)


def _lifecycle_rule(rule: _Rule) -> _Rule:
    conditions: _Rule = {
        name: rule[name] for name in ("Prefix", "ObjectSizeGreaterThan", "ObjectSizeLessThan") if name in rule
    }
    tags = rule.get("TagFilters", [])
    if len(conditions) + len(tags) > 1:
        scope: _Rule = {"And": {**conditions, **({"Tags": tags} if tags else {})}}
    else:
        scope = {"Tag": tags[0]} if tags else conditions or {"Prefix": ""}
    expiration = {
        api: rule[own]
        for own, api in (
            ("ExpirationInDays", "Days"),
            ("ExpirationDate", "Date"),
            ("ExpiredObjectDeleteMarker", "ExpiredObjectDeleteMarker"),
        )
        if own in rule
    }
    noncurrent = rule.get("NoncurrentVersionExpiration") or (
        {"NoncurrentDays": rule["NoncurrentVersionExpirationInDays"]}
        if "NoncurrentVersionExpirationInDays" in rule
        else None
    )
    transitions = [_transition(item) for item in [*rule.get("Transitions", []), *_one(rule.get("Transition"))]]
    noncurrent_transitions = [
        {("NoncurrentDays" if name == "TransitionInDays" else name): value for name, value in item.items()}
        for item in [
            *rule.get("NoncurrentVersionTransitions", []),
            *_one(rule.get("NoncurrentVersionTransition")),
        ]
    ]
    made = {
        "ID": rule.get("Id"),
        "Status": rule["Status"],
        "Filter": scope,
        "Expiration": expiration,
        "NoncurrentVersionExpiration": noncurrent,
        "Transitions": transitions,
        "NoncurrentVersionTransitions": noncurrent_transitions,
        "AbortIncompleteMultipartUpload": rule.get("AbortIncompleteMultipartUpload"),
    }
    return {name: value for name, value in made.items() if value}


def _transition(item: _Rule) -> _Rule:
    renamed = {"TransitionInDays": "Days", "TransitionDate": "Date"}
    return {renamed.get(name, name): value for name, value in item.items()}


def _one(item: _Rule | None) -> list[_Rule]:
    return [item] if item else []


def _put_logging(client: Any, bucket: str, wanted: Properties) -> None:
    enabled = {
        "TargetBucket": wanted.get("DestinationBucketName", bucket),
        "TargetPrefix": wanted.get("LogFilePrefix", ""),
    }
    if wanted.get("TargetObjectKeyFormat"):
        enabled["TargetObjectKeyFormat"] = wanted["TargetObjectKeyFormat"]
    client.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": enabled})


def _stop_logging(client: Any, bucket: str) -> None:
    client.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={})


def _put_replication(client: Any, bucket: str, wanted: Properties) -> None:
    rules = [_replication_rule(rule) for rule in wanted["Rules"]]
    _call(
        client,
        "put_bucket_replication",
        bucket,
        ReplicationConfiguration={"Role": wanted["Role"], "Rules": rules},
    )


def _replication_rule(rule: _Rule) -> _Rule:
    made = dict(rule)
    if scope := made.get("Filter"):
        scope = {("Tag" if name == "TagFilter" else name): value for name, value in scope.items()}
        if both := scope.get("And"):
            scope["And"] = {("Tags" if name == "TagFilters" else name): value for name, value in both.items()}
        made["Filter"] = scope
    return made


def _put_ownership(client: Any, bucket: str, wanted: Properties) -> None:
    _call(client, "put_bucket_ownership_controls", bucket, OwnershipControls=wanted)


def _put_object_lock(client: Any, bucket: str, wanted: Properties) -> None:
    made: _Rule = {"ObjectLockEnabled": wanted.get("ObjectLockEnabled", "Enabled")}
    if wanted.get("Rule"):
        made["Rule"] = wanted["Rule"]
    _call(client, "put_object_lock_configuration", bucket, ObjectLockConfiguration=made)


def _put_acceleration(client: Any, bucket: str, wanted: Properties) -> None:
    client.put_bucket_accelerate_configuration(
        Bucket=bucket, AccelerateConfiguration={"Status": wanted["AccelerationStatus"]}
    )


def _enable_object_lock(client: Any, bucket: str, wanted: object) -> None:
    if as_boolean(wanted):
        client.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})


def _call(client: Any, operation: str, bucket: str, **parameters: Any) -> None:
    getattr(client, operation)(**fitted(client, operation, {"Bucket": bucket, **parameters}))


def _by_name(method: str) -> Callable[[Any, str], None]:
    def delete(client: Any, bucket: str) -> None:
        getattr(client, method)(Bucket=bucket)

    return delete


_CONFIGURATIONS: tuple[tuple[str, Callable[[Any, str, Any], None], Callable[[Any, str], None] | None], ...] = (
    ("VersioningConfiguration", _put_versioning, _suspend_versioning),
    ("ObjectLockEnabled", _enable_object_lock, None),
    ("ObjectLockConfiguration", _put_object_lock, None),
    ("OwnershipControls", _put_ownership, _by_name("delete_bucket_ownership_controls")),
    ("BucketEncryption", _put_encryption, _by_name("delete_bucket_encryption")),
    ("LifecycleConfiguration", _put_lifecycle, _by_name("delete_bucket_lifecycle")),
    ("LoggingConfiguration", _put_logging, _stop_logging),
    ("AccelerateConfiguration", _put_acceleration, None),
    ("ReplicationConfiguration", _put_replication, _by_name("delete_bucket_replication")),
)


def _found(call: Callable[..., Properties], bucket: str) -> Properties:
    try:
        return call(Bucket=bucket)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return {}
        raise


def _tags(client: Any, bucket: str) -> list[Any]:
    return list(_found(client.get_bucket_tagging, bucket).get("TagSet", []))


def _read_versioning(client: Any, bucket: str) -> Properties:
    status = client.get_bucket_versioning(Bucket=bucket).get("Status")
    return {"Status": status} if status else {}


def _read_encryption(client: Any, bucket: str) -> Properties:
    found = _found(client.get_bucket_encryption, bucket).get("ServerSideEncryptionConfiguration", {})
    rules = [
        {
            ("ServerSideEncryptionByDefault" if name == "ApplyServerSideEncryptionByDefault" else name): value
            for name, value in rule.items()
            if name in ("ApplyServerSideEncryptionByDefault", "BucketKeyEnabled") and value is not False
        }
        for rule in found.get("Rules", ())
    ]
    return {"ServerSideEncryptionConfiguration": rules}


def _read_lifecycle(client: Any, bucket: str) -> Properties:
    rules = _found(client.get_bucket_lifecycle_configuration, bucket).get("Rules", [])
    return {"Rules": [_template_lifecycle_rule(rule) for rule in rules]} if rules else {}


def _template_lifecycle_rule(rule: _Rule) -> _Rule:
    scope = rule.get("Filter", {})
    scope = scope.get("And", scope)
    tags = scope.get("Tags") or _one(scope.get("Tag"))
    expiration = rule.get("Expiration", {})
    made = {
        "Id": rule.get("ID"),
        "Status": rule["Status"],
        "Prefix": scope.get("Prefix") or rule.get("Prefix"),
        "TagFilters": tags,
        "ObjectSizeGreaterThan": scope.get("ObjectSizeGreaterThan"),
        "ObjectSizeLessThan": scope.get("ObjectSizeLessThan"),
        "ExpirationInDays": expiration.get("Days"),
        "ExpiredObjectDeleteMarker": expiration.get("ExpiredObjectDeleteMarker"),
        "NoncurrentVersionExpiration": rule.get("NoncurrentVersionExpiration"),
        "Transitions": [
            {("TransitionInDays" if name == "Days" else name): value for name, value in item.items()}
            for item in rule.get("Transitions", ())
        ],
        "NoncurrentVersionTransitions": [
            {("TransitionInDays" if name == "NoncurrentDays" else name): value for name, value in item.items()}
            for item in rule.get("NoncurrentVersionTransitions", ())
        ],
        "AbortIncompleteMultipartUpload": rule.get("AbortIncompleteMultipartUpload"),
    }
    return {name: value for name, value in made.items() if value}


def _read_logging(client: Any, bucket: str) -> Properties:
    enabled = client.get_bucket_logging(Bucket=bucket).get("LoggingEnabled", {})
    names = {
        "TargetBucket": "DestinationBucketName",
        "TargetPrefix": "LogFilePrefix",
        "TargetObjectKeyFormat": "TargetObjectKeyFormat",
    }
    return {own: enabled[api] for api, own in names.items() if enabled.get(api)}


def _read_replication(client: Any, bucket: str) -> Properties:
    found = _found(client.get_bucket_replication, bucket).get("ReplicationConfiguration", {})
    if not found:
        return {}
    rules = [{("Id" if name == "ID" else name): value for name, value in rule.items()} for rule in found["Rules"]]
    return {"Role": found["Role"], "Rules": rules}


def _read_ownership(client: Any, bucket: str) -> Properties:
    return dict(_found(client.get_bucket_ownership_controls, bucket).get("OwnershipControls", {}))


def _read_public_access(client: Any, bucket: str) -> Properties:
    found = _found(client.get_public_access_block, bucket)
    return dict(found.get("PublicAccessBlockConfiguration", {}))


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "VersioningConfiguration": _read_versioning,
    "BucketEncryption": _read_encryption,
    "LifecycleConfiguration": _read_lifecycle,
    "LoggingConfiguration": _read_logging,
    "ReplicationConfiguration": _read_replication,
    "OwnershipControls": _read_ownership,
    "PublicAccessBlockConfiguration": _read_public_access,
    "Tags": _tags,
}

TYPES = (Bucket,)
