"""The TCP doors in front of database servers: closed while a region is out, slow where they carry replication.

Clients never reach a server's own port. Closing a gate therefore does what an unreachable region does to its
clients: open connections break and new ones are refused, while the server and its data stay as they are.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")
# Speaks with a client before the server does; returns the first bytes for the server, or none to end the connection.
Greeting = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[object, object, bytes]]
CHUNK_BYTES = 65536
CALL_TIMEOUT_SECONDS = 10.0
QUEUED_CHUNKS = 4096


@dataclass(frozen=True)
class ReplicationLink:
    """What makes a gate carry a standby's replication: the lag, and how the client's request for the stream looks."""

    delay: Callable[[], float]
    begins_with: Callable[[bytes], bool]


class GateLoop:
    """One event loop in one thread, shared by all gates: a busy API server does not slow SQL down."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="database-gates", daemon=True)
        self._thread.start()

    def call(self, work: Coroutine[object, object, Result]) -> Result:
        """Run it on the gates' loop and wait for its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(CALL_TIMEOUT_SECONDS)

    def stop(self) -> None:
        """End the loop; gates must be removed before."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(CALL_TIMEOUT_SECONDS)
            self._loop.close()


def _bound_socket(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(("127.0.0.1", port))
    except OSError:
        bound.close()
        raise
    bound.setblocking(False)
    return bound


class Gate:
    """A loopback port that stays reserved for its whole life and forwards to a server only while it is open."""

    def __init__(
        self,
        loop: GateLoop,
        is_cut: Callable[[], bool],
        port: int = 0,
        link: ReplicationLink | None = None,
        greet: Greeting | None = None,
    ) -> None:
        """Reserve `port`, or any free one when it is 0 or taken; `link` makes it carry replication.

        `is_cut` is asked for every piece of data, so that not one passes after the beginning of an outage, however
        late the gate is closed.
        """
        self._loop = loop
        self._is_cut = is_cut
        self._link = link
        self._greet = greet
        try:
            self._socket: socket.socket | None = _bound_socket(port)
        except OSError:
            self._socket = _bound_socket(0)
        self.port: int = self._socket.getsockname()[1]
        self._server: asyncio.Server | None = None
        self._upstream = 0
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def is_open(self) -> bool:
        """Tell whether connections are being accepted."""
        return self._server is not None

    def set_open(self, wanted: bool, upstream_port: int) -> None:
        """Accept connections for the server on that port, or refuse them and break those that exist."""
        if wanted and self.is_open and upstream_port != self._upstream:
            self._loop.call(self._close())
        if wanted and not self.is_open:
            self._upstream = upstream_port
            self._loop.call(self._open())
        elif not wanted and self.is_open:
            self._loop.call(self._close())

    def remove(self) -> None:
        """Close it for good and give the port back."""
        if self.is_open:
            self._loop.call(self._close())
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    async def _open(self) -> None:
        reserved = self._socket or _bound_socket(self.port)
        self._socket = None
        self._server = await asyncio.start_server(self._serve, sock=reserved, backlog=128)

    async def _close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for connection in list(self._connections):
            connection.cancel()
        # A socket that is bound but does not listen refuses connections and keeps the port ours.
        self._socket = _bound_socket(self.port)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.current_task()
        if connection is None:
            return
        self._connections.add(connection)
        upstream_writer: asyncio.StreamWriter | None = None
        try:
            first = b""
            if self._is_cut():
                raise ConnectionResetError
            if self._greet is not None and (first := await self._greet(reader, writer)) == b"":
                return
            upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", self._upstream)
            upstream_writer.write(first)
            async with asyncio.TaskGroup() as both:
                if self._link is None:
                    both.create_task(self._forward(reader, upstream_writer))
                    both.create_task(self._forward(upstream_reader, writer))
                else:
                    streaming = asyncio.Event()
                    both.create_task(self._forward(reader, upstream_writer, streaming))
                    both.create_task(self._forward_late(upstream_reader, writer, streaming, self._link.delay))
        except (asyncio.CancelledError, asyncio.IncompleteReadError, OSError, BaseExceptionGroup):
            # The gate closed, or one side went away: for the other side that is a broken connection.
            writer.transport.abort()
        finally:
            self._connections.discard(connection)
            for end in (writer, upstream_writer):
                if end is not None:
                    end.close()

    async def _forward(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, streaming: asyncio.Event | None = None
    ) -> None:
        while chunk := await reader.read(CHUNK_BYTES):
            if self._is_cut():
                raise ConnectionResetError
            if streaming is not None and self._link is not None and self._link.begins_with(chunk):
                streaming.set()
            writer.write(chunk)
            await writer.drain()
        with contextlib.suppress(OSError):
            if writer.can_write_eof():
                writer.write_eof()

    async def _forward_late(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        streaming: asyncio.Event,
        delay: Callable[[], float],
    ) -> None:
        """Hold what the server sends for the lag; what is under way at a cut is lost, as on a real link."""
        loop = asyncio.get_running_loop()
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=QUEUED_CHUNKS)

        async def deliver() -> None:
            while True:
                due, chunk = await under_way.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                if self._is_cut():
                    raise ConnectionResetError
                if not chunk:
                    writer.close()
                    return
                writer.write(chunk)
                await writer.drain()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(deliver())
            while True:
                chunk = await reader.read(CHUNK_BYTES)
                # Logging in needs no delay, only the stream itself.
                await under_way.put((loop.time() + (delay() if streaming.is_set() else 0.0), chunk))
                if not chunk:
                    return
