"""A table's settings in DynamoDB's own words, as both engines say them."""

from __future__ import annotations

from collections.abc import Mapping

from tapstack.fleet.tables import Table

TYPES: Mapping[str, str] = {"string": "S", "number": "N", "binary": "B"}
STREAMS: Mapping[str, str] = {
    "keys-only": "KEYS_ONLY",
    "new-image": "NEW_IMAGE",
    "old-image": "OLD_IMAGE",
    "new-and-old-images": "NEW_AND_OLD_IMAGES",
}
PROJECTIONS: Mapping[str, str] = {"all": "ALL", "keys": "KEYS_ONLY"}


def attributes(table: Table) -> dict[str, str]:
    """Every attribute that is part of a key, the table's or an index's, and its type."""
    keys = [table.partition_key, table.sort_key]
    for index in table.indexes.values():
        keys += [index.partition_key, index.sort_key]
    return {key.name: TYPES[key.type] for key in keys if key is not None}
