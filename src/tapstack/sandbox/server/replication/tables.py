"""Global tables: each write reaches the other replicas after the lag, and the last writer of an item wins.

With strong consistency it reaches them within the call, except those of a region that is out, which catch up later.

MiniStack 1.5.33 writes all replicas within the call, even those of a region that is out, so that no drill could lose
anything. Goes when it replicates with a lag of its own.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import dynamodb

from tapstack.sandbox.server.mends.patch import original, replace
from tapstack.sandbox.server.replication.links import Links, Route

Item = dict[str, Any]
NEEDED = ("_emit_stream_event", "_set_item", "_remove_item", "_extract_key_val", "_replica_group", "_tables")
# Account, region, table, partition key, sort key.
Place = tuple[str, str, str, Any, Any]


class TableReplication:
    """Sends the writes of global tables, and decides what to do with one that meets a later write."""

    def __init__(self, links: Links) -> None:
        self._links = links
        # A write's place in the order of all writes: in one process that is exact, where clocks are not.
        self._order = itertools.count(1)
        self._last_write: dict[Place, int] = {}
        self.conflicts = 0

    def install(self) -> None:
        """Take the place of the copying within the call."""
        for name in (
            "_emit_stream_event",
            "_set_item",
            "_remove_item",
            "_extract_key_val",
            "_replica_group",
            "_tables",
        ):
            original(dynamodb, name)
        replace(dynamodb, "_replicate_write", lambda _: self._send)

    def clear(self) -> None:
        """Forget all writes."""
        self._last_write.clear()
        self.conflicts = 0

    def _send(self, table: dict[str, Any], event_name: str, old_item: Item | None, new_item: Item | None) -> None:  # noqa: ARG002 (MiniStack's call)
        regions = dynamodb._replica_group(table)
        item = new_item if new_item is not None else old_item
        if not regions or item is None:
            return
        account, home, name = get_account_id(), get_region(), table["TableName"]
        if self._links.is_idle():
            # Nothing is under way that could meet these writes any more.
            self._last_write.clear()
        partition = dynamodb._extract_key_val(item.get(table["pk_name"]))
        sort = dynamodb._extract_key_val(item.get(table["sk_name"])) if table["sk_name"] else "__no_sort__"
        order = next(self._order)
        self._last_write[account, home, name, partition, sort] = order
        image = copy.deepcopy(new_item)
        for region in regions:
            if region == home:
                continue
            route = Route("dynamodb", name, home, region)
            apply = self._applying((account, region, name, partition, sort), order, image)
            if table.get("MultiRegionConsistency") == "STRONG" and self._links.is_free(route):
                apply()
            else:
                self._links.send(route, apply)

    def _applying(self, place: Place, order: int, image: Item | None) -> Callable[[], None]:
        def apply() -> None:
            if self._last_write.get(place, 0) > order:
                self.conflicts += 1
                return
            self._last_write[place] = order
            _write(place, copy.deepcopy(image))

        return apply


def _write(place: Place, image: Item | None) -> None:
    account, region, name, partition, sort = place
    with request_scope(account, region):
        replica = dynamodb._tables.get(name)
        if replica is None:
            return
        previous = replica["items"].get(partition, {}).get(sort)
        if image is None and previous is None:
            return
        if image is None:
            dynamodb._remove_item(replica, partition, sort)
        else:
            dynamodb._set_item(replica, partition, sort, image)
        event = "REMOVE" if image is None else "MODIFY" if previous else "INSERT"
        dynamodb._emit_stream_event(name, event, previous, copy.deepcopy(image), replicate=False)
