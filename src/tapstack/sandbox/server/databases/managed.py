"""One database and what stands behind it: its server, its doors, and how far it has come."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from tapstack.sandbox.server.databases.gate import Gate
from tapstack.sandbox.server.databases.records import Desired
from tapstack.sandbox.server.databases.server import DatabaseServer


@dataclass
class Managed:
    """One database as it is now."""

    desired: Desired
    server: DatabaseServer
    folder: Path
    gate: Gate
    link: Gate
    ready: bool = False
    busy: bool = False
    follows: str | None = None
    applied_password: str | None = None
    forces_tls: bool = False
    read_only: bool = False
    attempts: int = 0
    problem: str = ""
    fenced: bool = False
    paused_since: float | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
