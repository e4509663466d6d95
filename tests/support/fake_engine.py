"""An engine and a target that hold everything in memory and keep to the Protocols' words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rollouts import SMALL

from tapstack.engines.engine import (
    Action,
    Check,
    Drifted,
    Progress,
    ResourceChange,
    Retained,
    Standing,
    Tell,
    UnitChanges,
    UnitDrift,
    unguarded,
)
from tapstack.errors import DeploymentError
from tapstack.fleet.fleet import Fleet
from tapstack.fleet.loading import FleetFile
from tapstack.plan.model import Plan, Unit, UnitKind
from tapstack.plan.planning import make
from tapstack.rollout.journal import Journal
from tapstack.rollout.lock import LocalLock
from tapstack.rollout.run import Run
from tapstack.rollout.stores import LocalStore
from tapstack.rollout.watch import Outcome, SilentWatch
from tapstack.targets.target import Answer

HOME, STANDBYS = "us-east-1", ("eu-west-1", "us-west-2")
REGIONS = (HOME, *STANDBYS)
TABLE = "TableItems"


def small_fleet(*, order: str = "home-first", parallel: int = 4) -> tuple[Fleet, Plan]:
    """The small fleet, in three regions."""
    text = SMALL.replace("  eu-west-1: {}\n", "  eu-west-1: {}\n  us-west-2: {}\n")
    text += f"rollout: {{order: {order}, parallel: {parallel}}}\n"
    fleet = FleetFile.parse(text.encode(), "fleet.yaml").describe("dev").fleet
    assert fleet is not None
    return fleet, make(fleet, "dev")


@dataclass
class FakeEngine:
    """What stands is a text for each unit; deploying puts the described text in its place."""

    plan: Plan
    wanted: str = "first"
    stands: dict[str, str] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    busy: set[str] = field(default_factory=set)
    failing: dict[str, Exception] = field(default_factory=dict)
    replacing: set[str] = field(default_factory=set)
    retaining: dict[str, Retained] = field(default_factory=dict)
    seconds: float = 0.0
    during: Callable[[str, Unit], None] = lambda _step, _unit: None
    """Called while a step is under way."""
    log: list[tuple[str, str]] = field(default_factory=list)
    """Every step that changes something or asks a region, in that order."""
    most: int = 0
    """How many units were changed at the same time, at most."""
    check: Check = unguarded
    _under_way: int = 0
    _before: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def guard(self, check: Check) -> None:
        """Asked in the middle of each step."""
        self.check = check

    def prepare(self) -> Mapping[str, str]:
        """Nothing to write."""
        return {unit.id: f"{unit.shape} {self.wanted}" for unit in self.plan.units}

    def publish(self, regions: Sequence[str]) -> None:
        """Only told."""
        self.log += [("publish", region) for region in regions]

    def inspect(self, units: Sequence[Unit]) -> Mapping[str, Standing]:
        """What there is."""
        return {unit.id: self._standing(unit.id) for unit in units}

    def preview(self, unit: Unit) -> UnitChanges:
        """A change where the texts differ; its token is just what will stand."""
        standing = self._standing(unit.id)
        if self.stands.get(unit.id) == self.wanted and standing is Standing.STANDS:
            return UnitChanges(unit.id, standing)
        self.log.append(("preview", unit.id))
        replaced = unit.id in self.replacing
        action = Action.ADD if standing is Standing.ABSENT else Action.REPLACE if replaced else Action.CHANGE
        resource = ResourceChange(TABLE, "AWS::DynamoDB::GlobalTable", action, holds_data=True)
        return UnitChanges(unit.id, standing, (resource,), token=self.wanted)

    def discard(self, changes: UnitChanges) -> None:
        """Only told."""
        self.log.append(("discard", changes.unit))

    def apply(self, unit: Unit, changes: UnitChanges, tell: Tell) -> None:
        """Put the text of the token there; a failure leaves what was."""
        with self._step("apply", unit):
            tell(Progress(unit.id, 0, 1))
            if unit.id in self.failing:
                raise self.failing[unit.id]
            lacking = [need for need in unit.needs if need not in self.stands]
            if lacking:
                raise DeploymentError(f"{unit.id} lacks {', '.join(lacking)}.")
            self._before[unit.id] = self.stands.get(unit.id, "")
            self.stands[unit.id] = changes.token
            self.broken.discard(unit.id)
            tell(Progress(unit.id, 1, 1))

    def revert(self, unit: Unit, tell: Tell) -> bool:
        """Put back the text that stood before."""
        with self._step("revert", unit):
            before = self._before.pop(unit.id, "")
            if before:
                self.stands[unit.id] = before
            return bool(before)

    def settle(self, unit: Unit, tell: Tell) -> Standing:
        """Whoever is at work is through at once."""
        if unit.id in self.busy:
            self.log.append(("settle", unit.id))
            self.busy.discard(unit.id)
        return self._standing(unit.id)

    def require_removable(self, units: Sequence[Unit], *, delete_data: bool) -> None:
        """Nothing."""

    def remove(self, unit: Unit, tell: Tell, *, delete_data: bool) -> tuple[Retained, ...]:
        """Take the text away; what is retained is told."""
        with self._step("remove", unit):
            if unit.id in self.failing:
                raise self.failing[unit.id]
            here = [other for other in self.plan.units if other.region == unit.region and other.id in self.stands]
            still = [other.id for other in here if unit.id in other.needs]
            if still:
                raise DeploymentError(f"{unit.id} is needed by {', '.join(still)}.")
            self.stands.pop(unit.id, None)
            kept = self.retaining.get(unit.id)
            return () if kept is None or delete_data else (kept,)

    def clean(self, region: str) -> None:
        """Only told."""
        self.log.append(("clean", region))

    def outputs(self, unit: Unit) -> Mapping[str, str]:
        """One of each unit."""
        return {f"{unit.kind}Text": self.stands[unit.id]} if unit.id in self.stands else {}

    def drift(self, unit: Unit, tell: Tell) -> UnitDrift:
        """A text that is not what was described."""
        actual = self.stands.get(unit.id)
        if actual in (None, self.wanted):
            return UnitDrift(unit.id, self._standing(unit.id))
        found = Drifted(unit.id, TABLE, "AWS::DynamoDB::GlobalTable", "Text", self.wanted, actual)
        return UnitDrift(unit.id, Standing.STANDS, (found,))

    def strangers(self, unit: Unit) -> Collection[str]:
        """Nothing is ever made anew."""
        return ()

    def adopt(self, unit: Unit) -> None:
        """Nothing to do."""

    def of(self, step: str) -> list[str]:
        """What a step was done to, in that order."""
        return [unit for done, unit in self.log if done == step]

    def _standing(self, unit: str) -> Standing:
        if unit in self.busy:
            return Standing.BUSY
        if unit in self.broken:
            return Standing.BROKEN
        return Standing.STANDS if unit in self.stands else Standing.ABSENT

    @contextmanager
    def _step(self, step: str, unit: Unit) -> Iterator[None]:
        with self._lock:
            self.log.append((step, unit.id))
            self._under_way += 1
            self.most = max(self.most, self._under_way)
        try:
            time.sleep(self.seconds)
            self.during(step, unit)
            self.check()
            yield
        finally:
            with self._lock:
                self._under_way -= 1


@dataclass
class FakeTarget:
    """Regions that answer, but for those that are said not to."""

    engine: FakeEngine
    sick: set[str] = field(default_factory=set)
    healed_after: int | None = None
    """How many bad answers a sick region gives before it is well."""
    ringing: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """The regions of every client and URL that was asked."""
    name: str = "fake"
    account: str = "000000000000"
    is_real: bool = False

    def client(self, service: str, region: str) -> Any:
        """A client that knows what gates ask for."""
        self.asked.append(region)
        return _Client(self, service, region)

    def variables(self, region: str) -> Mapping[str, str]:
        """None."""
        return {"AWS_REGION": region}

    def fetch(self, url: str, *, host: str = "", timeout: float = 5) -> Answer:
        """What a region answers."""
        region = next(region for region in REGIONS if region in url)
        self.asked.append(region)
        if self.engine.stands.get(f"{UnitKind.REGIONAL}/{region}") is None:
            raise OSError("nothing is there")
        if region in self.sick:
            if self.healed_after == 0:
                self.sick.discard(region)
            elif self.healed_after is not None:
                self.healed_after -= 1
            return Answer(500, "")
        return Answer(200, "ok")


@dataclass(frozen=True)
class _Client:
    target: FakeTarget
    service: str
    region: str

    def get_paginator(self, operation: str) -> _Client:
        """The pages of what gates list."""
        assert (self.service, operation) in (("apigatewayv2", "get_apis"), ("cloudwatch", "describe_alarms"))
        return self

    def paginate(self, **wanted: str) -> Iterator[Mapping[str, Any]]:
        """One thing a page."""
        if self.service == "apigatewayv2":
            yield {"Items": [{"ApiId": "a1", "Name": "of-somebody-else"}]}
            yield {"Items": [{"ApiId": "b2", "Name": "small-dev-front"}]}
        else:
            assert wanted["StateValue"] == "ALARM"
            prefix = wanted["AlarmNamePrefix"]
            for name in list(self.target.ringing.get(self.region, ())):
                yield {"MetricAlarms": [{"AlarmName": name}] if name.startswith(prefix) else []}


class Log(SilentWatch):
    """Keeps what is told."""

    def __init__(self) -> None:
        self.waves: list[str] = []
        self.ended: dict[str, Outcome] = {}
        self.gates: list[tuple[str, bool, str]] = []
        self.notes: list[str] = []

    def wave_began(self, name: str, units: Sequence[str]) -> None:
        """Keep it."""
        self.waves.append(name)

    def unit_ended(self, unit: str, outcome: Outcome, seconds: float, error: str = "") -> None:
        """Keep it."""
        self.ended[unit] = outcome

    def gate_ended(self, name: str, ok: bool, detail: str) -> None:
        """Keep it."""
        self.gates.append((name, ok, detail))

    def note(self, text: str) -> None:
        """Keep it."""
        self.notes.append(text)


@dataclass
class World:
    """One run, and everything that a test wants to see of it."""

    run: Run
    engine: FakeEngine
    target: FakeTarget
    log: Log

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.run.plan

    def ids(self, kind: UnitKind) -> list[str]:
        """All units of a kind."""
        return [unit.id for unit in self.plan.units if unit.kind is kind]

    def stand(self, text: str = "first") -> None:
        """Let everything stand already."""
        self.engine.stands = {unit.id: text for unit in self.plan.units}

    def again(self) -> World:
        """A later run of the same world: nothing is remembered but what stands and what the journal says."""
        self.engine.log.clear()
        log = Log()
        run = Run(self.run.fleet, self.plan, self.target, self.engine, self.run.journal, log)
        return World(run, self.engine, self.target, log)


def world(folder: Path, *, order: str = "home-first", parallel: int = 4) -> World:
    """A fleet, an engine and a target; nothing stands."""
    fleet, plan = small_fleet(order=order, parallel=parallel)
    engine, log = FakeEngine(plan), Log()
    target = FakeTarget(engine)
    journal = Journal(LocalStore(folder / "journal"), LocalLock(folder / "lock"))
    return World(Run(fleet, plan, target, engine, journal, log), engine, target, log)
