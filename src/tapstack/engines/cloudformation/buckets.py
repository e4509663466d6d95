"""Buckets: encrypted by a key of their own, closed to the public, versioned, logged, and replicated between regions.

They stand in the foundation because a replication rule is accepted only once the other region's bucket is there: all
foundations come first, with the parameter `Linked` off, then the same stacks once more with it on.
"""

from __future__ import annotations

from tapstack.engines.bucket_settings import ACCESS_LOGS, LOAD_BALANCER_LOGS, STORAGE_CLASSES
from tapstack.engines.cloudformation import wildcards
from tapstack.engines.cloudformation.template import LintException, Resource, Value, logical_id, ref, sub, when
from tapstack.engines.cloudformation.unit import IS_HOME, UnitTemplate, allow
from tapstack.fleet.buckets import Bucket, Lifecycle
from tapstack.plan.names import NameKind

LINKED = "Linked"
DAY = 86400

CLOSED = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}


def add(unit: UnitTemplate) -> None:
    """Add the region's log bucket and every bucket of the fleet."""
    _access_logs(unit)
    for name, bucket in unit.fleet.buckets.items():
        _bucket(unit, name, bucket)


def _access_logs(unit: UnitTemplate) -> None:
    logs = unit.template.add(
        logical_id("bucket", ACCESS_LOGS),
        "AWS::S3::Bucket",
        {
            "BucketName": unit.name(NameKind.BUCKET, ACCESS_LOGS),
            # Load balancers can deliver their logs only to buckets encrypted with S3's own keys.
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
            "VersioningConfiguration": {"Status": "Enabled"},
            "PublicAccessBlockConfiguration": CLOSED,
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "Id": "expire",
                        "Status": "Enabled",
                        "ExpirationInDays": max(unit.fleet.observability.log_retention // DAY, 1),
                        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                    }
                ]
            },
        },
        removal=unit.removal,
        exceptions=_log_exceptions(unit),
    )
    objects = unit.bucket_arn(ACCESS_LOGS, objects="/*")
    account = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    unit.template.add(
        logical_id("bucket", ACCESS_LOGS, "policy"),
        "AWS::S3::BucketPolicy",
        {
            "Bucket": logs.ref,
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    _tls_only(logs),
                    {
                        "Sid": "BucketLogs",
                        "Effect": "Allow",
                        "Principal": {"Service": "logging.s3.amazonaws.com"},
                        "Action": "s3:PutObject",
                        "Resource": objects,
                        "Condition": account,
                    },
                    {
                        "Sid": "LoadBalancerLogs",
                        "Effect": "Allow",
                        "Principal": {"Service": LOAD_BALANCER_LOGS},
                        "Action": "s3:PutObject",
                        # The path names the account; a condition on it can make the load balancer's creation fail.
                        "Resource": unit.bucket_arn(
                            ACCESS_LOGS, objects="/load-balancers/*/AWSLogs/${AWS::AccountId}/*"
                        ),
                    },
                ],
            },
        },
    )


def _log_exceptions(unit: UnitTemplate) -> list[LintException]:
    reason = "This is the log bucket; logging itself would never end."
    exceptions = [LintException("checkov", "CKV_AWS_18", reason)]
    if not any(bucket.access_log for bucket in unit.fleet.buckets.values()):
        # Otherwise cdk-nag sees by itself what the bucket is for.
        exceptions.append(LintException("cdk-nag", "AwsSolutions-S1", reason))
    return exceptions


def _bucket(unit: UnitTemplate, name: str, bucket: Bucket) -> None:
    replicates = bucket.replication != "none" and unit.spreads
    resource = unit.template.add(
        logical_id("bucket", name),
        "AWS::S3::Bucket",
        {
            "BucketName": unit.name(NameKind.BUCKET, name),
            "BucketEncryption": {"ServerSideEncryptionConfiguration": [_encryption(unit, name, bucket)]},
            "VersioningConfiguration": {"Status": "Enabled" if bucket.versioned else "Suspended"},
            "PublicAccessBlockConfiguration": CLOSED,
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "LifecycleConfiguration": {"Rules": [_lifecycle(i, r) for i, r in enumerate(bucket.lifecycle)]}
            if bucket.lifecycle
            else None,
            "LoggingConfiguration": {
                "DestinationBucketName": ref(logical_id("bucket", ACCESS_LOGS)),
                "LogFilePrefix": f"buckets/{name}/",
            }
            if bucket.access_log
            else None,
            # Functions listen through EventBridge: a bucket's own notifications would need them to be there first.
            "NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
            "ReplicationConfiguration": _replication(unit, name, bucket) if replicates else None,
        },
        depends_on=[logical_id("bucket", ACCESS_LOGS, "policy")] if bucket.access_log else (),
        removal=unit.removal,
        exceptions=_exceptions(bucket),
    )
    if bucket.tls_only:
        unit.template.add(
            logical_id("bucket", name, "policy"),
            "AWS::S3::BucketPolicy",
            {
                "Bucket": resource.ref,
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [_tls_only(resource)],
                },
            },
        )


def _exceptions(bucket: Bucket) -> list[LintException]:
    exceptions = []
    if not bucket.access_log:
        reason = "The fleet turns this bucket's access log off."
        exceptions += [
            LintException("checkov", "CKV_AWS_18", reason),
            LintException("cdk-nag", "AwsSolutions-S1", reason),
        ]
    if not bucket.tls_only:
        reason = "The fleet lets this bucket be used without TLS."
        exceptions.append(LintException("cdk-nag", "AwsSolutions-S10", reason))
    if not bucket.versioned:
        exceptions.append(LintException("checkov", "CKV_AWS_21", "The fleet turns this bucket's versions off."))
    return exceptions


