"""What starts a function besides an API or a load balancer: new objects, a table's changes, or time.

Every region has its own: an object that replication brings to a region starts that region's function too.
"""

from __future__ import annotations

from typing import Any

from tapstack.engines import access, causes
from tapstack.engines.terraform.callers import let_call
from tapstack.engines.terraform.expressions import document
from tapstack.engines.terraform.module import Resource, Value, label
from tapstack.engines.terraform.permissions import through
from tapstack.engines.terraform.unit import UnitModule, allow
from tapstack.fleet.functions import Function, Trigger
from tapstack.plan.names import NameKind


def add(unit: UnitModule, name: str, function: Function, resource: Resource[Any], queue: Resource[Any] | None) -> None:
    """Add everything that starts one function."""
    for trigger in function.triggers:
        if trigger.bucket is not None:
            _on_objects(unit, name, trigger, trigger.bucket, resource)
        elif trigger.table is not None:
            _on_changes(unit, name, trigger.table, resource, queue)
        elif trigger.every is not None:
            _on_time(unit, name, trigger.every, resource)


def permissions(unit: UnitModule, function: Function) -> list[Value]:
    """What the function's role needs for its triggers: Lambda reads a stream in the function's name."""
    statements = []
    for table in (trigger.table for trigger in function.triggers if trigger.table is not None):
        statements.append(allow(access.STREAM_READ, _stream(unit, table)))
        if unit.fleet.tables[table].encryption == "customer-key":
            statements.append(through(unit, "dynamodb", ("kms:Decrypt",), "data"))
    return statements


def _on_objects(unit: UnitModule, name: str, trigger: Trigger, bucket: str, resource: Resource[Any]) -> None:
    pattern = causes.new_objects(trigger, unit.name(NameKind.BUCKET, bucket))
    rule = unit.resource.aws_cloudwatch_event_rule(
        label("function", name, "on", bucket, causes.filtered(trigger)),
        description=f"New objects of {bucket} start {name}",
        event_pattern=document(pattern),
    )
    _start(unit, rule, resource)


def _on_time(unit: UnitModule, name: str, seconds: int, resource: Resource[Any]) -> None:
    schedule = causes.rate(seconds)
    rule = unit.resource.aws_cloudwatch_event_rule(
        label("function", name, "every", str(seconds)),
        description=f"Starts {name} at a {schedule}",
        schedule_expression=schedule,
    )
    _start(unit, rule, resource)


def _start(unit: UnitModule, rule: Resource[Any], resource: Resource[Any]) -> None:
    permission = let_call(unit, rule.label, resource, "events.amazonaws.com", source_arn=rule.ref("arn"))
    unit.resource.aws_cloudwatch_event_target(
        rule.label, rule=rule.ref("name"), target_id="function", arn=resource.ref("arn"), depends_on=[permission]
    )


def _on_changes(unit: UnitModule, name: str, table: str, resource: Resource[Any], queue: Resource[Any] | None) -> None:
    unit.resource.aws_lambda_event_source_mapping(
        label("function", name, "on", table),
        event_source_arn=_stream(unit, table),
        function_name=resource.ref("arn"),
        starting_position="TRIM_HORIZON",
        batch_size=causes.BATCH,
        # One bad record must not hold up its shard until it expires.
        bisect_batch_on_function_error=True,
        maximum_retry_attempts=causes.ATTEMPTS,
        destination_config={"on_failure": {"destination_arn": queue.ref("arn")}} if queue else None,
    )


def _stream(unit: UnitModule, table: str) -> str:
    """The stream of a table of this very module: AWS makes up a stream's name, so no other can be planned."""
    if unit.fleet.tables[table].scope == "global":
        raise causes.no_stream(table)
    return Resource[str]("aws_dynamodb_table", label("table", table)).ref("stream_arn")
