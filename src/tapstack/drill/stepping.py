"""Takes the steps of a scenario, one by one."""

from __future__ import annotations

from collections.abc import Callable

from tapstack.drill.breaking import Breaking
from tapstack.drill.clock import DrillClock
from tapstack.drill.load import Load
from tapstack.drill.record import EventKind
from tapstack.drill.scenarios import Action, Step
from tapstack.drill.setting import Setting
from tapstack.drill.telling import Teller
from tapstack.errors import RefusedError


class Stepping:
    """What was broken so far, and when that began."""

    def __init__(self, setting: Setting, clock: DrillClock, teller: Teller, breaking: Breaking) -> None:
        self._setting, self._clock, self._teller, self._breaking = setting, clock, teller, breaking
        self.zero: float | None = None
        """The moment from which the first fault was in force."""
        self.latest: float | None = None
        """The same of the latest one: a region that comes and goes is out for good from there on."""
        self.fault_took = 0.0

    def take(self, step: Step, traffic: Load) -> None:
        """Take one step."""
        region = self._setting.region(step.region)
        match step.do:
            case Action.STOP_WRITES | Action.START_WRITES:
                traffic.set_writing(step.do is Action.START_WRITES)
                self._teller.event(EventKind.WRITES, f"Writes {'go on' if step.do is Action.START_WRITES else 'stop'}.")
            case Action.RESTORE:
                self._breaking.restore_region(region)
                self._teller.event(EventKind.RESTORED, f"{region} is whole again.", region=region)
            case Action.DEPLOY:
                if self._setting.deploying is None:
                    raise RefusedError("This scenario deploys, and only the verb `drill` can do that.")
                self._setting.deploying.begin()
                self._teller.event(EventKind.NOTE, "The fleet is being deployed.", subject="deploy")
            case Action.HOLD_CHECK:
                self._break(lambda: self._hold(region), step, region)
            case Action.OUTAGE | Action.SLOW | Action.ERRORS:
                self._break(lambda: self._breaking.break_region(step, region), step, region)

    def _break(self, fault: Callable[[], float], step: Step, region: str) -> None:
        before = self._clock.now()
        self.latest = since = self._clock.at(fault())
        if self.zero is None:
            self.zero, self.fault_took = since, self._clock.now() - before
        text = " ".join(word for word in (f"{step.do} in {region}", f"({step.detail})" if step.detail else "") if word)
        self._teller.event(EventKind.FAULT, f"{text}.", subject=step.do, region=region)

    def _hold(self, region: str) -> float:
        checks = [
            record.check
            for named in self._setting.names
            for record in named.records
            if record.region == region and record.check is not None
        ]
        if not checks:
            raise RefusedError(f"{region} has no health check that could be held unhealthy.", "Nothing was changed.")
        return self._breaking.hold(checks)
