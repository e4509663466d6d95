"""How long from nothing to ready: the sandbox against the bare emulator, taking turns. At most three times as long."""

from __future__ import annotations

import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from tapstack.sandbox import control

ROUNDS = 7
LIMIT = 3.0


def bare_seconds() -> float:
    """Start `python -m ministack` until its health endpoint answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "TMPDIR": folder,
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",
        }
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"],
            env=environment,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while True:
                with (
                    contextlib.suppress(OSError),
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/_ministack/health", timeout=5),
                ):
                    return time.perf_counter() - started
                time.sleep(0.005)
        finally:
            process.terminate()
            process.wait()


def sandbox_seconds() -> float:
    """Start a sandbox until it is ready, certificates and ports being there from an earlier start."""
    started = time.perf_counter()
    control.start("benchmark")
    seconds = time.perf_counter() - started
    control.stop("benchmark")
    return seconds


def main() -> bool:
    with tempfile.TemporaryDirectory() as home:
        os.environ["TAPSTACK_STATE_HOME"] = home
        first = sandbox_seconds()
        bare_seconds()
        pairs = [(bare_seconds(), sandbox_seconds()) for _ in range(ROUNDS)]
    bare = statistics.median(pair[0] for pair in pairs)
    ours = statistics.median(pair[1] for pair in pairs)
    print(f"bare emulator {bare:.2f} s, sandbox {ours:.2f} s (very first start {first:.2f} s)")
    print(f"ratio {ours / bare:.2f} (limit {LIMIT})")
    return ours / bare <= LIMIT


if __name__ == "__main__":
    main()
