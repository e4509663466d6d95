"""Changes that AWS takes only one at a time: a global table gets or loses one replica in each update.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
The same holds for its indexes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

GLOBAL_TABLE = "AWS::DynamoDB::GlobalTable"
TABLE = "AWS::DynamoDB::Table"
REPLICAS, INDEXES = "Replicas", "GlobalSecondaryIndexes"
NAMED_BY: Mapping[str, Mapping[str, str]] = {
    GLOBAL_TABLE: {REPLICAS: "Region", INDEXES: "IndexName"},
    TABLE: {INDEXES: "IndexName"},
}
"""The lists of which only one member may come or go, and what tells their members apart."""
Move = Callable[[dict[str, Any]], None]
"""Makes one member come or go, in a table's properties."""


def steps(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The templates to be deployed in between; none where one update will do.

    Each is what stands, with one more member of a list there or gone; the last step is left to `after` itself.
    """
    by_table = {
        name: moves
        for name, new in after.get("Resources", {}).items()
        if (moves := _moves(before.get("Resources", {}).get(name, {}), new))
    }
    current = deepcopy(dict(before))
    between: list[Mapping[str, Any]] = []
    for number in range(max(map(len, by_table.values()), default=0) - 1):
        for name, moves in by_table.items():
            if number < len(moves) - 1:
                moves[number](current["Resources"][name]["Properties"])
        between.append(deepcopy(current))
    return tuple(between)


def _moves(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Move]:
    """What has to happen to one table, each an update of its own: what goes first, so that what comes has room."""
    kind = after.get("Type", "")
    if before.get("Type") != kind:
        return []
    moves: list[Move] = []
    for part, key in NAMED_BY.get(kind, {}).items():
        old = _members(before, part, key)
        new = _members(after, part, key)
        if old is None or new is None:
            continue
        moves += [_removal(part, key, member) for member in old if member not in new]
        moves += [_addition(part, new[member]) for member in new if member not in old]
    return moves


def _members(resource: Mapping[str, Any], part: str, key: str) -> dict[str, Any] | None:
    """A list's members by their name; None where a function makes the list."""
    listed = resource.get("Properties", {}).get(part, [])
    if not isinstance(listed, Sequence) or not all(isinstance(item, Mapping) and key in item for item in listed):
        return None
    return {_name(item[key]): item for item in listed}


def _name(value: Any) -> str:
    """A member's name, which a function may make: the same text for the same function."""
    return json.dumps(value, sort_keys=True)


def _removal(part: str, key: str, member: str) -> Move:
    def remove(properties: dict[str, Any]) -> None:
        properties[part] = [item for item in properties[part] if _name(item[key]) != member]

    return remove


def _addition(part: str, item: Any) -> Move:
    def add(properties: dict[str, Any]) -> None:
        properties[part] = [*properties.get(part, []), item]

    return add
