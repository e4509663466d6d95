"""What a bucket's replication role may do: S3 acts as that role, and what it may not do fails."""

from __future__ import annotations

from collections.abc import Mapping

from ministack.core import iam_evaluator
from ministack.core.responses import request_scope

from tapstack.sandbox.server.mends.patch import original
from tapstack.sandbox.server.replication.keys import conditions_on, key_arn

NEEDED = ("_gather_role_policies", "_resource_policy", "combine_resource_policy", "evaluate", "EvalContext")


def check_originals() -> None:
    """Make sure that MiniStack has what is used here."""
    for name in NEEDED:
        original(iam_evaluator, name)


def may_replicate(role: str, source_object: str, target_object: str, in_target: str = "s3:ReplicateObject") -> bool:
    """Tell whether the role may read the one object and write the other; both are ARNs."""
    return _may(role, "s3:GetObjectVersionForReplication", source_object, {}) and _may(
        role, in_target, target_object, {}
    )


def may_encrypt(role: str, source_object: str, target_object: str, source_key: str, target_key: str) -> bool:
    """Tell whether the role may read by the source's key and write by the target's, each an ARN of key or alias."""
    steps = (
        # What is encrypted knows its key itself, however that was named when it was written.
        ("kms:Decrypt", key_arn(source_key), source_object),
        ("kms:Encrypt", target_key, target_object),
    )
    for action, key, content in steps:
        if not key.startswith("arn:"):
            return False
        bucket = content.split("/", 1)[0]
        context = {
            "kms:viaservice": f"s3.{key.split(':')[3]}.amazonaws.com",
            # With a bucket key it is the bucket's ARN, else the object's: conditions may hold for either.
            "kms:encryptioncontext:aws:s3:arn": [bucket, content],
            **conditions_on(key),
        }
        if not _may(role, action, key_arn(key), context):
            return False
    return True


def _may(role: str, action: str, resource: str, context: Mapping[str, object]) -> bool:
    if not role.startswith("arn:"):
        return False
    account, name = role.split(":")[4], role.rsplit("/", 1)[-1]
    service, region = resource.split(":")[2], resource.split(":")[3]
    asked = iam_evaluator.EvalContext(
        principal_arn=role,
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=region,
        secure_transport=True,
        service_context=dict(context),
    )
    with request_scope(account, region):
        decision = iam_evaluator.evaluate(asked, iam_evaluator._gather_role_policies(name, account))
        if (policy := iam_evaluator._resource_policy(service, resource)) is not None:
            decision = iam_evaluator.combine_resource_policy(decision, asked, *policy, required=service == "kms")
    return bool(decision.decision == "Allow")
