"""One look at an endpoint, the way a Route 53 checker looks: what succeeds, and within which time limits.

Rules: "How Amazon Route 53 determines whether a health check is healthy". The limits are real seconds whatever the
clock factor is: a function does not start faster because the clock does.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass

_CONNECT_SECONDS = 4.0
_CONNECT_SECONDS_TCP = 10.0
_STATUS_SECONDS = 2.0
_BODY_SECONDS = 2.0
_SEARCHED_BYTES = 5120
_AGENT = "Amazon-Route53-Health-Check-Service (TapStack sandbox)"


@dataclass(frozen=True)
class Place:
    """Where to connect."""

    address: str
    port: int


@dataclass(frozen=True)
class Look:
    """What to do there."""

    host: str
    path: str = "/"
    uses_tls: bool = False
    server_name: str | None = None
    search: str | None = None
    is_tcp_only: bool = False


@dataclass(frozen=True)
class Sight:
    """What came of it, in the words of Route 53's status reports."""

    succeeded: bool
    report: str


def failure(reason: str) -> Sight:
    """A sight of something that does not answer as it should."""
    return Sight(succeeded=False, report=f"Failure: {reason}")


async def look_at(place: Place, look: Look) -> Sight:
    """Look once; never raises for what an endpoint does."""
    try:
        async with asyncio.timeout(_CONNECT_SECONDS_TCP if look.is_tcp_only else _CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(
                place.address,
                place.port,
                ssl=_any_certificate() if look.uses_tls else None,
                server_hostname=(look.server_name or "") if look.uses_tls else None,
            )
    except TimeoutError:
        return failure("The health checker could not establish a connection within the timeout limit.")
    except (OSError, ValueError) as problem:
        return failure(f"Connection refused or reset: {type(problem).__name__}.")
    try:
        if look.is_tcp_only:
            return Sight(succeeded=True, report="Success: TCP connection was established.")
        return await _ask(reader, writer, look)
    except TimeoutError:
        return failure("The endpoint did not answer within the timeout limit.")
    except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as problem:
        return failure(f"The endpoint sent no usable answer: {type(problem).__name__}.")
    finally:
        writer.transport.abort()


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, look: Look) -> Sight:
    request = f"GET {look.path} HTTP/1.1\r\nHost: {look.host}\r\nUser-Agent: {_AGENT}\r\nConnection: close\r\n\r\n"
    writer.write(request.encode())
    async with asyncio.timeout(_STATUS_SECONDS):
        words = (await reader.readuntil(b"\r\n")).decode("latin-1").split(maxsplit=2)
    status = int(words[1]) if len(words) > 1 and words[0].startswith("HTTP/") else 0
    reason = words[2].strip() if len(words) > 2 else ""
    if not 200 <= status < 400:
        return failure(f"HTTP Status Code {status}, {reason}.".replace(", .", "."))
    if look.search is not None:
        async with asyncio.timeout(_BODY_SECONDS):
            await reader.readuntil(b"\r\n\r\n")
            body = await _beginning(reader, look.search.encode())
        if look.search.encode() not in body:
            return failure("The specified string was not found in the first 5120 bytes of the response body.")
    return Sight(succeeded=True, report=f"Success: HTTP Status Code {status}, {reason}".rstrip(", "))


async def _beginning(reader: asyncio.StreamReader, wanted: bytes) -> bytes:
    body = b""
    while len(body) < _SEARCHED_BYTES and wanted not in body:
        data = await reader.read(_SEARCHED_BYTES - len(body))
        if not data:
            break
        body += data
    return body


def _any_certificate() -> ssl.SSLContext:
    """Route 53 does not validate certificates either."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
