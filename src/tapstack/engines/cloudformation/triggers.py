"""What starts a function besides an API or a load balancer: new objects, a table's changes, or time.

Every region has its own: an object that replication brings to a region starts that region's function too.
"""

from __future__ import annotations

import hashlib
import re

from tapstack.engines.cloudformation.permissions import through
from tapstack.engines.cloudformation.template import Resource, Value, get, logical_id
from tapstack.engines.cloudformation.unit import UnitTemplate, allow
from tapstack.errors import InvalidFleetError
from tapstack.fleet.functions import Function, Trigger
from tapstack.plan.names import NameKind

ATTEMPTS = 5
STREAM_READ = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
RATES = ((86400, "day"), (3600, "hour"), (60, "minute"))


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
        statements.append(allow(STREAM_READ, _stream(unit, table)))
        if unit.fleet.tables[table].encryption == "customer-key":
            statements.append(through(unit, "dynamodb", ("kms:Decrypt",), "data"))
    return statements


def rate(seconds: int) -> str:
    """A schedule as EventBridge writes it, in the largest unit that fits."""
    for size, word in RATES:
        if seconds % size == 0:
            count = seconds // size
            return f"rate({count} {word}{'s' if count > 1 else ''})"
    raise InvalidFleetError("A schedule counts in whole minutes.", f"{seconds} seconds are none.")


def _on_objects(unit: UnitTemplate, name: str, trigger: Trigger, bucket: str, resource: Resource) -> None:
    detail: dict[str, Value] = {"bucket": {"name": [unit.name(NameKind.BUCKET, bucket)]}}
    if trigger.prefix or trigger.suffix:
        detail["object"] = {"key": [_key_pattern(trigger)]}
    wanted = f"{trigger.prefix}\n{trigger.suffix}"
    # Two triggers of one bucket differ by their filters, so the filters are part of the identity.
    filtered = hashlib.sha256(wanted.encode()).hexdigest()[:8] if wanted.strip() else ""
    _rule(
        unit,
        logical_id("function", name, "on", bucket, filtered),
        {
            "Description": f"New objects of {bucket} start {name}",
            "EventPattern": {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": detail},
        },
        resource,
    )


def _key_pattern(trigger: Trigger) -> Value:
    if trigger.prefix and trigger.suffix:
        # A list of patterns means "any of them"; only a wildcard says both at once.
        return {"wildcard": f"{_literal(trigger.prefix)}*{_literal(trigger.suffix)}"}
    return {"prefix": trigger.prefix} if trigger.prefix else {"suffix": trigger.suffix}


def _literal(text: str) -> str:
    return re.sub(r"([*\\])", r"\\\1", text)


def _on_time(unit: UnitTemplate, name: str, seconds: int, resource: Resource) -> None:
    schedule = rate(seconds)
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
            "BatchSize": 100,
            # One bad record must not hold up its shard until it expires.
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": ATTEMPTS,
            "DestinationConfig": {"OnFailure": {"Destination": queue.get("Arn")}} if queue else None,
        },
    )


def _stream(unit: UnitTemplate, table: str) -> Value:
    """The stream of a table of this very stack: AWS makes up a stream's name, so no other can be planned."""
    if unit.fleet.tables[table].scope == "global":
        raise InvalidFleetError(
            f"Table '{table}' is global, so its stream cannot start a function.",
            "AWS makes up the name of every replica's stream, and no region may ask another for it.",
        )
    return get(logical_id("table", table), "StreamArn")
