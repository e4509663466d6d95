"""One run of a verb: the fleet, where it goes and by what, who watches, and where it is written down."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from tapstack.engines.engine import Engine
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan
from tapstack.rollout.journal import Journal
from tapstack.rollout.lock import Held
from tapstack.rollout.stopping import Stopping
from tapstack.rollout.watch import Watch
from tapstack.targets.target import Target


@dataclass(frozen=True)
class Run:
    """What every verb that works on a target is given."""

    fleet: Fleet
    plan: Plan
    target: Target
    engine: Engine
    journal: Journal
    watch: Watch
    stopping: Stopping = field(default_factory=Stopping)

    @property
    def parallel(self) -> int:
        """How many units go side by side."""
        return self.fleet.rollout.parallel

    @contextlib.contextmanager
    def locked(self, verb: str, *, take_over: bool) -> Iterator[Held]:
        """Keep everybody else out for as long as the block; whoever takes over keeps the engine from going on."""
        with self.journal.lock(verb, take_over=take_over, say=self.watch.note) as held:
            self.engine.guard(held.check)
            yield held
