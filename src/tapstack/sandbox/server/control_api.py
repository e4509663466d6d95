"""The control API under `/_tapstack/`: status, faults and reset, for whoever can read the sandbox's token."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from tapstack.catalog.regions import REGIONS, nearest
from tapstack.sandbox.requests import PREFIX, TOKEN_HEADER
from tapstack.sandbox.server.calls import signing_name
from tapstack.sandbox.server.extension import ServerContext
from tapstack.sandbox.server.faults import Fault

Answer = tuple[int, dict[str, object]]


class ControlApi:
    """Answers the control API's requests."""

    def __init__(
        self,
        context: ServerContext,
        token: str,
        *,
        status: Callable[[], dict[str, object]],
        reset: Callable[[], Awaitable[None]],
    ) -> None:
        self._context = context
        self._token = token.encode()
        self._status = status
        self._reset = reset

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        """Answer one request."""
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        token = dict(scope["headers"]).get(TOKEN_HEADER.encode(), b"")
        status: int
        answer: dict[str, object]
        if hmac.compare_digest(token, self._token):
            try:
                status, answer = await self._answer(scope["method"], scope["path"].removeprefix(PREFIX), body)
            except ValueError as error:
                status, answer = 400, {"message": str(error)}
        else:
            status, answer = 403, {"message": "The control token is missing or wrong."}
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(b"content-type", b"application/json")],
            }
        )
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    async def _answer(self, method: str, path: str, body: bytes) -> Answer:
        match method, path.strip("/").split("/"):
            case "GET", ["status"]:
                return 200, self._status()
            case "POST", ["reset"]:
                await self._reset()
                return 200, {}
            case "PUT", ["faults", region]:
                _refuse_unknown(region)
                self._context.faults.by_region[region] = _fault(json.loads(body))
                return 200, _now()
            case "DELETE", ["faults"]:
                self._context.faults.by_region.clear()
                return 200, _now()
            case "DELETE", ["faults", region]:
                self._context.faults.by_region.pop(region, None)
                return 200, _now()
            case _:
                return 404, {"message": f"There is no {method} {PREFIX}{path}."}


def _now() -> dict[str, object]:
    """When it came into force: by the clock that all processes of a machine share, as answers may come late."""
    return {"monotonic": time.monotonic()}


def _refuse_unknown(region: str) -> None:
    if region not in REGIONS:
        hint = f" Did you mean '{near}'?" if (near := nearest(region)) else ""
        raise ValueError(f"There is no region '{region}'.{hint}")


def _fault(content: object) -> Fault:
    match content:
        case {
            "unreachable": bool(unreachable),
            "latency_seconds": int() | float() as latency,
            "error_rate": int() | float() as rate,
            "throttle_rate": int() | float() as throttle_rate,
            "expired_credentials": bool(expired_credentials),
            "services": [*services],
        } if latency >= 0 and 0 <= rate <= 1 and 0 <= throttle_rate <= 1:
            return Fault(
                unreachable,
                float(latency),
                float(rate),
                float(throttle_rate),
                expired_credentials,
                frozenset(signing_name(str(service)) for service in services),
            )
        case _:
            raise ValueError(
                "A fault has unreachable, latency_seconds >= 0, error_rate and throttle_rate from 0 to 1, "
                "expired_credentials, and services."
            )
