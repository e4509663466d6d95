"""Sends requests to the emulator in this very process: the same bytes as by HTTP, without a socket in between.

The stack of one region of a small fleet makes some eighty such calls.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import io
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

Message = MutableMapping[str, Any]
Application = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]


class Transport:
    """Hands requests of other threads to an ASGI application on its own event loop; made on that loop."""

    def __init__(self, application: Application, port: int, timeout: float) -> None:
        self._application = application
        self._server = ("127.0.0.1", port)
        self._timeout = timeout
        self._loop = asyncio.get_running_loop()
        # A thread that provisions a resource carries what is known of its stack: nothing of a caller's request.
        self._context = contextvars.copy_context()

    def send(self, request: Any, **_: object) -> Any:
        """Answer botocore's `before-send` event: whatever a handler returns is taken for the response."""
        from botocore.awsrequest import AWSResponse
        from botocore.exceptions import ReadTimeoutError

        exchange = _Exchange(self._scope(request), _read(request.body))
        answered: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._loop.call_soon_threadsafe(self._begin, exchange, answered, context=self._context.copy())
        try:
            answered.result(self._timeout)
        except TimeoutError as error:
            raise ReadTimeoutError(endpoint_url=request.url) from error
        body = b"" if request.method == "HEAD" else b"".join(exchange.body)
        return AWSResponse(request.url, exchange.status, exchange.headers, _Raw(body))

    def _begin(self, exchange: _Exchange, answered: concurrent.futures.Future[None]) -> None:
        task = asyncio.ensure_future(self._application(exchange.scope, exchange.receive, exchange.send))
        exchange.task = task

        def end(_: object) -> None:
            exchange.ended.set()
            error = asyncio.CancelledError() if task.cancelled() else task.exception()
            if error is not None:
                answered.set_exception(error)
            else:
                answered.set_result(None)

        task.add_done_callback(end)

    def _scope(self, request: Any) -> Message:
        target = urlsplit(request.url)
        headers = [(_bytes(name).lower(), _bytes(value)) for name, value in request.headers.items()]
        # It never leaves this process, so that policies which ask for TLS have nothing to ask.
        headers += [(b"host", target.netloc.encode()), (b"x-forwarded-proto", b"https")]
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.1"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": unquote(target.path) or "/",
            "raw_path": target.path.encode() or b"/",
            "query_string": target.query.encode(),
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 0),
            "server": self._server,
            "extensions": {},
        }


@dataclass
class _Exchange:
    """One request and what is answered to it."""

    scope: Message
    content: bytes
    status: int = 0
    headers: Any = field(default_factory=dict)
    body: list[bytes] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Future[None] | None = None
    _is_read: bool = False

    async def receive(self) -> Message:
        """What the client sends: everything at once, and in the end that it is gone."""
        if not self._is_read:
            self._is_read = True
            return {"type": "http.request", "body": self.content, "more_body": False}
        await self.ended.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """What the application answers."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {
                name.decode("latin-1"): value.decode("latin-1") for name, value in message.get("headers", ())
            }
        elif message["type"] == "http.response.body":
            self.body.append(message.get("body", b""))


class _Raw(io.BytesIO):
    """A body as botocore reads it from a connection."""

    def stream(self, **_: object) -> Iterator[bytes]:
        """All that is left."""
        if content := self.read():
            yield content


def _read(body: Any) -> bytes:
    if body is None:
        return b""
    return _bytes(body.read() if hasattr(body, "read") else body)


def _bytes(value: Any) -> bytes:
    return value.encode("utf-8") if isinstance(value, str) else bytes(value)
