"""What stands in front of the emulator: the control API, the refusal of root keys, and faults by region.

It is a plain ASGI application around MiniStack's own. A request that no fault concerns costs one look at a header.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from tapstack.sandbox.requests import PREFIX
from tapstack.sandbox.server import loopback
from tapstack.sandbox.server.control_api import ControlApi
from tapstack.sandbox.server.extension import ServerContext

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# Keys that IAM and STS hand out; whatever else MiniStack would take for a key is looked at more closely.
_ISSUED_KEY = re.compile(rb"AWS4-HMAC-SHA256 Credential=A[KS]IA[A-Z0-9]{12,}/")
_LOOPBACK_HEADER = loopback.HEADER.encode()
_LOOPBACK_SECRET = loopback.SECRET.encode()
# Doors of the emulator that bypass identity: emptying it goes through the control API.
_CLOSED_PATHS = frozenset({"/_ministack/reset", "/_ministack/config"})


class Gateway:
    """The application that the server runs."""

    def __init__(self, emulator: Application, control: ControlApi, context: ServerContext) -> None:
        self._emulator = emulator
        self._control = control
        self._refuses_root = context.settings.enforce_iam

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] == "lifespan":
            await self._emulator(scope, receive, send)
            return
        path: str = scope["path"]
        if path.startswith(PREFIX + "/") and scope["type"] == "http":
            await self._control(scope, receive, send)
            return
        authorization = secret = b""
        for name, value in scope["headers"]:
            if name == b"authorization" and not authorization:
                authorization = value
            elif name == _LOOPBACK_HEADER:
                secret = value
        if path in _CLOSED_PATHS:
            await _refuse(scope, receive, send, "AccessDenied", "This door is closed; use `tapstack sandbox`.")
            return
        if (
            self._refuses_root
            and not _ISSUED_KEY.match(authorization)
            and secret != _LOOPBACK_SECRET
            and _is_root(scope, authorization)
        ):
            await _refuse(
                scope,
                receive,
                send,
                "InvalidClientTokenId",
                "Root keys are refused here. Use the administrator's key that `tapstack sandbox status` shows.",
            )
            return
        await self._emulator(scope, receive, send)


def _is_root(scope: Scope, authorization: bytes) -> bool:
    """Tell whether MiniStack would take the caller for the all-powerful root."""
    query = scope.get("query_string", b"")
    if not authorization and b"redential" not in query and b"AccessKeyId" not in query:
        return False  # Anonymous: refused by each service unless it serves everybody.
    from ministack.core.iam_evaluator import is_root_access_key
    from ministack.core.router import extract_access_key_id

    parameters = parse_qs(query.decode("utf-8", "replace"), keep_blank_values=True)
    key = extract_access_key_id({"authorization": authorization.decode("latin-1")}, parameters)
    return bool(key) and is_root_access_key(key)


async def _refuse(scope: Scope, receive: Receive, send: Send, code: str, message: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    body = json.dumps({"__type": code, "message": message, "Code": code}).encode()
    await send(
        {
            "type": "http.response.start",
            "status": 403,
            "headers": [(b"content-type", b"application/json"), (b"x-amzn-errortype", code.encode())],
        }
    )
    await send({"type": "http.response.body", "body": body})
