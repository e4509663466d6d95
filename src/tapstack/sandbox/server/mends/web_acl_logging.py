"""WAFv2 has no logging configurations: PutLoggingConfiguration and its siblings do not exist.

Goes when MiniStack has them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, error_response_json, json_response
from ministack.services import waf

from tapstack.sandbox.server.mends.patch import replace

_kept = AccountRegionScopedDict()


def install() -> None:
    """Add the four calls."""
    replace(waf, "handle_request", _handling)
    replace(waf, "reset", _resetting)


def _handling(own: Callable[..., Any]) -> Callable[..., Any]:
    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: Any) -> Any:
        action = _ACTIONS.get(headers.get("x-amz-target", "").rsplit(".", 1)[-1])
        return action(json.loads(body)) if action else await own(method, path, headers, body, query)

    return handle


def _resetting(own: Callable[[], None]) -> Callable[[], None]:
    def reset() -> None:
        own()
        _kept.clear()

    return reset


def _put(data: dict[str, Any]) -> Any:
    configuration = data["LoggingConfiguration"]
    _kept[configuration["ResourceArn"]] = configuration
    return json_response({"LoggingConfiguration": configuration})


def _get(data: dict[str, Any]) -> Any:
    configuration = _kept.get(data["ResourceArn"])
    return json_response({"LoggingConfiguration": configuration}) if configuration else _missing()


def _delete(data: dict[str, Any]) -> Any:
    return json_response({}) if _kept.pop(data["ResourceArn"], None) else _missing()


def _list(_data: dict[str, Any]) -> Any:
    return json_response({"LoggingConfigurations": list(_kept.values())})


def _missing() -> Any:
    message = "AWS WAF couldn't perform the operation because your resource doesn't exist."
    return error_response_json("WAFNonexistentItemException", message, 400)


_ACTIONS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "PutLoggingConfiguration": _put,
    "GetLoggingConfiguration": _get,
    "DeleteLoggingConfiguration": _delete,
    "ListLoggingConfigurations": _list,
}
