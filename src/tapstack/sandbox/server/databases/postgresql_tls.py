"""TLS for PostgreSQL clients, ended at the gate: the server that TapStack carries is built without it.

PostgreSQL's protocol asks for encryption in a first message of its own, so that no other byte has to be understood.
"""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import Callable
from dataclasses import dataclass

_TLS_REQUEST = 80877103
_GSS_REQUEST = 80877104
_LONGEST_STARTUP = 10_000


@dataclass(frozen=True)
class PostgresTls:
    """Answers a client's request for TLS, and refuses clients without it where the parameter group says so."""

    context: ssl.SSLContext | None
    is_forced: Callable[[], bool]

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        """Agree on encryption; returns the client's startup message for the server."""
        encrypted = False
        while True:
            length, code = struct.unpack("!II", await reader.readexactly(8))
            if length > _LONGEST_STARTUP:
                return b""
            if code == _TLS_REQUEST and self.context is not None and not encrypted:
                writer.write(b"S")
                await writer.drain()
                await writer.start_tls(self.context)
                encrypted = True
            elif code in (_TLS_REQUEST, _GSS_REQUEST):
                writer.write(b"N")
                await writer.drain()
            elif self.is_forced() and not encrypted:
                writer.write(_refusal())
                await writer.drain()
                return b""
            else:
                return struct.pack("!II", length, code) + await reader.readexactly(length - 8)


def _refusal() -> bytes:
    fields = {
        "S": "FATAL",
        "V": "FATAL",
        "C": "28000",
        "M": "no pg_hba.conf entry: this database takes encrypted connections only (rds.force_ssl is 1)",
    }
    content = b"".join(key.encode() + value.encode() + b"\0" for key, value in fields.items()) + b"\0"
    return b"E" + struct.pack("!I", len(content) + 4) + content
