"""The time of a drill: the fleet's seconds since the load began, which are the wall's times the clock factor."""

from __future__ import annotations

import time


class DrillClock:
    """One sense of time for everything that is observed."""

    def __init__(self, factor: float = 1.0) -> None:
        self.factor = factor
        self._began = time.monotonic()

    def begin(self) -> None:
        """Let the load begin now."""
        self._began = time.monotonic()

    def now(self) -> float:
        """Seconds of the fleet's clock since the load began."""
        return self.at(time.monotonic())

    def at(self, monotonic: float) -> float:
        """A moment of the wall's monotonic clock, in the fleet's seconds."""
        return (monotonic - self._began) * self.factor

    def wall(self, seconds: float) -> float:
        """How long that many seconds of the fleet really last."""
        return seconds / self.factor
