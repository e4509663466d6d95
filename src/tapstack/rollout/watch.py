"""Who looks on while units change: a rollout says what happens, a view shows it, and neither knows the other."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from tapstack.engines.engine import Progress
from tapstack.errors import InterruptedDeploymentError
from tapstack.plan.model import Plan, Wave


class Verb(StrEnum):
    """What a rollout does."""

    DEPLOY = "deploy"
    DESTROY = "destroy"


class Outcome(StrEnum):
    """How a unit, or a whole rollout, ended."""

    DONE = "done"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    STOPPED = "stopped"
    """Not begun, or given up half-way: somebody stopped the rollout, or another unit failed first."""


class Watch(Protocol):
    """What a rollout tells, in the order in which it happens; called from several threads at once."""

    def deployment_began(self, plan: Plan, waves: Sequence[Wave], verb: Verb, estimates: Mapping[str, float]) -> None:
        """These waves will go; `estimates` has the seconds that a unit took before, where that is known."""

    def wave_began(self, name: str, units: Sequence[str]) -> None:
        """A wave may go."""

    def unit_began(self, unit: str) -> None:
        """Work on a unit began."""

    def progressed(self, progress: Progress) -> None:
        """A unit has come further, or is still at it."""

    def unit_ended(self, unit: str, outcome: Outcome, seconds: float, error: str = "") -> None:
        """A unit is through; `error` tells why it failed."""

    def gate_began(self, name: str, description: str) -> None:
        """Something is waited for before the next wave may go."""

    def gate_ended(self, name: str, ok: bool, detail: str) -> None:
        """The gate opened, or stays shut."""

    def note(self, text: str) -> None:
        """Something that a person should know."""

    def deployment_ended(self, outcome: Outcome, seconds: float) -> None:
        """Nothing goes on any more."""


@contextlib.contextmanager
def watched(
    watch: Watch, plan: Plan, waves: Sequence[Wave], verb: Verb, estimates: Mapping[str, float]
) -> Iterator[None]:
    """Tell that a rollout began and, however it leaves, that it ended: no table stays half drawn on a terminal."""
    began = time.monotonic()
    watch.deployment_began(plan, waves, verb, estimates)
    outcome = Outcome.FAILED
    try:
        yield
        outcome = Outcome.DONE
    except (InterruptedDeploymentError, KeyboardInterrupt):
        outcome = Outcome.STOPPED
        raise
    finally:
        watch.deployment_ended(outcome, time.monotonic() - began)


class SilentWatch:
    """Looks on and says nothing."""

    def deployment_began(self, plan: Plan, waves: Sequence[Wave], verb: Verb, estimates: Mapping[str, float]) -> None:
        """Say nothing."""

    def wave_began(self, name: str, units: Sequence[str]) -> None:
        """Say nothing."""

    def unit_began(self, unit: str) -> None:
        """Say nothing."""

    def progressed(self, progress: Progress) -> None:
        """Say nothing."""

    def unit_ended(self, unit: str, outcome: Outcome, seconds: float, error: str = "") -> None:
        """Say nothing."""

    def gate_began(self, name: str, description: str) -> None:
        """Say nothing."""

    def gate_ended(self, name: str, ok: bool, detail: str) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""

    def deployment_ended(self, outcome: Outcome, seconds: float) -> None:
        """Say nothing."""
