"""One database server as a child process: started, waited for, stopped, never left behind."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

LOG_TAIL_BYTES = 600
LOG_SEARCH_BYTES = 20_000
MOST_ERRORS = 3
_ERROR = re.compile(r"\b(?:PANIC|FATAL|ERROR)\b|\berror:|No space left", re.IGNORECASE)
POLL_SECONDS = 0.03


class DatabaseServerError(Exception):
    """A database server could not be made, started or changed; the message carries what it said."""


def telling(said: str) -> str:
    """The errors in what a server printed, or its end; never the failed statement, which may hold a password."""
    errors = [line for line in said.splitlines() if _ERROR.search(line)]
    return "\n".join(errors[-MOST_ERRORS:])[-LOG_TAIL_BYTES:] or said.strip()[-LOG_TAIL_BYTES:]


def free_port() -> int:
    """A loopback port that nothing uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run_tool(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, timeout: float, given: str = ""
) -> str:
    """Run one of the server's tools to its end and return what it printed."""
    try:
        done = subprocess.run(
            list(command), env=dict(environment), cwd=folder, input=given, capture_output=True, text=True,
            timeout=timeout, check=False, process_group=0,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DatabaseServerError(f"{Path(command[-1]).name}: {error}") from error
    if done.returncode != 0:
        raise DatabaseServerError(telling(done.stderr or done.stdout))
    return done.stdout.strip()


class ServerProcess:
    """A server program in a process group of its own, so that signals meant for the sandbox do not reach it."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        """Start it; what it prints goes to `server.log` in its folder."""
        self._log = folder / "server.log"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                list(command), env=dict(environment), cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                process_group=0,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """The process number."""
        return self._process.pid

    def runs(self) -> bool:
        """Tell whether it is still there."""
        return self._process.poll() is None

    def wait_until(self, ready: Callable[[], bool], timeout: float) -> None:
        """Wait until `ready`; fail when the process ends or the time is up."""
        deadline = time.monotonic() + timeout
        while not ready():
            if not self.runs():
                raise DatabaseServerError(f"the server ended while starting: {self.last_words()}")
            if time.monotonic() > deadline:
                raise DatabaseServerError(f"the server was not ready after {timeout:.0f} s: {self.last_words()}")
            time.sleep(POLL_SECONDS)

    def last_words(self) -> str:
        """The errors at the end of its log."""
        with contextlib.suppress(OSError), self._log.open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - LOG_SEARCH_BYTES))
            return telling(log.read().decode(errors="replace"))
        return ""

    def ask_to_stop(self, how: signal.Signals) -> None:
        """Send the signal that asks for an orderly shutdown; does not wait."""
        if self.runs():
            self._process.send_signal(how)

    def wait_stopped(self, timeout: float) -> None:
        """Wait for the end, and force it when the time is up, child processes of the server included."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout)


def inherited_environment(sandbox: str) -> dict[str, str]:
    """What a server is given of the environment: nothing of the host, but the marks by which a sweep finds it."""
    marks = {name: value for name, value in os.environ.items() if name.startswith("TAPSTACK_SANDBOX")}
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", **marks, "TAPSTACK_SANDBOX": sandbox}


def end_orphan(pid_file: Path, sandbox: str) -> None:
    """End the server that an earlier, killed sandbox of this name left in that folder."""
    try:
        orphan = psutil.Process(int(pid_file.read_text().split()[0]))
        if orphan.environ().get("TAPSTACK_SANDBOX") == sandbox:
            orphan.kill()
            orphan.wait(5)
    except (OSError, ValueError, IndexError, psutil.Error):
        return