def _encryption(unit: UnitTemplate, name: str, bucket: Bucket) -> Value:
    default: dict[str, Value] = {"SSEAlgorithm": "aws:kms"}
    if bucket.encryption == "customer-key":
        default["KMSMasterKeyID"] = unit.key_arn(f"bucket-{name}")
    return {"ServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}


def _lifecycle(index: int, rule: Lifecycle) -> Value:
    """One rule; S3 wants an ID, and the order of rules has no meaning, so the position will do."""
    written: dict[str, Value] = {"Id": f"rule-{index + 1}", "Status": "Enabled"}
    if rule.prefix:
        written["Prefix"] = rule.prefix
    if rule.expire_after is not None:
        written["ExpirationInDays"] = rule.expire_after // DAY
    if rule.expire_noncurrent_after is not None:
        written["NoncurrentVersionExpiration"] = {"NoncurrentDays": rule.expire_noncurrent_after // DAY}
    if rule.abort_uploads_after is not None:
        written["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": rule.abort_uploads_after // DAY}
    if rule.transitions:
        written["Transitions"] = [
            {"StorageClass": STORAGE_CLASSES[step.to], "TransitionInDays": step.after // DAY}
            for step in rule.transitions
        ]
    return written


def _tls_only(bucket: Resource) -> Value:
    return {
        "Sid": "OnlyTls",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "s3:*",
        "Resource": [bucket.get("Arn"), sub(f"${{{bucket.logical_id}.Arn}}/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _replication(unit: UnitTemplate, name: str, bucket: Bucket) -> Value:
    linked = _linked(unit, bucket)
    permissions = _replication_permissions(unit, name, bucket)
    role = unit.role(
        logical_id("bucket", name, "replication-role"),
        f"{name}-replication",
        "s3.amazonaws.com",
        permissions,
        # S3 is not known to name the account when it takes a role on to replicate; then nothing would be copied.
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
        source_account=False,
        exceptions=wildcards.acknowledged(permissions),
    )
    copies = {region: _rule(unit, name, bucket, region, number) for number, region in enumerate(unit.regions, start=1)}
    if bucket.replication == "from-home":
        # Only the home has rules at all, so none of them has to ask where it stands.
        rules = [rule for region, rule in copies.items() if region != unit.plan.home]
    else:
        rules = unit.elsewhere(copies)
    return when(linked, {"Role": role.get("Arn"), "Rules": rules})


def _linked(unit: UnitTemplate, bucket: Bucket) -> str:
    unit.template.parameter(
        LINKED,
        "Whether the buckets of all regions are there, so that they can be connected",
        default="false",
        allowed=["true", "false"],
    )
    unit.template.conditions.setdefault("IsLinked", {"Fn::Equals": [ref(LINKED), "true"]})
    if bucket.replication == "both-ways":
        return "IsLinked"
    unit.template.conditions.setdefault(
        "IsLinkedHome", {"Fn::And": [{"Condition": "IsLinked"}, {"Condition": IS_HOME}]}
    )
    return "IsLinkedHome"


def _rule(unit: UnitTemplate, name: str, bucket: Bucket, region: str, number: int) -> Value:
    customer_key = bucket.encryption == "customer-key"
    destination: dict[str, Value] = {"Bucket": unit.bucket_arn(name, region=region)}
    if customer_key:
        destination["EncryptionConfiguration"] = {"ReplicaKmsKeyID": unit.key_alias_arn(f"bucket-{name}", region)}
    if bucket.replication_time_control:
        destination["ReplicationTime"] = {"Status": "Enabled", "Time": {"Minutes": 15}}
        destination["Metrics"] = {"Status": "Enabled", "EventThreshold": {"Minutes": 15}}
    elif unit.fleet.observability.alarms:
        # Without these nothing tells that copying has failed.
        destination["Metrics"] = {"Status": "Enabled"}
    rule: dict[str, Value] = {
        "Id": f"to-{region}",
        "Status": "Enabled",
        "Priority": number,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "Destination": destination,
    }
    if customer_key:
        # Without this S3 silently skips every object under a customer key.
        rule["SourceSelectionCriteria"] = {"SseKmsEncryptedObjects": {"Status": "Enabled"}}
    if bucket.replication == "both-ways":
        rule.setdefault("SourceSelectionCriteria", {})["ReplicaModifications"] = {"Status": "Enabled"}
    return rule


def _replication_permissions(unit: UnitTemplate, name: str, bucket: Bucket) -> list[Value]:
    own, own_objects = unit.bucket_arn(name), unit.bucket_arn(name, objects="/*")
    statements = [
        allow(["s3:GetReplicationConfiguration", "s3:ListBucket"], own),
        allow(
            ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"], own_objects
        ),
        allow(
            ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
            unit.elsewhere({region: unit.bucket_arn(name, region=region, objects="/*") for region in unit.regions}),
        ),
    ]
    if bucket.encryption == "customer-key":
        alias = unit.name(NameKind.KEY_ALIAS, f"bucket-{name}")
        statements.append(allow(["kms:Decrypt"], unit.key_arn(f"bucket-{name}")))
        # The other regions' keys are known by their alias alone, which IAM matches through a condition.
        statements.append(
            allow(
                ["kms:Encrypt", "kms:GenerateDataKey"],
                unit.elsewhere({region: unit.arn("kms", "key/*", region=region) for region in unit.regions}),
                **{"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}},
            )
        )
    return statements
