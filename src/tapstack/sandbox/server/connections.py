"""Dropping a client's connection without an answer, as a region does that cannot be reached.

ASGI knows no such thing: an application that returns without a response makes the server send a 500. So the transport
of each connection is kept where the requests on it can find it.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from contextvars import ContextVar

from hypercorn.asyncio.tcp_server import TCPServer

_transport: ContextVar[asyncio.WriteTransport] = ContextVar("tapstack_transport")
_open: set[asyncio.WriteTransport] = set()
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def install() -> None:
    """Remember the transport of every connection; the tasks that serve it inherit the variable."""
    run = TCPServer.run

    async def run_remembering(self: TCPServer) -> None:
        transport = self.writer.transport
        _transport.set(transport)
        _open.add(transport)
        try:
            await run(self)
        finally:
            _open.discard(transport)

    TCPServer.run = run_remembering


def drop() -> None:
    """Cut the connection of the request that is being served; its peer sees a reset."""
    transport = _transport.get()
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()


def drop_all() -> None:
    """Cut every connection: clients that keep theirs open would hold up the end of the server."""
    for transport in tuple(_open):
        transport.abort()
