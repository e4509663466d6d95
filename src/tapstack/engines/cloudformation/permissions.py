"""What a function is allowed and told about the things it uses: actions by name, on one thing and not on its kind."""

from __future__ import annotations

from tapstack.engines import access
from tapstack.engines.cloudformation import databases
from tapstack.engines.cloudformation.template import Value, sub
from tapstack.engines.cloudformation.unit import UnitTemplate, allow
from tapstack.fleet.functions import Function, Use
from tapstack.plan.names import NameKind


def of_use(unit: UnitTemplate, use: Use) -> list[Value]:
    """The statements for one thing that a function uses."""
    if use.bucket is not None:
        return _bucket(unit, use.bucket, use)
    if use.table is not None:
        return _table(unit, use.table, use)
    return _database(unit, use.database or "")


def variables(unit: UnitTemplate, function: Function) -> dict[str, Value]:
    """The function's environment: the fleet's variables, and the names of what it uses."""
    told: dict[str, Value] = dict(function.environment)
    for use in function.uses:
        told |= dict(zip(use.variables, _values(unit, use), strict=False))
    return told


def through(unit: UnitTemplate, service: str, actions: tuple[str, ...], purpose: str) -> Value:
    """Use of a key, only by way of the service whose data it protects."""
    via = {"kms:ViaService": sub(f"{service}.${{AWS::Region}}.${{AWS::URLSuffix}}")}
    return allow(actions, unit.key_arn(purpose), StringEquals=via)


def _values(unit: UnitTemplate, use: Use) -> list[Value]:
    """What goes into the variables of a use, in the order of `Use.variables`."""
    if use.bucket is not None:
        return [unit.name(NameKind.BUCKET, use.bucket)]
    if use.table is not None:
        return [unit.name(NameKind.TABLE, use.table)]
    name = use.database or ""
    return [
        databases.secret_name(unit, name),
        databases.endpoint(unit, name),
        databases.reader_endpoint(unit, name),
        databases.port(unit, name),
    ]


def _bucket(unit: UnitTemplate, name: str, use: Use) -> list[Value]:
    statements = [allow(access.on_objects(use), unit.bucket_arn(name, objects="/*"))]
    if access.reads(use):
        # Without it S3 answers "denied" for an object that is not there.
        statements.append(allow(["s3:ListBucket"], unit.bucket_arn(name)))
    if unit.fleet.buckets[name].encryption == "customer-key":
        statements.append(through(unit, "s3", access.with_key_of_objects(use), f"bucket-{name}"))
    return statements


def _table(unit: UnitTemplate, name: str, use: Use) -> list[Value]:
    table = unit.fleet.tables[name]
    planned = f"table/{unit.text_name(NameKind.TABLE, name)}"
    arns = [unit.arn("dynamodb", planned)]
    if access.reads(use):
        arns += [unit.arn("dynamodb", f"{planned}/index/{index}") for index in table.indexes]
    statements = [allow(access.on_items(use), arns)]
    if table.encryption == "customer-key":
        statements.append(through(unit, "dynamodb", access.with_key_of_items(use), "data"))
    return statements


def _database(unit: UnitTemplate, name: str) -> list[Value]:
    return [
        allow(access.SECRET_READ, databases.secret_arn(unit, name)),
        through(unit, "secretsmanager", ("kms:Decrypt",), "secrets"),
    ]
