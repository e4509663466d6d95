"""AWS::SecretsManager: secrets, where they are copied to, when they rotate, what they open."""

from __future__ import annotations

import json
from typing import Any

from tapstack.sandbox.server.drift_readers.reader import Properties, Reader

_TARGETS = {"dbInstanceIdentifier": "AWS::RDS::DBInstance", "dbClusterIdentifier": "AWS::RDS::DBCluster"}


def _secret(secrets: Any, arn: str, _: Properties) -> Properties | None:
    found = secrets.describe_secret(SecretId=arn)
    return {
        "Name": found["Name"],
        "ReplicaRegions": [
            {"Region": replica["Region"], "KmsKeyId": replica.get("KmsKeyId")}
            for replica in found.get("ReplicationStatus", ())
        ],
    }


def _rotation(secrets: Any, arn: str, declared: Properties) -> Properties | None:
    found = secrets.describe_secret(SecretId=arn)
    if not found.get("RotationEnabled"):
        return None
    rules = dict(found.get("RotationRules") or {})
    return {
        "SecretId": declared["SecretId"],
        "RotationLambdaARN": found.get("RotationLambdaARN"),
        "RotationRules": rules,
    }


def _target(secrets: Any, arn: str, declared: Properties) -> Properties | None:
    value = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
    for member, kind in _TARGETS.items():
        if member in value:
            return {"SecretId": declared["SecretId"], "TargetId": value[member], "TargetType": kind}
    return None


def _policy(_: Any, arn: str, declared: Properties) -> Properties | None:
    return {"SecretId": declared["SecretId"] or arn}


READERS = {
    "AWS::SecretsManager::ResourcePolicy": Reader("secretsmanager", _policy, unread=("BlockPublicPolicy",), adds=True),
    "AWS::SecretsManager::RotationSchedule": Reader(
        "secretsmanager", _rotation, unread=("RotateImmediatelyOnUpdate", "HostedRotationLambda")
    ),
    "AWS::SecretsManager::Secret": Reader(
        "secretsmanager", _secret, unread=("SecretString", "GenerateSecretString"), adds=True
    ),
    "AWS::SecretsManager::SecretTargetAttachment": Reader("secretsmanager", _target),
}
