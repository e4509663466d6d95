"""What a drill is given, and what its scenario's words mean in this fleet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tapstack.drill.conditions import Options
from tapstack.drill.listener import Listener, SilentListener
from tapstack.drill.naming import Named
from tapstack.drill.notes import Notes
from tapstack.drill.record import Criterion
from tapstack.drill.scenarios import Scenario
from tapstack.drill.stores.choosing import Chosen
from tapstack.drill.stores.store import Store
from tapstack.errors import RefusedError
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan
from tapstack.rollout.stopping import Stopping
from tapstack.targets.target import Target


class Deploying(Protocol):
    """A deployment that goes on beside the outage; the drill does not know how it is done."""

    def begin(self) -> None:
        """Start it, and return once it is under way."""

    def finish(self) -> Criterion:
        """Wait for it, deploy again, and say whether that went through."""

    def stop(self) -> None:
        """End it if it still goes on; safe to call again."""


@dataclass(frozen=True)
class Setting:
    """What a drill is given."""

    fleet: Fleet
    plan: Plan
    target: Target
    scenario: Scenario
    source: str
    names: Sequence[Named]
    chosen: Chosen
    notes: Notes
    folder: Path
    """Where the drill keeps its own files."""
    options: Options = field(default_factory=Options)
    listener: Listener = field(default_factory=SilentListener)
    stopping: Stopping = field(default_factory=Stopping)
    deploying: Deploying | None = None

    @property
    def stores(self) -> Sequence[Store]:
        """What is written to."""
        return self.chosen.stores

    @property
    def regions(self) -> tuple[str, ...]:
        """The fleet's regions, home first."""
        return tuple(region.name for region in self.plan.regions)

    @property
    def lost_region(self) -> str:
        """The region that the scenario breaks first; none in a control drill."""
        named = [(self.region(step.region), step.do.breaks) for step in self.scenario.steps]
        return next((region for region, breaks in named if breaks), "")

    def region(self, word: str) -> str:
        """The region that a step means."""
        match word:
            case "home":
                return self.plan.home
            case "standby":
                return next((region for region in self.regions if region != self.plan.home), self.plan.home)
            case name if name in self.regions:
                return name
            case _:
                known = ", ".join(self.regions)
                raise RefusedError(f"There is no region '{word}' in the fleet.", f"It has {known}. Nothing was broken.")
