"""Keys: one per purpose, with rotation, an alias, and a policy that names who may use it."""

from __future__ import annotations

from tapstack.engines.terraform.expressions import literal
from tapstack.engines.terraform.module import Value, label
from tapstack.engines.terraform.unit import UnitModule, policy
from tapstack.plan.names import NameKind, key_purposes

USE = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey")


def add(unit: UnitModule) -> None:
    """Add a key for every purpose to the foundation; the region's other units find them by their alias."""
    for purpose in key_purposes(unit.fleet):
        key = unit.resource.aws_kms_key(
            label("key", purpose),
            description=literal(f"{unit.fleet.fleet} {unit.environment}: {purpose}"),
            enable_key_rotation=unit.fleet.encryption.rotation,
            deletion_window_in_days=unit.fleet.encryption.deletion_window,
            policy=policy(_policy(unit, purpose)),
            lifecycle=unit.lifecycle,
        )
        unit.resource.aws_kms_alias(
            label("key", purpose), name=unit.name(NameKind.KEY_ALIAS, purpose), target_key_id=key.ref("key_id")
        )


def _policy(unit: UnitModule, purpose: str) -> list[Value]:
    """The account decides by IAM; services are let in only for the account's own resources of this region."""
    statements: list[Value] = [
        {
            "Sid": "AccountDecidesByIam",
            "Effect": "Allow",
            "Principal": {"AWS": unit.text("arn:{partition}:iam::{account}:root")},
            "Action": "kms:*",
            "Resource": "*",
        }
    ]
    if purpose == "logs":
        groups = unit.text("arn:{partition}:logs:{region}:{account}:log-group:*")
        statements.append(
            {
                "Sid": "LogGroupsOfThisAccount",
                "Effect": "Allow",
                "Principal": {"Service": unit.text("logs.{region}.{suffix}")},
                "Action": list(USE),
                "Resource": "*",
                "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
            }
        )
        own = {"StringEquals": {"aws:SourceAccount": unit.account}}
        statements.append(_service("AlarmTopics", "cloudwatch.amazonaws.com", own))
        # EventBridge does not say for whom it publishes, but SNS says to which topic.
        # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
        topics = unit.text("arn:{partition}:sns:{region}:{account}:*")
        own_topics = {"ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": topics}}
        statements.append(_service("EventTopics", "events.amazonaws.com", own_topics))
    return statements


def _service(sid: str, service: str, condition: Value) -> Value:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Resource": "*",
        "Condition": condition,
    }
