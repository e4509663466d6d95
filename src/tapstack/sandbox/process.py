"""Starting, recognising and ending the server's processes: never by name, and never a stranger that reuses a pid.

Everything that a server starts inherits an environment variable with a value drawn anew at each start: proof of descent
even when the server itself is gone. While it lives, its session is proof too, for what has lost the variable.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

MARKER = "TAPSTACK_SANDBOX_RUN"
READY_DESCRIPTOR = "TAPSTACK_SANDBOX_READY"
OWNER_DESCRIPTOR = "TAPSTACK_SANDBOX_OWNER"
# Kernels round a process's start time; two processes of one pid never start this close to each other.
_START_TIME_TOLERANCE_SECONDS = 0.05
# What this process itself started, so that it can collect its exit status and leave no zombie.
_CHILDREN: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class ServerProcess:
    """How to recognise a running server: by pid and start time, since a pid alone is reused."""

    pid: int
    started: float
    run: str
    owned: bool

    @classmethod
    def from_mapping(cls, content: Mapping[str, object]) -> ServerProcess | None:
        """Read back what `as_mapping` wrote; nothing when something else did."""
        match content:
            case {"pid": int(pid), "started": float(started), "run": str(run), "owned": bool(owned)}:
                return cls(pid, started, run, owned)
            case _:
                return None

    def as_mapping(self) -> dict[str, object]:
        """Plain values for a file."""
        return asdict(self)

    def find(self) -> psutil.Process | None:
        """The server's process while it lives."""
        child = _CHILDREN.get(self.pid)
        if child is not None and child.poll() is not None:
            del _CHILDREN[self.pid]
        try:
            process = psutil.Process(self.pid)
            is_same = abs(process.create_time() - self.started) < _START_TIME_TOLERANCE_SECONDS
            return process if is_same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    def family(self) -> list[psutil.Process]:
        """The server and all that descends from it, orphans included."""
        return list(_family(self))


def _family(server: ServerProcess) -> Iterator[psutil.Process]:
    # Only while the server lives does its session's number prove anything: afterwards a stranger may be given it.
    session = server.pid if server.find() is not None else None
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        with contextlib.suppress(psutil.Error, OSError):
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            if os.getsid(process.pid) == session or process.environ().get(MARKER) == server.run:
                yield process


@dataclass(frozen=True)
class Launch:
    """A server that is starting, and the pipe on which it says that it is ready."""

    pid: int
    ready: int
    owner: int | None

    def wait_ready(self, seconds: float) -> bool:
        """Wait until the server says so; False when it ended or stayed silent."""
        try:
            readable, _, _ = select.select([self.ready], [], [], seconds)
            return bool(readable) and os.read(self.ready, 16) != b""
        finally:
            os.close(self.ready)


def launch(module: str, arguments: Sequence[str], *, environment: Mapping[str, str], log: Path, owned: bool) -> Launch:
    """Start a Python module in a session of its own, its output in a log file.

    An owned server holds one end of a pipe whose other end only this process has: when this process ends, by whatever
    cause, the system closes the pipe and the server knows.
    """
    ready_read, ready_write = os.pipe()
    owner_read, owner_write = os.pipe() if owned else (None, None)
    passed = [ready_write, *([owner_read] if owner_read is not None else [])]
    variables = {**environment, READY_DESCRIPTOR: str(ready_write)}
    if owner_read is not None:
        variables[OWNER_DESCRIPTOR] = str(owner_read)
    try:
        with log.open("wb") as output:
            popen = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=variables,
                cwd=log.parent,
                pass_fds=passed,
                start_new_session=True,
            )
    except BaseException:
        os.close(ready_read)
        if owner_write is not None:
            os.close(owner_write)
        raise
    finally:
        for descriptor in passed:
            os.close(descriptor)
    _CHILDREN[popen.pid] = popen
    return Launch(popen.pid, ready_read, owner_write)


def recognise(pid: int, run: str, *, owned: bool) -> ServerProcess:
    """Describe a process that was just started so that it can be recognised later."""
    try:
        started = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        started = time.time()
    return ServerProcess(pid, started, run, owned)


def end(server: ServerProcess, *, patience_seconds: float) -> int:
    """Ask the server to stop, wait a little, then end what is left of its family; returns how many that were."""
    process = server.find()
    if process is not None:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGTERM)
        _wait_gone(process, patience_seconds)
    return sweep(server)


def sweep(server: ServerProcess) -> int:
    """Kill every process of the family at once; returns how many there were."""
    killed = 0
    deadline = time.monotonic() + 3
    # What is being killed may just have forked: look again until nothing is left.
    while (family := server.family()) and time.monotonic() < deadline:
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
                killed += 1
        for process in family:
            _wait_gone(process, 1)
    return killed


def _wait_gone(process: psutil.Process, seconds: float) -> None:
    """Wait until a process ended, and collect its exit status when it is a child of this one."""
    child = _CHILDREN.get(process.pid)
    if child is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
            del _CHILDREN[process.pid]
        return
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return
        except psutil.NoSuchProcess:
            return
        time.sleep(0.02)
