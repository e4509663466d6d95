"""Writes by PartiQL statements reach neither the stream nor the replicas of a table in MiniStack 1.5.33.

Goes when its statements emit what its other writes do.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ministack.services import dynamodb

from tapstack.sandbox.server.mends.patch import original, replace

Item = dict[str, Any]
Write = tuple[Item | None, Item | None]

# The writes of the statement that is being executed, each as the item before and after.
_writes: ContextVar[list[Write] | None] = ContextVar("writes", default=None)


def install() -> None:
    """Emit an event for each write of a statement."""
    original(dynamodb, "_emit_stream_event")
    replace(dynamodb, "_set_item", _noting_set)
    replace(dynamodb, "_remove_item", _noting_removal)
    for name in ("_partiql_insert", "_partiql_update", "_partiql_delete"):
        replace(dynamodb, name, _emitting)


def _noting_set(own: Callable[..., Item | None]) -> Callable[..., Item | None]:
    def set_item(table: Any, partition: Any, sort: Any, item: Item) -> Item | None:
        before = own(table, partition, sort, item)
        if (writes := _writes.get()) is not None:
            writes.append((before, copy.deepcopy(item)))
        return before

    return set_item


def _noting_removal(own: Callable[..., Item | None]) -> Callable[..., Item | None]:
    def remove_item(table: Any, partition: Any, sort: Any) -> Item | None:
        before = own(table, partition, sort)
        if (writes := _writes.get()) is not None:
            writes.append((before, None))
        return before

    return remove_item


def _emitting(own: Callable[..., Any]) -> Callable[..., Any]:
    def execute(table: Any, *arguments: Any) -> Any:
        writes: list[Write] = []
        token = _writes.set(writes)
        try:
            answer = own(table, *arguments)
        finally:
            _writes.reset(token)
        for before, after in writes:
            if before is not None or after is not None:
                event = "REMOVE" if after is None else "MODIFY" if before else "INSERT"
                dynamodb._emit_stream_event(table["TableName"], event, before, after)
        return answer

    return execute
