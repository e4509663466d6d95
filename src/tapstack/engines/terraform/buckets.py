"""Buckets: encrypted by a key of their own, closed to the public, versioned, logged, and replicated between regions.

They stand in the foundation; what connects them across regions is a unit of its own, `links`, since a replication rule
is accepted only once the other region's bucket is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapstack.engines.bucket_settings import ACCESS_LOGS, LOAD_BALANCER_LOGS, STORAGE_CLASSES
from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform.expressions import Expression, expression, literal
from tapstack.engines.terraform.module import Block, Dynamic, Resource, Value, label
from tapstack.engines.terraform.unit import UnitModule, allow, policy
from tapstack.fleet.buckets import Bucket, Lifecycle
from tapstack.plan.names import NameKind

if TYPE_CHECKING:
    from tapstack.engines.terraform import arguments

DAY = 86400


def add(unit: UnitModule) -> None:
    """Add the region's log bucket and every bucket of the fleet."""
    _access_logs(unit)
    for name, bucket in unit.fleet.buckets.items():
        _bucket(unit, name, bucket)
        if _replicates(unit, bucket):
            _replication_role(unit, name, bucket)


def add_links(unit: UnitModule) -> None:
    """Connect the buckets of this region with those of the others."""
    for name, bucket in unit.fleet.buckets.items():
        if _replicates(unit, bucket):
            _replication(unit, name, bucket)


