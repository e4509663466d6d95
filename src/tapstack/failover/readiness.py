"""What must hold before a planned move: each finding with what was measured and what is wanted."""

from __future__ import annotations

from dataclasses import dataclass

from tapstack.failover.metrics import Measured


@dataclass(frozen=True)
class Finding:
    """One check."""

    name: str
    holds: bool
    measured: str
    wanted: str


def lag_finding(name: str, to: str, lag: Measured | None, most: float) -> Finding:
    """Hold a follower's lag against what is tolerated."""
    title = f"{name}: how far {to} is behind"
    wanted = f"at most {most:g} s"
    if lag is None:
        return Finding(title, False, "nothing measured in the last 15 minutes", wanted)
    return Finding(title, lag.value <= most, f"{lag.value:.1f} s, {lag.age_seconds:.0f} s ago", wanted)
