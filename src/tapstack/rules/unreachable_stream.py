"""A function can be started by the changes of a table only if the region knows the table's stream."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Look at the table behind every trigger."""
    tables = subject.fleet.tables
    for name, function in subject.fleet.functions.items():
        for index, trigger in enumerate(function.triggers):
            table = tables.get(trigger.table) if trigger.table is not None else None
            if table is None:
                continue
            path = ("functions", name, "triggers", index, "table")
            if table.scope == "global":
                yield Problem(
                    path,
                    f"Table '{trigger.table}' is global. AWS makes up the name of each replica's stream, and no region "
                    f"of a fleet asks another for a name, so '{name}' cannot be connected with it.",
                )
            elif table.stream == "none":
                yield Problem(
                    path,
                    f"Table '{trigger.table}' has no stream, so nothing would ever start '{name}'.",
                    "Give the table a `stream`, such as `new-image`.",
                )


RULE = Rule(
    id="unreachable-stream",
    severity=Severity.ERROR,
    summary="The table's stream cannot start the function.",
    fix="Use a table with `scope: regional`, or `every` and a query.",
    source="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html",
    check=check,
)
