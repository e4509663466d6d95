"""A global table's consistency is ignored, and a new index of it does not reach its replicas.

UpdateTable takes neither MultiRegionConsistency nor GlobalTableWitnessUpdates, and DescribeTable answers neither; an
index that is added or deleted changes one region only. On AWS all regions have the same indexes, and strong
consistency takes exactly three regions, one of which may be a witness. Goes when MiniStack does the same.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import dynamodb

from tapstack.sandbox.server.mends.patch import original, replace

_CONSISTENCY, _WITNESSES = "MultiRegionConsistency", "GlobalTableWitnesses"
_STRONG_REGIONS = 3


def install() -> None:
    """Keep the consistency and the witness with each replica, check them, and share the indexes."""
    tables = original(dynamodb, "_tables")
    replicas_of = original(dynamodb, "_replica_group")
    cached_index = original(dynamodb, "_INDEX_MEMBERS")
    normalized = original(dynamodb, "_normalize_table_name")

    def members(table: Any) -> list[Any]:
        account, name = get_account_id(), table["TableName"]
        found = [tables.get_scoped(account, region, name) for region in replicas_of(table)]
        return [member for member in found if member is not None]

    def updating(own: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def update(data: Any) -> Any:
            table = tables.get(normalized(data.get("TableName")))
            if table is None:
                return own(data)
            if problem := _problem(table, data, replicas_of(table)):
                return error_response_json("ValidationException", problem, 400)
            answer = own(data)
            if answer[0] == 200:
                note_consistency(table, data)
                if data.get("GlobalSecondaryIndexUpdates"):
                    share_indexes(table)
                return json_response({"TableDescription": dynamodb._table_description(table["TableName"])})
            return answer

        return update

    def note_consistency(table: Any, data: Any) -> None:
        made = [
            change["Create"]["RegionName"] for change in data.get("GlobalTableWitnessUpdates", ()) if "Create" in change
        ]
        for member in members(table) or [table]:
            if not replicas_of(table):
                member.pop(_CONSISTENCY, None)
                member.pop(_WITNESSES, None)
            if data.get(_CONSISTENCY):
                member[_CONSISTENCY] = data[_CONSISTENCY]
            if made:
                member[_WITNESSES] = [{"RegionName": region, "WitnessStatus": "ACTIVE"} for region in made]

    def share_indexes(table: Any) -> None:
        for member in members(table):
            if member is table:
                continue
            indexes = copy.deepcopy(table.get("GlobalSecondaryIndexes", []))
            for index in indexes:
                index["IndexArn"] = f"{member['TableArn']}/index/{index['IndexName']}"
            member["GlobalSecondaryIndexes"] = indexes
            member["AttributeDefinitions"] = copy.deepcopy(table["AttributeDefinitions"])
            member.pop(cached_index, None)

    def describing(own: Callable[[str], Any]) -> Callable[[str], Any]:
        def describe(name: str) -> Any:
            described, table = own(name), tables[name]
            if replicas_of(table):
                described[_CONSISTENCY] = table.get(_CONSISTENCY, "EVENTUAL")
                if table.get(_WITNESSES):
                    described[_WITNESSES] = table[_WITNESSES]
            return described

        return describe

    replace(dynamodb, "_update_table", updating)
    replace(dynamodb, "_table_description", describing)


def _problem(table: Any, data: Any, regions: list[str]) -> str:
    """Why AWS would refuse this change of a table's consistency; nothing if it would not."""
    created = [change for change in data.get("ReplicaUpdates", ()) if "Create" in change]
    witnesses = data.get("GlobalTableWitnessUpdates", ())
    if table.get(_CONSISTENCY) == "STRONG" and created:
        return "A table with multi-Region strong consistency takes no further replicas."
    if data.get(_CONSISTENCY) and not created:
        return f"{_CONSISTENCY} can be given only when replicas are created."
    if data.get(_CONSISTENCY) != "STRONG":
        return "A witness belongs to multi-Region strong consistency." if witnesses else ""
    if len({*regions, get_region()}) + len(created) + len(witnesses) != _STRONG_REGIONS:
        return (
            f"Multi-Region strong consistency takes exactly {_STRONG_REGIONS} Regions, of which one may be a witness."
        )
    if any(table["items"].values()):
        return "Multi-Region strong consistency can be chosen only for a table without items."
    return ""
