"""A table reports its key by whatever name it was given by, and a replica reports the home table's key.

It also describes the encryption of a table that asks for none. On AWS a table tells its key's ARN, and of the key that
DynamoDB itself owns nothing; each replica has the key that its creation named, or that region's
`alias/aws/dynamodb`. Goes when MiniStack looks keys up and keeps the one of each replica.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, request_scope
from ministack.services import dynamodb, kms

from tapstack.sandbox.server.mends.patch import original, replace

_KEY = "KMSMasterKeyArn"


def install() -> None:
    """Tell each table's and each replica's own key by its ARN."""
    tables = original(dynamodb, "_tables")

    def describing(own: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def describe(specification: Any) -> Any:
            described = own(specification)
            if not described or described["Status"] == "DISABLED":
                return None
            if described.get(_KEY):
                described[_KEY] = _arn(described[_KEY])
            return described

        return describe

    def applying(own: Callable[..., Any]) -> Callable[..., Any]:
        def apply(name: str, table: Any, updates: list[dict[str, Any]]) -> Any:
            problem = own(name, table, updates)
            if problem is not None:
                return problem
            for update in updates:
                changed = update.get("Update", {})
                wanted = update.get("Create") or (changed if "KMSMasterKeyId" in changed else None)
                if wanted:
                    give_key(name, table, wanted)
            return None

        return apply

    def give_key(name: str, home: Any, wanted: dict[str, Any]) -> None:
        region = wanted["RegionName"]
        replica = tables.get_scoped(get_account_id(), region, name)
        encryption = home.get("SSEDescription")
        if not replica or not encryption or not encryption.get(_KEY):
            return
        with request_scope(get_account_id(), region):
            key = _arn(wanted.get("KMSMasterKeyId") or "alias/aws/dynamodb")
        replica["SSEDescription"] = {**copy.deepcopy(encryption), _KEY: key}

    replace(dynamodb, "_sse_description_from_spec", describing)
    replace(dynamodb, "_apply_replica_updates", applying)


def _arn(named: str) -> str:
    """The key behind an id, an alias or an ARN of this region; what nobody knows is told as it was named."""
    key = kms._resolve_key(named)
    return str(key["Arn"] if key else named)