def _access_logs(unit: UnitModule) -> None:
    bucket = _closed_bucket(
        unit,
        ACCESS_LOGS,
        {"sse_algorithm": "AES256"},
        [
            LintException("checkov", "CKV_AWS_18", "This is the log bucket; logging itself would never end."),
            LintException("checkov", "CKV_AWS_144", "Logs stay in their region; what they tell of is there, too."),
            LintException("checkov", "CKV_AWS_145", "Load balancers write only under a key of S3's own."),
            LintException("checkov", "CKV2_AWS_62", "Nothing waits for logs; who wants to know searches them."),
        ],
    )
    objects = unit.bucket_arn(ACCESS_LOGS, objects="/*")
    unit.resource.aws_s3_bucket_versioning(
        label(ACCESS_LOGS), bucket=bucket.ref("id"), versioning_configuration={"status": "Enabled"}
    )
    unit.resource.aws_s3_bucket_lifecycle_configuration(
        label(ACCESS_LOGS),
        bucket=bucket.ref("id"),
        rule={
            "id": "expire",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "expiration": {"days": max(unit.fleet.observability.log_retention // DAY, 1)},
            "noncurrent_version_expiration": {"noncurrent_days": 1},
            "abort_incomplete_multipart_upload": {"days_after_initiation": 1},
        },
    )
    unit.resource.aws_s3_bucket_policy(
        label(ACCESS_LOGS),
        bucket=bucket.ref("id"),
        policy=policy(
            [
                _tls_only(bucket),
                {
                    "Sid": "BucketLogs",
                    "Effect": "Allow",
                    "Principal": {"Service": "logging.s3.amazonaws.com"},
                    "Action": "s3:PutObject",
                    "Resource": objects,
                    "Condition": {"StringEquals": {"aws:SourceAccount": unit.account}},
                },
                {
                    "Sid": "LoadBalancerLogs",
                    "Effect": "Allow",
                    "Principal": {"Service": LOAD_BALANCER_LOGS},
                    "Action": "s3:PutObject",
                    # The path names the account; a condition on it can make the load balancer's creation fail.
                    "Resource": unit.bucket_arn(ACCESS_LOGS) + unit.text("/load-balancers/*/AWSLogs/{account}/*"),
                },
            ]
        ),
    )


def _bucket(unit: UnitModule, name: str, bucket: Bucket) -> None:
    default: arguments.S3BucketServerSideEncryptionConfigurationApplyServerSideEncryptionByDefault
    default = {"sse_algorithm": "aws:kms"}
    if bucket.encryption == "customer-key":
        default["kms_master_key_id"] = unit.key_arn(f"bucket-{name}")
    resource = _closed_bucket(unit, name, default, _exceptions(unit, bucket))
    # A bucket that never had versions cannot be "suspended"; CloudFormation says it all the same.
    unit.resource.aws_s3_bucket_versioning(
        label(name),
        bucket=resource.ref("id"),
        versioning_configuration={"status": "Enabled" if bucket.versioned else "Suspended"},
    )
    if bucket.lifecycle:
        unit.resource.aws_s3_bucket_lifecycle_configuration(
            label(name),
            bucket=resource.ref("id"),
            rule=[_lifecycle(index, rule) for index, rule in enumerate(bucket.lifecycle)],
            exceptions=_unfinished(bucket),
        )
    if bucket.access_log:
        unit.resource.aws_s3_bucket_logging(
            label(name),
            bucket=resource.ref("id"),
            target_bucket=Resource[str]("aws_s3_bucket", label(ACCESS_LOGS)).ref("id"),
            target_prefix=f"buckets/{name}/",
            depends_on=[Resource("aws_s3_bucket_policy", label(ACCESS_LOGS))],
        )
    # Functions listen through EventBridge: a bucket's own notifications would need them to be there first.
    unit.resource.aws_s3_bucket_notification(label(name), bucket=resource.ref("id"), eventbridge=True)
    if bucket.tls_only:
        unit.resource.aws_s3_bucket_policy(label(name), bucket=resource.ref("id"), policy=policy([_tls_only(resource)]))


def _closed_bucket(
    unit: UnitModule,
    name: str,
    encryption: arguments.S3BucketServerSideEncryptionConfigurationApplyServerSideEncryptionByDefault,
    exceptions: list[LintException],
) -> Resource[Any]:
    """A bucket that is encrypted, and closed to the public."""
    bucket = unit.resource.aws_s3_bucket(
        label(name),
        bucket=unit.name(NameKind.BUCKET, name),
        force_destroy=not unit.keeps_data,
        lifecycle=unit.lifecycle,
        exceptions=exceptions,
    )
    unit.resource.aws_s3_bucket_public_access_block(
        label(name),
        bucket=bucket.ref("id"),
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    )
    unit.resource.aws_s3_bucket_ownership_controls(
        label(name), bucket=bucket.ref("id"), rule={"object_ownership": "BucketOwnerEnforced"}
    )
    unit.resource.aws_s3_bucket_server_side_encryption_configuration(
        label(name),
        bucket=bucket.ref("id"),
        rule={
            "apply_server_side_encryption_by_default": encryption,
            "bucket_key_enabled": True if encryption["sse_algorithm"] == "aws:kms" else None,
        },
    )
    return bucket


def _exceptions(unit: UnitModule, bucket: Bucket) -> list[LintException]:
    replicates = _replicates(unit, bucket)
    apart = "It is replicated by a unit of its own, which comes once every region has its bucket."
    exceptions = [
        LintException("checkov", "CKV_AWS_144", apart if replicates else "The fleet keeps its content in its region.")
    ]
    if not bucket.access_log:
        exceptions.append(LintException("checkov", "CKV_AWS_18", "The fleet turns this bucket's access log off."))
    if not bucket.versioned:
        exceptions.append(LintException("checkov", "CKV_AWS_21", "The fleet turns this bucket's versions off."))
    if not bucket.lifecycle:
        exceptions.append(LintException("checkov", "CKV2_AWS_61", "The fleet keeps whatever is in this bucket."))
    return exceptions


def _unfinished(bucket: Bucket) -> list[LintException]:
    if any(rule.abort_uploads_after is not None and not rule.prefix for rule in bucket.lifecycle):
        return []
    reason = "The fleet drops unfinished uploads where it says so, and not in the whole bucket."
    return [LintException("checkov", "CKV_AWS_300", reason)]


def _lifecycle(index: int, rule: Lifecycle) -> arguments.S3BucketLifecycleConfigurationRule:
    """One rule; S3 wants an ID, and the order of rules has no meaning, so the position will do."""
    written: arguments.S3BucketLifecycleConfigurationRule = {
        "id": f"rule-{index + 1}",
        "status": "Enabled",
        "filter": {"prefix": literal(rule.prefix)},
    }
    if rule.expire_after is not None:
        written["expiration"] = {"days": rule.expire_after // DAY}
    if rule.expire_noncurrent_after is not None:
        written["noncurrent_version_expiration"] = {"noncurrent_days": rule.expire_noncurrent_after // DAY}
    if rule.abort_uploads_after is not None:
        written["abort_incomplete_multipart_upload"] = {"days_after_initiation": rule.abort_uploads_after // DAY}
    if rule.transitions:
        written["transition"] = [
            {"storage_class": STORAGE_CLASSES[step.to], "days": step.after // DAY} for step in rule.transitions
        ]
    return written


def _tls_only(bucket: Resource[Any]) -> Value:
    return {
        "Sid": "OnlyTls",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "s3:*",
        "Resource": [bucket.ref("arn"), bucket.ref("arn") + "/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _replicates(unit: UnitModule, bucket: Bucket) -> bool:
    return bucket.replication != "none" and unit.spreads


def _replication(unit: UnitModule, name: str, bucket: Bucket) -> None:
    rule: Block[arguments.S3BucketReplicationConfigurationRule]
    # Only the home has rules at all with `from-home`; the order of regions is their priority.
    region = expression("rule.value")
    priority = expression(f"index({unit.region_names.code}, rule.value) + 1")
    rule = Dynamic(unit.others, _rule(unit, name, bucket, region, priority))
    unit.resource.aws_s3_bucket_replication_configuration(
        label(name),
        bucket=unit.name(NameKind.BUCKET, name),
        role=unit.arn("iam", "role/" + unit.name(NameKind.ROLE, f"{name}-replication"), region=""),
        rule=rule,
        count=unit.only_at_home if bucket.replication == "from-home" else None,
    )


def _rule(
    unit: UnitModule, name: str, bucket: Bucket, region: Expression, priority: Expression
) -> arguments.S3BucketReplicationConfigurationRule:
    customer_key = bucket.encryption == "customer-key"
    destination: arguments.S3BucketReplicationConfigurationDestination
    destination = {"bucket": unit.bucket_arn(name, region=region)}
    if customer_key:
        destination["encryption_configuration"] = {"replica_kms_key_id": unit.key_alias_arn(f"bucket-{name}", region)}
    if bucket.replication_time_control:
        destination["replication_time"] = {"status": "Enabled", "time": {"minutes": 15}}
        destination["metrics"] = {"status": "Enabled", "event_threshold": {"minutes": 15}}
    elif unit.fleet.observability.alarms:
        # Without these nothing tells that copying has failed.
        destination["metrics"] = {"status": "Enabled"}
    selection: arguments.S3BucketReplicationConfigurationSourceSelectionCriteria = {}
    if customer_key:
        # Without this S3 silently skips every object under a customer key.
        selection["sse_kms_encrypted_objects"] = {"status": "Enabled"}
    if bucket.replication == "both-ways":
        selection["replica_modifications"] = {"status": "Enabled"}
    return {
        "id": f"to-{region}",
        "status": "Enabled",
        "priority": priority,
        "filter": {"prefix": ""},
        "delete_marker_replication": {"status": "Enabled"},
        "destination": destination,
        "source_selection_criteria": selection or None,
    }


def _replication_role(unit: UnitModule, name: str, bucket: Bucket) -> None:
    own, own_objects = unit.bucket_arn(name), unit.bucket_arn(name, objects="/*")
    statements = [
        allow(["s3:GetReplicationConfiguration", "s3:ListBucket"], own),
        allow(
            ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"], own_objects
        ),
        allow(
            ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
            unit.elsewhere(lambda region: unit.bucket_arn(name, region=region, objects="/*")),
        ),
    ]
    if bucket.encryption == "customer-key":
        alias = unit.name(NameKind.KEY_ALIAS, f"bucket-{name}")
        statements.append(allow(["kms:Decrypt"], unit.key_arn(f"bucket-{name}")))
        # The other regions' keys are known by their alias alone, which IAM matches through a condition.
        statements.append(
            allow(
                ["kms:Encrypt", "kms:GenerateDataKey"],
                unit.elsewhere(lambda region: unit.arn("kms", "key/*", region=region)),
                **{"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}},
            )
        )
    unit.role(
        label(name, "replication"),
        f"{name}-replication",
        "s3.amazonaws.com",
        statements,
        # S3 is not known to name the account when it takes a role on to replicate; then nothing would be copied.
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
        source_account=False,
    )
