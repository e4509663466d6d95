"""The password of a database: made by Secrets Manager, readable in every region under its key, and changed by itself.

It reaches neither a plan nor the state: Terraform makes it as something ephemeral, writes it into the secret, and
reads it from there when the database wants it. The secret is the one that the database obeys from the first moment, so
a deployment that breaks off in between goes on with the same password.
"""

from __future__ import annotations

from typing import Any

from tapstack.engines.database_settings import (
    PASSWORD_LENGTH,
    ROTATION_KEY_ACTIONS,
    ROTATION_SECRET_ACTIONS,
    ROTATION_TIMEOUT,
    is_cluster,
    rotation_target,
)
from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform import own_functions
from tapstack.engines.terraform.callers import let_call
from tapstack.engines.terraform.expressions import Expression, document, expression
from tapstack.engines.terraform.module import Ephemeral, Resource, label
from tapstack.engines.terraform.unit import UnitModule, allow
from tapstack.fleet.databases import Database
from tapstack.plan.names import NameKind

DAY = 86400
CURRENT = "AWSCURRENT"
FIRST, COMPLETE = "first", "complete"
"""Labels of the two versions that Terraform writes. Secrets Manager may delete a version without any label, and
Terraform would then write it again, over a password that rotation has changed long since."""


def secret_name(unit: UnitModule, name: str) -> str:
    """The planned name of a database's secret, the same in every region."""
    return unit.name(NameKind.SECRET, name)


def secret_arn(unit: UnitModule, name: str) -> str:
    """The secret's ARN in the unit's own region, but for the six characters that AWS adds."""
    return unit.arn("secretsmanager", f"secret:{secret_name(unit, name)}-??????")


def password(name: str, *, count: Expression | None) -> Expression:
    """The password, which Terraform looks up while it works; null where there is no secret."""
    secret = _current(name, count)
    if count is None:
        return expression(f"jsondecode({secret.ref('secret_string').code}).password")
    return expression(f"one([for secret in {secret.address} : jsondecode(secret.secret_string).password])")


def add(unit: UnitModule, name: str, database: Database, count: Expression | None) -> None:
    """Add the secret with its first password; it is there before the database, which gets its password from it."""
    secret = unit.resource.aws_secretsmanager_secret(
        _label(name),
        name=secret_name(unit, name),
        description=f"Master user of the database {name}",
        kms_key_id=unit.key_arn("secrets"),
        replica=[
            {"region": region, "kms_key_id": unit.name(NameKind.KEY_ALIAS, "secrets")} for region in unit.regions[1:]
        ]
        if count is not None
        else None,
        # What is to be kept cannot be destroyed at all; what is not leaves its name free at once.
        recovery_window_in_days=None if unit.keeps_data else 0,
        count=count,
        lifecycle=unit.lifecycle,
        exceptions=_exceptions(database),
    )
    # Punctuation breaks connection strings and is refused by RDS in part; 40 letters and digits are plenty.
    made = unit.ephemeral.aws_secretsmanager_random_password(
        _label(name), password_length=PASSWORD_LENGTH, exclude_punctuation=True, count=count
    )
    content = document({"username": database.user, "password": made.ref("random_password")})
    first = unit.resource.aws_secretsmanager_secret_version(
        label("database", name, FIRST),
        secret_id=secret.ref("id"),
        secret_string_wo=f"${{jsonencode({content})}}",
        secret_string_wo_version=1,
        version_stages=[CURRENT, FIRST],
        count=count,
        lifecycle={"ignore_changes": ["version_stages"]},
    )
    # By the version's ARN, which is the secret's, and unknown as long as there is nothing to read.
    unit.ephemeral.aws_secretsmanager_secret_version(_label(name), secret_id=first.ref("arn"), count=count)


def attach(
    unit: UnitModule,
    name: str,
    database: Database,
    count: Expression | None,
    resource: Resource[Any],
    *,
    needs: list[Resource[Any]],
) -> None:
    """Tell the secret where its database is, and let it change the password from time to time."""
    cluster = is_cluster(database)
    where = {
        "engine": "mysql" if cluster else "postgres",
        "host": resource.ref("endpoint" if cluster else "address"),
        "port": resource.ref("port"),
        "dbname": database.name,
        "dbClusterIdentifier" if cluster else "dbInstanceIdentifier": unit.name(NameKind.DATABASE, name),
    }
    known = _current(name, count).ref("secret_string").code
    complete: Resource[Any] = unit.resource.aws_secretsmanager_secret_version(
        label("database", name, COMPLETE),
        secret_id=Resource[str]("aws_secretsmanager_secret", _label(name), count is not None).ref("id"),
        secret_string_wo=f"${{jsonencode(merge(jsondecode({known}), {document(where)}))}}",
        secret_string_wo_version=1,
        version_stages=[CURRENT, COMPLETE],
        count=count,
        lifecycle={
            "ignore_changes": ["version_stages"],
            # A database that is made anew has another address.
            "replace_triggered_by": [f"{resource.address}.{'cluster_resource_id' if cluster else 'resource_id'}"],
        },
    )
    if database.password_rotation is not None:
        _rotate(unit, name, database, count, needs=[complete, *needs])


def _rotate(
    unit: UnitModule, name: str, database: Database, count: Expression | None, *, needs: list[Resource[Any]]
) -> None:
    secret = Resource[str]("aws_secretsmanager_secret", _label(name), count is not None)
    calls, target = rotation_target(database, unit.name(NameKind.DATABASE, name))
    function = own_functions.add(
        unit,
        f"{name}-rotation",
        [
            allow(ROTATION_SECRET_ACTIONS, secret.ref("arn")),
            # A random password belongs to no secret yet.
            allow(["secretsmanager:GetRandomPassword"], "*"),
            allow(
                ROTATION_KEY_ACTIONS,
                unit.key_arn("secrets"),
                StringEquals={"kms:ViaService": unit.text("secretsmanager.{region}.{suffix}")},
            ),
            allow(calls, unit.arn("rds", target)),
        ],
        source="rotation",
        timeout=ROTATION_TIMEOUT,
        count=count,
    )
    caller, rotation = "secretsmanager.amazonaws.com", label("database", name, "rotation")
    permission = let_call(unit, rotation, function, caller, source_account=unit.account, count=count)
    unit.resource.aws_secretsmanager_secret_rotation(
        _label(name),
        secret_id=secret.ref("id"),
        rotation_lambda_arn=function.ref("arn"),
        rotation_rules={
            "automatically_after_days": database.password_rotation // DAY if database.password_rotation else None
        },
        # A deployment must not change a password behind its clients' backs.
        rotate_immediately=False,
        count=count,
        depends_on=[permission, *needs],
    )


def _current(name: str, count: Expression | None) -> Ephemeral[str]:
    return Ephemeral("aws_secretsmanager_secret_version", _label(name), count is not None)


def _label(name: str) -> str:
    return label("database", name)


def _exceptions(database: Database) -> list[LintException]:
    if database.password_rotation is not None:
        return []
    return [LintException("checkov", "CKV2_AWS_57", "The fleet says that this password does not change.")]
