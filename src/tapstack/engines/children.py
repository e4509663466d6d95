"""Programs that an engine runs: they outlive a first Ctrl-C, and end in good order at the second one."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import threading
from collections.abc import Iterator

_running: set[subprocess.Popen[bytes]] = set()
_lock = threading.Lock()


@contextlib.contextmanager
def known(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Know of a program for as long as the block."""
    with _lock:
        _running.add(process)
    try:
        yield
    finally:
        with _lock:
            _running.discard(process)


def interrupt() -> None:
    """Ask every program to end as by Ctrl-C; nobody waits for it. Safe inside a signal handler: it takes no lock."""
    for process in tuple(_running):
        with contextlib.suppress(OSError):
            process.send_signal(signal.SIGINT)
