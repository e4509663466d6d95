"""What starts a function besides an API or a load balancer: new objects, a table's changes, or time.

Every region has its own: an object that replication brings to a region starts that region's function too.
"""

from __future__ import annotations

from tapstack.engines import access, causes
from tapstack.engines.cloudformation.permissions import through
from tapstack.engines.cloudformation.template import Resource, Value, get, logical_id
from tapstack.engines.cloudformation.unit import UnitTemplate, allow
from tapstack.fleet.functions import Function, Trigger
from tapstack.plan.names import NameKind


def add(unit: UnitTemplate, name: str, function: Function, resource: Resource, queue: Resource | None) -> None:
    """Add everything that starts one function."""
    for trigger in function.triggers:
        if trigger.bucket is not None:
            _on_objects(unit, name, trigger, trigger.bucket, resource)
        elif trigger.table is not None:
            _on_changes(unit, name, trigger.table, resource, queue)
        elif trigger.every is not None:
            _on_time(unit, name, trigger.every, resource)


def permissions(unit: UnitTemplate, function: Function) -> list[Value]:
    """What the function's role needs for its triggers: Lambda reads a stream in the function's name."""
    statements = []
    for table in (trigger.table for trigger in function.triggers if trigger.table is not None):
        statements.append(allow(access.STREAM_READ, _stream(unit, table)))
        if unit.fleet.tables[table].encryption == "customer-key":
            statements.append(through(unit, "dynamodb", ("kms:Decrypt",), "data"))
    return statements


def _on_objects(unit: UnitTemplate, name: str, trigger: Trigger, bucket: str, resource: Resource) -> None:
    pattern = causes.new_objects(trigger, unit.name(NameKind.BUCKET, bucket))
    _rule(
        unit,
        logical_id("function", name, "on", bucket, causes.filtered(trigger)),
        {
            "Description": f"New objects of {bucket} start {name}",
            "EventPattern": pattern,
        },
        resource,
    )


def _on_time(unit: UnitTemplate, name: str, seconds: int, resource: Resource) -> None:
    schedule = causes.rate(seconds)
    _rule(
        unit,
        logical_id("function", name, "every", str(seconds)),
        {"Description": f"Starts {name} at a {schedule}", "ScheduleExpression": schedule},
        resource,
    )


def _rule(unit: UnitTemplate, logical: str, cause: dict[str, Value], resource: Resource) -> None:
    rule = unit.template.add(
        logical,
        "AWS::Events::Rule",
        {**cause, "State": "ENABLED", "Targets": [{"Id": "function", "Arn": resource.get("Arn")}]},
    )
    unit.template.add(
        f"{logical}Permission",
        "AWS::Lambda::Permission",
        {
            "FunctionName": resource.ref,
            "Action": "lambda:InvokeFunction",
            "Principal": "events.amazonaws.com",
            "SourceArn": rule.get("Arn"),
        },
    )


def _on_changes(unit: UnitTemplate, name: str, table: str, resource: Resource, queue: Resource | None) -> None:
    unit.template.add(
        logical_id("function", name, "on", table),
        "AWS::Lambda::EventSourceMapping",
        {
            "EventSourceArn": _stream(unit, table),
            "FunctionName": resource.ref,
            "StartingPosition": "TRIM_HORIZON",
            "BatchSize": causes.BATCH,
            # One bad record must not hold up its shard until it expires.
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": causes.ATTEMPTS,
            "DestinationConfig": {"OnFailure": {"Destination": queue.get("Arn")}} if queue else None,
        },
    )


def _stream(unit: UnitTemplate, table: str) -> Value:
    """The stream of a table of this very stack: AWS makes up a stream's name, so no other can be planned."""
    if unit.fleet.tables[table].scope == "global":
        raise causes.no_stream(table)
    return get(logical_id("table", table), "StreamArn")
