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
    return [_statement(unit, grant) for grant in access.grants(unit.fleet, use)]


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


def _statement(unit: UnitTemplate, grant: access.Grant | access.KeyGrant) -> Value:
    if isinstance(grant, access.KeyGrant):
        return through(unit, grant.service, grant.actions, grant.purpose)
    arns = [_arn(unit, thing) for thing in grant.on]
    return allow(grant.actions, arns if len(arns) > 1 else arns[0])


def _arn(unit: UnitTemplate, thing: access.Thing) -> Value:
    match thing.kind:
        case "bucket":
            return unit.bucket_arn(thing.component)
        case "objects":
            return unit.bucket_arn(thing.component, objects="/*")
        case "table":
            return unit.arn("dynamodb", f"table/{unit.text_name(NameKind.TABLE, thing.component)}")
        case "index":
            table = unit.text_name(NameKind.TABLE, thing.component)
            return unit.arn("dynamodb", f"table/{table}/index/{thing.part}")
        case "secret":
            return databases.secret_arn(unit, thing.component)
