"""Who holds a lock, and whether that process is certainly no more."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import platform
import subprocess
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Holder:
    """One process, doing one thing."""

    id: str
    who: str
    host: str
    machine: str
    """One start of one machine, and what its processes can see of each other: inside it a pid has one meaning."""
    pid: int
    started: str
    """When the process began, as the system counts it: a pid alone is used again."""
    verb: str
    since: str

    @classmethod
    def this_process(cls, verb: str) -> Holder:
        """Who asks now."""
        return cls(
            id=uuid.uuid4().hex,
            who=user(),
            host=platform.node(),
            machine=_machine(),
            pid=os.getpid(),
            started=_start_of(os.getpid()) or "",
            verb=verb,
            since=now(),
        )

    @classmethod
    def from_bytes(cls, content: bytes) -> Holder | None:
        """Read back what `as_bytes` wrote; nothing when it is something else, or half of it."""
        try:
            told = json.loads(content)
            return cls(**{name: told[name] for name in cls.__dataclass_fields__})
        except (ValueError, KeyError, TypeError):
            return None

    def as_bytes(self, renewals: int = 0) -> bytes:
        """The holder as JSON; each renewal makes other bytes, and with them another version."""
        return json.dumps({**asdict(self), "renewals": renewals}, indent=2).encode() + b"\n"

    @property
    def is_certainly_gone(self) -> bool:
        """Tell whether it was a process of this very machine since its last start, and is no more."""
        if not self.machine or self.machine != _machine() or not self.started:
            return False
        return _start_of(self.pid) != self.started

    def in_words(self) -> str:
        """Who, since when, doing what."""
        return f"{self.who}@{self.host} (process {self.pid}) since {self.since}: {self.verb}"


def user() -> str:
    """Who this process belongs to; containers know numbers without names."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def now() -> str:
    """The time, as journals write it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _machine() -> str:
    """Empty where the system does not tell: then nothing is certain."""
    with contextlib.suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    return _asked("sysctl", "-n", "kern.bootsessionuuid") or ""


def _start_of(pid: int) -> str | None:
    """When a process began; None when there is none, or only its remains."""
    if Path("/proc/self/stat").exists():
        try:
            # The name, in brackets, may hold anything; what follows is numbers.
            state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        return None if state in "ZX" else fields[18]
    return _asked("ps", "-o", "lstart=", "-p", str(pid))


def _asked(*command: str) -> str | None:
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=5, check=False, env={**os.environ, "LC_ALL": "C"}
        )
        return done.stdout.strip() or None
    return None
