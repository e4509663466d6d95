"""A DynamoDB table: items under keys of the fleet's own key schema, marked as a drill's."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Literal

from tapstack.drill.stores.store import TIME_TO_LIVE_SECONDS, Landed
from tapstack.fleet.tables import Attribute, Table
from tapstack.plan.model import Plan
from tapstack.plan.names import NameKind, name_of
from tapstack.targets.target import Target

SEQUENCE = "drill_sequence"
_READ_AT_ONCE = 100
_WRITTEN_AT_ONCE = 25
_NUMBER_DIGITS = 36
"""DynamoDB's numbers have 38."""
_ATTEMPTS = 8
WRITE_SECONDS = 5.0
Value = Mapping[str, Any]


class TableStore:
    """One table in all regions."""

    kind: Literal["table", "database"] = "table"
    follows_dns = True

    def __init__(self, component: str, table: Table, plan: Plan, target: Target) -> None:
        self.name = f"tables.{component}"
        self.regions = tuple(region.name for region in plan.regions)
        self._table = table
        self._physical = name_of(NameKind.TABLE, plan.fleet, plan.environment, component).text
        self._target = target

    def prepare(self) -> None:
        """Nothing: the table stands."""

    def write(self, key: str, sequence: int, region: str) -> Landed:
        """Put one item; DynamoDB says what was there before."""
        item: dict[str, Value] = {**self._key(key), SEQUENCE: {"N": str(sequence)}}
        if self._table.time_to_live is not None:
            item[self._table.time_to_live] = {"N": str(int(time.time()) + TIME_TO_LIVE_SECONDS)}
        client = self._target.hasty("dynamodb", region, WRITE_SECONDS)
        answer = client.put_item(TableName=self._physical, Item=item, ReturnValues="ALL_OLD")
        before = answer.get("Attributes", {}).get(SEQUENCE)
        return Landed(region, int(before["N"]) if before else None)

    def read(self, keys: Collection[str], region: str) -> Mapping[str, int]:
        """Read by keys, consistently within the region; a table that is not there holds nothing."""
        client = self._client(region)
        found: dict[str, int] = {}
        names = {_identity(self._key(key)): key for key in keys}
        attributes = {"#s": SEQUENCE, **{f"#k{number}": name for number, name in enumerate(self._key_names)}}
        for some in _portions(list(keys), _READ_AT_ONCE):
            request = {
                self._physical: {
                    "Keys": [self._key(key) for key in some],
                    "ConsistentRead": True,
                    "ProjectionExpression": ", ".join(attributes),
                    "ExpressionAttributeNames": attributes,
                }
            }
            try:
                for item in self._batches(client.batch_get_item, request):
                    own = {name: item[name] for name in self._key_names}
                    found[names[_identity(own)]] = int(item[SEQUENCE]["N"])
            except client.exceptions.ResourceNotFoundException:
                return {}
        return found

    def remove(self, keys: Collection[str]) -> None:
        """Delete in each region: where nothing is replicated, nobody else does."""
        for region in self.regions:
            client = self._client(region)
            for some in _portions(list(keys), _WRITTEN_AT_ONCE):
                request: Any = {self._physical: [{"DeleteRequest": {"Key": self._key(key)}} for key in some]}
                for attempt in range(_ATTEMPTS):
                    try:
                        request = client.batch_write_item(RequestItems=request).get("UnprocessedItems")
                    except client.exceptions.ResourceNotFoundException:
                        break
                    if not request:
                        break
                    time.sleep(0.05 * 2**attempt)

    @property
    def _key_names(self) -> tuple[str, ...]:
        return tuple(part.name for part in (self._table.partition_key, self._table.sort_key) if part is not None)

    def _key(self, key: str) -> dict[str, Value]:
        parts = {self._table.partition_key.name: _value(self._table.partition_key, key)}
        if self._table.sort_key is not None:
            parts[self._table.sort_key.name] = _value(self._table.sort_key, key)
        return parts

    def _client(self, region: str) -> Any:
        return self._target.client("dynamodb", region)

    @staticmethod
    def _batches(call: Any, request: Any) -> Iterator[Mapping[str, Any]]:
        for attempt in range(_ATTEMPTS):
            answer = call(RequestItems=request)
            for items in answer["Responses"].values():
                yield from items
            request = answer.get("UnprocessedKeys")
            if not request:
                return
            time.sleep(0.05 * 2**attempt)
        raise OSError("DynamoDB left keys unread after several attempts")


def _value(attribute: Attribute, key: str) -> Value:
    match attribute.type:
        case "string":
            return {"S": key}
        case "number":
            digest = hashlib.sha256(key.encode()).hexdigest()
            # Negative and of full length: no counter or time stamp of the fleet's own comes near.
            return {"N": f"-{int(digest, 16) % 10**_NUMBER_DIGITS + 1}"}
        case "binary":
            return {"B": key.encode()}


def _identity(key: Mapping[str, Value]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, str(next(iter(value.values())))) for name, value in key.items()))


def _portions(keys: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for begin in range(0, len(keys), size):
        yield keys[begin : begin + size]
