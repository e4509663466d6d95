"""When a health check is healthy, by Route 53's rules; pure, without clock or network.

Rules: "How Amazon Route 53 determines whether a health check is healthy" (Route 53 Developer Guide).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

HEALTHY_ABOVE_SHARE = 0.18
"""A check is healthy when more than this share of its checkers says so."""

AlarmState = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
Config = Mapping[str, object]

_DEEPEST_CALCULATION = 8


@dataclass
class Checker:
    """One of several independent observers of an endpoint; new ones take it for healthy."""

    threshold: int
    is_healthy: bool = True
    contrary_in_a_row: int = 0

    def observe(self, succeeded: bool) -> None:
        """Change the opinion only after `threshold` contrary observations in a row."""
        if succeeded == self.is_healthy:
            self.contrary_in_a_row = 0
            return
        self.contrary_in_a_row += 1
        if self.contrary_in_a_row >= self.threshold:
            self.is_healthy = succeeded
            self.contrary_in_a_row = 0


def share_healthy(checkers: Sequence[Checker]) -> float:
    """The share of checkers that take the endpoint for healthy; all of none."""
    return sum(checker.is_healthy for checker in checkers) / len(checkers) if checkers else 1.0


def alarm_is_healthy(state: AlarmState | None, insufficient_data: str, last_known: bool) -> bool:
    """The health that an alarm stands for; a missing alarm has no data."""
    match state:
        case "OK":
            return True
        case "ALARM":
            return False
        case _:
            return {"Healthy": True, "Unhealthy": False}.get(insufficient_data, last_known)


def final_status(config: Config, measured: bool) -> bool:
    """What DNS goes by: a disabled check counts as healthy, and an inverted one as the opposite of what it is."""
    status = True if config.get("Disabled") else measured
    return not status if config.get("Inverted") else status


def status_of(
    identifier: str,
    configs: Mapping[str, Config],
    measure: Callable[[str, Config], bool],
    depth: int = 0,
) -> bool:
    """The final status of a check; `measure` tells it for those that watch an endpoint or an alarm."""
    config = configs.get(identifier)
    if config is None:
        return True
    if config.get("Type") != "CALCULATED":
        return final_status(config, measure(identifier, config))
    children = config.get("ChildHealthChecks")
    names = [str(child) for child in children] if isinstance(children, Sequence) else []
    healthy = sum(status_of(child, configs, measure, depth + 1) for child in names if depth < _DEEPEST_CALCULATION)
    threshold = config.get("HealthThreshold")
    return final_status(config, healthy >= (threshold if isinstance(threshold, int) else 0))
