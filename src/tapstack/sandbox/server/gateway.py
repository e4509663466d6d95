"""What stands in front of the emulator: the control API, the refusal of root keys, and faults by region.

It is a plain ASGI application around MiniStack's own. A request that no fault concerns costs one look at its headers.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from tapstack.sandbox.requests import PREFIX
from tapstack.sandbox.server import calls, connections, data_planes
from tapstack.sandbox.server.control_api import ControlApi
from tapstack.sandbox.server.error_answers import Answer, error, expired, throttled, unavailable
from tapstack.sandbox.server.extension import ServerContext
from tapstack.sandbox.server.faults import Fault

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# Keys that IAM and STS hand out; whatever else MiniStack would take for a key is looked at more closely.
_ISSUED_KEY = re.compile(rb"AWS4-HMAC-SHA256 Credential=A[KS]IA[A-Z0-9]{12,}/")
_DRAIN_SECONDS = 1.0
# Doors of the emulator that bypass identity: emptying it goes through the control API.
_NO_ROOT = "Root keys are refused here. Use the administrator's key that `tapstack sandbox status` shows."
_CLOSED_PATHS = frozenset({"/_ministack/reset", "/_ministack/config"})


class Gateway:
    """The application that the server runs."""

    def __init__(self, emulator: Application, control: ControlApi, context: ServerContext) -> None:
        self._emulator = emulator
        self._control = control
        self._faults = context.faults
        self._account = context.settings.account
        self._refuses_root = context.settings.enforce_iam

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, refuse it, lose it, or hand it on."""
        if scope["type"] == "lifespan":
            await self._emulator(scope, receive, send)
            return
        path: str = scope["path"]
        if path.startswith(PREFIX + "/") and scope["type"] == "http":
            await self._control(scope, receive, send)
            return
        host = authorization = b""
        claims_tls = False
        for name, value in scope["headers"]:
            if name == b"host":
                host = value
            elif name == b"authorization" and not authorization:
                authorization = value
            elif name == b"x-forwarded-proto":
                claims_tls = True
        if claims_tls:
            # Only this server ends TLS, so only it may say whether there was any: policies ask for it.
            scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"x-forwarded-proto"]
        plane = data_planes.find(host.decode("latin-1"), path, scope["server"][0], self._account)
        data_planes.enter(plane)
        refusal = self._refusal(scope, authorization, is_api=plane is None)
        if refusal is not None:
            await _answer(scope, receive, send, refusal)
            return
        if self._faults.by_region:
            touched: Iterable[tuple[str, str]] = (
                [(plane.region, plane.kind)]
                if plane is not None
                else calls.touched(
                    host.decode("latin-1"),
                    path,
                    scope["query_string"].decode("latin-1"),
                    authorization.decode("latin-1"),
                )
            )
            if await self._has_failed(touched, scope, receive, send, is_api=plane is None):
                return
        try:
            await self._emulator(scope, receive, send)
        except data_planes.ClosedPortError:
            connections.drop()

    def _refusal(self, scope: Scope, authorization: bytes, *, is_api: bool) -> Answer | None:
        """How a call is turned away before the emulator sees it."""
        if is_api and scope["path"] in _CLOSED_PATHS:
            return error("", {}, 403, "AccessDenied", "This door is closed. Use `tapstack sandbox reset`.")
        if self._refuses_root and not _ISSUED_KEY.match(authorization) and _is_root(scope, authorization):
            query = scope["query_string"].decode("latin-1")
            service = calls.signed_service(query, authorization.decode("latin-1")) or ""
            return error(service, _headers(scope), 403, "InvalidClientTokenId", _NO_ROOT)
        return None

    async def _has_failed(
        self, touched: Iterable[tuple[str, str]], scope: Scope, receive: Receive, send: Send, *, is_api: bool
    ) -> bool:
        """Let the request meet the faults of the regions that it needs; tells whether it is over with that."""
        met: list[tuple[str, Fault]] = []
        for region, service in touched:
            fault = self._faults.of(region, service)
            if fault is not None:
                met.append((service, fault))
        for service, fault in met:
            if fault.unreachable:
                # A client that is still sending may take the cut for a fault of TLS; one that waits cannot.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_DRAIN_SECONDS):
                        await _drain(receive)
                connections.drop()
                return True
            if fault.latency_seconds:
                await asyncio.sleep(fault.latency_seconds)
            refusal = _refusal_of(fault, is_api=is_api)
            if refusal is not None:
                if scope["type"] == "websocket":
                    connections.drop()
                    return True
                await _drain(receive)
                await _respond(send, *refusal(service, _headers(scope)))
                return True
        return False


def _refusal_of(fault: Fault, *, is_api: bool) -> Callable[[str, dict[str, str]], Answer] | None:
    """How a call that meets this fault is refused, if it is. Who shows no credentials has none that could expire."""
    if fault.expired_credentials and is_api:
        return expired
    if random.random() < fault.throttle_rate:  # noqa: S311 - chance, not secrecy
        return throttled
    return unavailable if random.random() < fault.error_rate else None  # noqa: S311 - chance, not secrecy


def _is_root(scope: Scope, authorization: bytes) -> bool:
    """Tell whether MiniStack would take the caller for the all-powerful root."""
    query: bytes = scope["query_string"]
    if not authorization and b"redential" not in query and b"AccessKeyId" not in query:
        return False  # Anonymous: each service refuses it unless it serves everybody.
    from ministack.core.iam_evaluator import is_root_access_key
    from ministack.core.router import extract_access_key_id

    parameters = parse_qs(query.decode("utf-8", "replace"), keep_blank_values=True)
    key = extract_access_key_id({"authorization": authorization.decode("latin-1")}, parameters)
    return bool(key) and bool(is_root_access_key(key))


async def _answer(scope: Scope, receive: Receive, send: Send, answer: Answer) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    await _drain(receive)
    await _respond(send, *answer)


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


async def _drain(receive: Receive) -> None:
    """Read the request to its end: a client still sending would see a broken pipe instead of the answer."""
    while (await receive()).get("more_body", False):
        pass


async def _respond(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*encoded, length]})
    await send({"type": "http.response.body", "body": body})
