"""MiniStack 1.5.33 gives policies on KMS keys no `kms:ResourceAliases` and no `kms:RequestAlias` to decide by.

It also takes an alias that a request names for the resource, where AWS takes the key behind it. Goes when its
enforcement of KMS calls knows the key and both conditions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.core import iam_evaluator
from ministack.services import kms

from tapstack.sandbox.server.mends.patch import original, replace


def install() -> None:
    """Let KMS calls be decided by the key's ARN and its aliases."""
    for name in ("_aliases", "_resolve_key"):
        original(kms, name)
    replace(iam_evaluator, "enforce", _knowing_aliases)


def alias_conditions(key: dict[str, Any], named: str) -> dict[str, Any]:
    """What policies may ask of a call on `key` that the caller named so; call it in the scope of the key's region."""
    conditions: dict[str, Any] = {}
    if aliases := [arn.split(":", 5)[5] for arn, key_id in kms._aliases.items() if key_id == key["KeyId"]]:
        conditions["kms:resourcealiases"] = aliases
    alias = named.split(":", 5)[-1]
    if alias.startswith("alias/"):
        conditions["kms:requestalias"] = alias
    return conditions


def _knowing_aliases(own: Callable[..., Any]) -> Callable[..., Any]:
    def enforce(
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        if service == "kms" and (key := kms._resolve_key(resource_arn)) is not None:
            service_context = {**(service_context or {}), **alias_conditions(key, resource_arn)}
            resource_arn = key["Arn"]
        return own(access_key_id, iam_action, service, region, resource_arn, service_context)

    return enforce
