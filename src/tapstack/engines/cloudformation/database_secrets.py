"""The password of a database: made by Secrets Manager, readable in every region under its key, and changed by itself.

RDS can manage a password on its own, but not for a database with readers in other regions. So the secret is ours, and
our function changes it through the RDS API: it needs neither a driver nor a way into the network.
"""

from __future__ import annotations

import json

from tapstack.engines.cloudformation import own_functions
from tapstack.engines.cloudformation.template import ACCOUNT, LintException, Resource, Value, logical_id, sub
from tapstack.engines.cloudformation.unit import UnitTemplate, allow
from tapstack.engines.database_settings import (
    PASSWORD_LENGTH,
    ROTATION_KEY_ACTIONS,
    ROTATION_SECRET_ACTIONS,
    ROTATION_TIMEOUT,
    is_cluster,
    rotation_target,
)
from tapstack.fleet.databases import Database
from tapstack.plan.names import NameKind

DAY = 86400


def secret_name(unit: UnitTemplate, name: str) -> Value:
    """The planned name of a database's secret, the same in every region."""
    return unit.name(NameKind.SECRET, name)


def secret_arn(unit: UnitTemplate, name: str) -> Value:
    """The secret's ARN in the stack's own region, but for the six characters that AWS adds."""
    return unit.arn("secretsmanager", f"secret:{unit.text_name(NameKind.SECRET, name)}-??????")


def password(name: str) -> Value:
    """The password, which CloudFormation looks up while it creates the database."""
    return sub(f"{{{{resolve:secretsmanager:${{{_secret_id(name)}}}:SecretString:password}}}}")


def add(unit: UnitTemplate, name: str, database: Database, condition: str | None) -> Resource:
    """Add the secret; it is there before the database, which gets its password from it."""
    return unit.template.add(
        _secret_id(name),
        "AWS::SecretsManager::Secret",
        {
            "Name": secret_name(unit, name),
            "Description": f"Master user of the database {name}",
            "KmsKeyId": unit.key_arn("secrets"),
            "GenerateSecretString": {
                "SecretStringTemplate": json.dumps({"username": database.user}),
                "GenerateStringKey": "password",
                "PasswordLength": PASSWORD_LENGTH,
                # Punctuation breaks connection strings and is refused by RDS in part; 40 letters and digits are plenty.
                "ExcludePunctuation": True,
            },
            "ReplicaRegions": _replicas(unit) if condition is not None else None,
        },
        condition=condition,
        removal=unit.removal,
        exceptions=_exceptions(database),
    )


def attach(
    unit: UnitTemplate, name: str, database: Database, condition: str | None, resource: Resource, *, needs: list[str]
) -> None:
    """Tell the secret where its database is, and let it change the password from time to time."""
    secret = Resource(_secret_id(name))
    attachment = unit.template.add(
        logical_id("database", name, "secret-attachment"),
        "AWS::SecretsManager::SecretTargetAttachment",
        {
            "SecretId": secret.ref,
            "TargetId": resource.ref,
            "TargetType": "AWS::RDS::DBCluster" if is_cluster(database) else "AWS::RDS::DBInstance",
        },
        condition=condition,
    )
    if database.password_rotation is None:
        return
    calls, target = rotation_target(database, unit.text_name(NameKind.DATABASE, name))
    function = own_functions.add(
        unit,
        f"{name}-rotation",
        [
            allow(ROTATION_SECRET_ACTIONS, secret.ref),
            # A random password belongs to no secret yet.
            allow(["secretsmanager:GetRandomPassword"], "*"),
            allow(
                ROTATION_KEY_ACTIONS,
                unit.key_arn("secrets"),
                StringEquals={"kms:ViaService": sub("secretsmanager.${AWS::Region}.${AWS::URLSuffix}")},
            ),
            allow(calls, unit.arn("rds", target)),
        ],
        source="rotation",
        timeout=ROTATION_TIMEOUT,
        condition=condition,
    )
    permission = unit.template.add(
        logical_id("database", name, "rotation-permission"),
        "AWS::Lambda::Permission",
        {
            "FunctionName": function.ref,
            "Action": "lambda:InvokeFunction",
            "Principal": "secretsmanager.amazonaws.com",
            "SourceAccount": ACCOUNT,
        },
        condition=condition,
    )
    unit.template.add(
        logical_id("database", name, "rotation"),
        "AWS::SecretsManager::RotationSchedule",
        {
            # The attachment's reference is the secret, complete: rotation has to know where the database is.
            "SecretId": attachment.ref,
            "RotationLambdaARN": function.get("Arn"),
            "RotationRules": {"AutomaticallyAfterDays": database.password_rotation // DAY},
            # A deployment must not change a password behind its clients' backs.
            "RotateImmediatelyOnUpdate": False,
        },
        condition=condition,
        depends_on=[permission, *needs],
    )


def _secret_id(name: str) -> str:
    return logical_id("database", name, "secret")


def _replicas(unit: UnitTemplate) -> list[Value]:
    """A copy in every standby, under that region's own key."""
    key = unit.name(NameKind.KEY_ALIAS, "secrets")
    return [{"Region": region, "KmsKeyId": key} for region in unit.regions if region != unit.plan.home]


def _exceptions(database: Database) -> list[LintException]:
    if database.password_rotation is not None:
        return []
    return [LintException("cdk-nag", "AwsSolutions-SMG4", "The fleet says that this password does not change.")]
