"""Keys: one per purpose, with rotation, an alias, and a policy that names who may use it."""

from __future__ import annotations

from tapstack.engines.cloudformation.template import Value, logical_id, sub
from tapstack.engines.cloudformation.unit import UnitTemplate
from tapstack.plan.names import NameKind, key_purposes

USE = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey")


def add(unit: UnitTemplate) -> None:
    """Add a key for every purpose to the foundation, and tell the region's other stacks its ARN."""
    for purpose in key_purposes(unit.fleet):
        key = unit.template.add(
            logical_id("key", purpose),
            "AWS::KMS::Key",
            {
                "Description": f"{unit.fleet.fleet} {unit.environment}: {purpose}",
                "EnableKeyRotation": unit.fleet.encryption.rotation,
                "PendingWindowInDays": unit.fleet.encryption.deletion_window,
                "KeyPolicy": {"Version": "2012-10-17", "Statement": _policy(purpose)},
            },
            removal=unit.removal,
        )
        unit.template.add(
            logical_id("key", purpose, "alias"),
            "AWS::KMS::Alias",
            {"AliasName": unit.name(NameKind.KEY_ALIAS, purpose), "TargetKeyId": key.ref},
        )
        unit.template.output(
            logical_id("key", purpose, "arn"),
            key.get("Arn"),
            f"The key for {purpose}",
            export=unit.export_name(f"key-{purpose}-arn"),
        )


def _policy(purpose: str) -> list[Value]:
    """The account decides by IAM; services are let in only for the account's own resources of this region."""
    statements: list[Value] = [
        {
            "Sid": "AccountDecidesByIam",
            "Effect": "Allow",
            "Principal": {"AWS": sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")},
            "Action": "kms:*",
            "Resource": "*",
        }
    ]
    if purpose == "logs":
        statements.append(
            {
                "Sid": "LogGroupsOfThisAccount",
                "Effect": "Allow",
                "Principal": {"Service": sub("logs.${AWS::Region}.${AWS::URLSuffix}")},
                "Action": list(USE),
                "Resource": "*",
                "Condition": {
                    "ArnLike": {
                        "kms:EncryptionContext:aws:logs:arn": sub(
                            "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*"
                        )
                    }
                },
            }
        )
        own = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
        statements.append(_service("AlarmTopics", "cloudwatch.amazonaws.com", own))
        # EventBridge does not say for whom it publishes, but SNS says to which topic.
        # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
        topics = sub("arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:*")
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
