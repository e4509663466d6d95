"""The KMS keys that replication rules and objects name, whichever region they are in."""

from __future__ import annotations

from typing import Any

from ministack.core.responses import request_scope
from ministack.services import kms

from tapstack.sandbox.server.mends.key_aliases import alias_conditions

Record = dict[str, Any]


def key_arn(named: str) -> str:
    """The key's own ARN, where an alias was named."""
    record = _key(named)
    return str(record["Arn"]) if record is not None else named


def key_works(named: str) -> bool:
    """Tell whether there is such a key and it can be used."""
    record = _key(named)
    return record is not None and record.get("KeyState", "Enabled") == "Enabled"


def conditions_on(named: str) -> dict[str, Any]:
    """What policies may ask of a call on the key that is named so."""
    record = _key(named)
    if record is None:
        return {}
    with request_scope(*_account_and_region(named)):
        return alias_conditions(record, named)


def _key(named: str) -> Record | None:
    if not named.startswith("arn:"):
        return None
    with request_scope(*_account_and_region(named)):
        record: Record | None = kms._resolve_key(named)
        return record


def _account_and_region(arn: str) -> tuple[str, str]:
    _, _, _, region, account, _ = arn.split(":", 5)
    return account, region
