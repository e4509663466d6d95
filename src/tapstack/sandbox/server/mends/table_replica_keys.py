"""A replica of a table reports the home table's key, and ignores the key that it was created with.

On AWS each replica has the key that its creation named, or that region's `alias/aws/dynamodb`. Goes when MiniStack
keeps the key of each replica.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, request_scope
from ministack.services import dynamodb, kms

from tapstack.sandbox.server.mends.patch import original, replace


def install() -> None:
    """Give each replica its own key, by the name that its creation gave."""
    tables = original(dynamodb, "_tables")

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
        if not replica or not encryption or not encryption.get("KMSMasterKeyArn"):
            return
        named = wanted.get("KMSMasterKeyId")
        with request_scope(get_account_id(), region):
            key = kms._resolve_key(named or "alias/aws/dynamodb")
        replica["SSEDescription"] = {
            **copy.deepcopy(encryption),
            "KMSMasterKeyArn": key["Arn"] if key else str(named),
        }

    replace(dynamodb, "_apply_replica_updates", applying)
