"""What every extension of the embedded AWS looks like, and what it is given."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from tapstack.sandbox.server.faults import Faults

if TYPE_CHECKING:
    from tapstack.sandbox.settings import SandboxSettings

Status = Mapping[str, object]


@dataclass(frozen=True)
class Clock:
    """The sandbox's sense of time: `factor` sandbox seconds pass in one real second."""

    factor: float

    def real_seconds(self, sandbox_seconds: float) -> float:
        """How long to really wait for that many seconds of the sandbox."""
        return sandbox_seconds / self.factor

    def now(self) -> float:
        """Sandbox seconds since an arbitrary start; never goes backwards."""
        return time.monotonic() * self.factor


@dataclass(frozen=True)
class ServerContext:
    """Shared by all extensions of one server."""

    settings: SandboxSettings
    clock: Clock
    faults: Faults = field(default_factory=Faults)


class Extension(Protocol):
    """A part added to the emulator. All are listed, in order, in `extensions.py`."""

    name: str

    def install(self, context: ServerContext) -> None:
        """Patch the emulator's modules; called once, before the server listens."""

    async def start(self, context: ServerContext) -> None:
        """Start background tasks on the server's event loop."""

    async def stop(self) -> None:
        """Stop everything that `start` or use has begun, child processes included."""

    def reset(self) -> None:
        """Forget all state; the emulator's own state is gone already."""

    def status(self) -> Status:
        """What `tapstack sandbox status` says of this part; plain JSON values."""
