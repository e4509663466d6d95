"""What the gateway costs when no fault is in force: the same server, asked through it and past it, taking turns."""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from typing import Any

ROUNDS = 9
CALLS = 1500
LIMIT = 1.10
_SCOPE = "AKIA0000000000000000/20260101/us-west-2/sqs/aws4_request"


def main() -> bool:
    # The emulator reads its environment while it is imported, hence a process of its own.
    output = subprocess.run([sys.executable, "-m", __name__], capture_output=True, text=True, check=True).stdout
    print(output, end="")
    return float(output.rsplit("ratio ", 1)[1].split()[0]) <= LIMIT


def measure() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(GATEWAY_PORT="1", AUTH="true", STATE_DIR=folder, S3_DATA_DIR=folder, LOG_LEVEL="ERROR")
        from pathlib import Path

        from ministack import app as emulator

        from tapstack.sandbox.server import data_planes
        from tapstack.sandbox.server.control_api import ControlApi
        from tapstack.sandbox.server.extension import Clock, ServerContext
        from tapstack.sandbox.server.gateway import Gateway
        from tapstack.sandbox.settings import Ports, SandboxSettings

        ports = Ports(http=1, https=2, dns=3)
        context = ServerContext(SandboxSettings(name="benchmark", folder=Path(folder), ports=ports), Clock(1))

        async def nothing() -> None:
            return None

        control = ControlApi(context, "token", status=dict, reset=nothing)
        past, through = emulator.app, Gateway(emulator.app, control, context)
        data_planes.install(ports)
        asyncio.run(_compare(past, through))


async def _compare(past: Callable[..., Awaitable[None]], through: Callable[..., Awaitable[None]]) -> None:
    await _seconds(past)
    await _seconds(through)
    pairs = [(await _seconds(past), await _seconds(through)) for _ in range(ROUNDS)]
    ratio = statistics.median(ours / theirs for theirs, ours in pairs)
    theirs = statistics.median(pair[0] for pair in pairs)
    ours = statistics.median(pair[1] for pair in pairs)
    print(f"past the gateway {CALLS / theirs:.0f} calls/s, through it {CALLS / ours:.0f} calls/s")
    print(f"one call costs {(ours - theirs) / CALLS * 1e6:.1f} microseconds more; ratio {ratio:.3f} (limit {LIMIT})")


async def _seconds(application: Callable[..., Awaitable[None]]) -> float:
    """A refused call is the emulator's quickest answer, so that the gateway's share is at its largest."""
    started = time.perf_counter()
    for _ in range(CALLS):
        await application(_request(), _receive, _send)
    return time.perf_counter() - started


def _request() -> dict[str, Any]:
    return {
        "type": "http",
        "method": "POST",
        "scheme": "http",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "server": ("127.0.0.1", 4566),
        "client": ("127.0.0.1", 50000),
        "headers": [
            (b"host", b"127.0.0.1:4566"),
            (b"accept-encoding", b"identity"),
            (b"content-type", b"application/x-amz-json-1.0"),
            (b"x-amz-target", b"AmazonSQS.ListQueues"),
            (b"x-amz-date", b"20260101T000000Z"),
            (b"authorization", f"AWS4-HMAC-SHA256 Credential={_SCOPE}, SignedHeaders=host, Signature=0".encode()),
            (b"content-length", b"2"),
        ],
    }


async def _receive() -> dict[str, Any]:
    return {"type": "http.request", "body": b"{}", "more_body": False}


async def _send(_: dict[str, Any]) -> None:
    return None


if __name__ == "__main__":
    measure()
