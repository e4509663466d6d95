"""A drill from the first request to the last: warm-up, outage, recovery, restore, failback, audit, verdict."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from tapstack.drill import acknowledgements, load, recording
from tapstack.drill.auditing import Missing, audit, conflicts
from tapstack.drill.breaking import Breaking
from tapstack.drill.cleaning import clean
from tapstack.drill.clients import Surroundings
from tapstack.drill.clock import DrillClock
from tapstack.drill.conditions import Conditions, conditions, pace, table_conflicts
from tapstack.drill.figuring import Audited, Seen, recovered
from tapstack.drill.measuring import Window
from tapstack.drill.notes import Note
from tapstack.drill.observations import Observations
from tapstack.drill.record import Criterion, DrillRecord, EventKind
from tapstack.drill.resolving import Places, ttl_of
from tapstack.drill.scenarios import RECOVERED, Action
from tapstack.drill.series import percentile
from tapstack.drill.setting import Setting
from tapstack.drill.stepping import Stepping
from tapstack.drill.telling import Teller
from tapstack.drill.warm_up import (
    CALM_PATIENCE_SECONDS,
    LEAST_SLOW_SECONDS,
    SLOWER_THAN_USUAL,
    check,
    is_calm,
    probe_regions,
)
from tapstack.errors import InterruptedDrillError

LOOK_SECONDS = 0.2
"""Wall seconds between two looks at whether all has recovered."""
LATELY_WALL_SECONDS = 2.0
"""What DNS answered so long ago is what it answers now; by chance, not every answer is given at once."""
SETTLE_WALL_SECONDS = 10.0
SETTLE_SECONDS = 60.0
_FAILBACK_PATIENCE = 3.0
"""How many times the expected recovery the way back may take."""
FOREVER = float("inf")


class Drill:
    """One drill."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{setting.scenario.name}"
        self.files = setting.folder / self.id
        self.regions = setting.regions
        self.lost_region = setting.lost_region
        self.began = datetime.now(UTC)
        self.wall_ttls = [ttl_of(setting.target, named, setting.plan.home) for named in setting.names]
        factor, _ = pace(setting.target)
        self.ttls = [ttl * factor for ttl in self.wall_ttls]
        self.conditions: Conditions = conditions(
            setting.target,
            setting.fleet.objectives,
            setting.scenario,
            setting.names,
            self.ttls,
            setting.options,
        )
        self.clock = DrillClock(factor)
        self.seen = Observations()
        self.spread = frozenset(named.name for named in setting.names if named.is_spread)
        self.teller = Teller(self.clock, setting.listener, self.spread)
        note = Note(self.id, setting.scenario.name, self.began.isoformat(timespec="seconds"))
        self.breaking = Breaking(setting.target, setting.plan.home, setting.notes, note)
        self.stepping = Stepping(setting, self.clock, self.teller, self.breaking)
        self.restored: float | None = None
        self.slow_after = LEAST_SLOW_SECONDS
        self.taken: dict[int, float] = {}
        self.conflicts_seen: int | None = None

    def run(self) -> DrillRecord:
        """Go through it; whatever happens, everything is whole again at the end."""
        self.breaking.begin()
        conflicts_before = table_conflicts(self.setting.target)
        try:
            at_takeover, afterwards, others = self._go_through()
            counted = conflicts(acknowledgements.acknowledged(self.files))
            # Cleaning deletes in every region, which the sandbox takes for conflicts, too.
            self.conflicts_seen = _difference(table_conflicts(self.setting.target), conflicts_before)
        finally:
            self.breaking.restore()
            for problem in clean(self.setting.stores, self.files):
                self.teller.event(EventKind.NOTE, problem)
            self.breaking.end()
        audited = {
            store.name: Audited(at_takeover[store.name], afterwards[store.name], counted.get(store.name, 0))
            for store in self.setting.stores
        }
        record = recording.record(self, Seen.of(self.seen), audited, others)
        self.setting.listener.ended(record)
        return record

    def _go_through(self) -> tuple[dict[str, Missing], dict[str, Missing], list[Criterion]]:
        setting = self.setting
        places = Places(setting.target, setting.names)
        for store in setting.stores:
            store.prepare()
        self.clock.begin()
        around = Surroundings(setting.target, self.clock, places, self.seen, setting.options.timeout)
        traffic = load.make(
            setting.names, setting.stores, self.regions, self.id, self.files, around, setting.options, self.wall_ttls
        )
        try:
            traffic.start()
            self._warm_up()
            with self._whole_again():
                self._steps(traffic)
                at_takeover = self._audit_takeover()
            others = [setting.deploying.finish()] if setting.deploying is not None and setting.scenario.deploys else []
            self._fail_back()
            traffic.stop_writing()
            return at_takeover, self._settle(), others
        finally:
            traffic.stop()
            if setting.deploying is not None:
                setting.deploying.stop()

    @property
    def zero(self) -> float | None:
        """The moment from which the first fault was in force; of a control drill, from which one would have been."""
        return self.stepping.zero

    def window(self, *, end: float = FOREVER) -> Window:
        """What is measured against, as far as it is known by now."""
        zero = self.zero if self.zero is not None else end
        scenario = self.setting.scenario
        restored = self.restored if self.restored is not None else end
        return Window(
            zero=zero,
            restored=restored,
            until=restored if scenario.waits else end,
            lost_region=self.lost_region,
            must_leave=scenario.holds,
            slow_after=self.slow_after if scenario.is_about_speed else None,
        )

    def _warm_up(self) -> None:
        for text in self.setting.chosen.left_out:
            self.teller.event(EventKind.NOTE, text)
        self.teller.phase("warm-up", "Clients and writers begin; everything must be well before anything is broken.")
        setting = self.setting
        probe_regions(setting.fleet, setting.plan, setting.target)
        self._pause_until(self.conditions.warm_up)
        seen = Seen.of(self.seen)
        check(seen, setting.names, setting.stores, setting.plan.home, since=self.conditions.warm_up / 2)
        usual = percentile([one.took_seconds for one in seen.requests if one.ok], 95)
        self.slow_after = max(LEAST_SLOW_SECONDS, SLOWER_THAN_USUAL * usual)
        patience = time.monotonic() + CALM_PATIENCE_SECONDS
        while time.monotonic() < patience and not is_calm(Seen.of(self.seen), self.clock):
            self._pause(LOOK_SECONDS)

    @contextlib.contextmanager
    def _whole_again(self) -> Iterator[None]:
        """Make everything whole at the end of the block, and write down when."""
        try:
            yield
        finally:
            self.breaking.restore()
            if self.restored is None:
                self.restored = self.clock.now()
                if self.lost_region:
                    self.teller.event(EventKind.RESTORED, "Everything is whole again.", region=self.lost_region)

    def _steps(self, traffic: load.Load) -> None:
        self.teller.phase("outage", self.setting.scenario.summary or self.setting.scenario.name)
        begin = self.clock.now()
        for number, step in enumerate(self.setting.scenario.steps):
            if step.at == RECOVERED:
                self._wait_for_recovery()
            else:
                self._pause_until(begin + float(step.at))
            # The auditor has to look before the regions exchange what they missed.
            if not (step.do is Action.RESTORE and number + 1 == len(self.setting.scenario.steps)):
                self.stepping.take(step, traffic)
            self.taken[number] = self.clock.now()
        if self.zero is None:
            self.stepping.zero = begin
            self._pause_until(begin + self.conditions.at_least + self.conditions.steady)

    def _wait_for_recovery(self) -> None:
        zero = self.zero if self.zero is not None else self.clock.now()
        latest = self.stepping.latest if self.stepping.latest is not None else zero
        self.teller.phase("recovery", "Waiting until every client is served steadily.")
        while (now := self.clock.now()) < latest + self.conditions.limit:
            found = recovered(Seen.of(self.seen), self.setting.stores, self.window())
            done = None if found.seconds is None else zero + found.seconds + self.conditions.steady
            if done is not None and now >= max(done, latest + self.conditions.at_least):
                self.teller.event(EventKind.CLIENT, "Every client is served again.")
                return
            self._pause(LOOK_SECONDS)
        self.teller.event(EventKind.CLIENT, f"Not recovered after {self.conditions.limit:.0f} s; waiting no longer.")

    def _audit_takeover(self) -> dict[str, Missing]:
        """What the regions that serve now lack of what the lost one had acknowledged before."""
        self.teller.phase("audit", "Reading back what was acknowledged, from the regions that are left.")
        # A control drill has lost nothing; what is on its way between regions arrives, and is looked for at the end.
        zero = self.zero if self.zero is not None and self.lost_region else -FOREVER
        written = [
            write
            for write in acknowledgements.acknowledged(self.files)
            if write.region == self.lost_region and (write.acknowledged or FOREVER) <= zero and not write.is_shared
        ]
        left = [region for region in self._serving() if region != self.lost_region]
        return {store.name: audit(store, written, left) for store in self.setting.stores}

    def _serving(self) -> Sequence[str]:
        """The regions that DNS answers with now; all, where it still answers with the lost one."""
        since = self.clock.now() - LATELY_WALL_SECONDS * self.clock.factor
        lately = [look.region for look in self.seen.looks.since() if look.at >= since]
        led = {region for answer in lately for region in answer.split("/") if region}
        return self.regions if not led or self.lost_region in led else sorted(led)

    def _fail_back(self) -> None:
        self.teller.phase("failback", "Waiting until clients are back where they were.")
        patience = _FAILBACK_PATIENCE * self.conditions.at_least + self.conditions.steady
        begin = self.clock.now()
        while (now := self.clock.now()) < begin + patience:
            back = recording.failed_back(self, Seen.of(self.seen))
            if back is not None and now >= (self.restored or begin) + back + self.conditions.steady:
                self.teller.event(EventKind.CLIENT, "Every client is back.", region=self.lost_region)
                return
            self._pause(LOOK_SECONDS)

    def _settle(self) -> dict[str, Missing]:
        """Look for every acknowledged write in every region, until nothing is missing or it has been long enough."""
        self.teller.phase("settling", "Reading back every acknowledged write from every region.")
        written = acknowledgements.acknowledged(self.files)
        self._pause_until(self.clock.now() + (self.conditions.lag or 0.0))
        seconds = self.clock.wall(SETTLE_SECONDS + 3 * (self.conditions.lag or 0)) + SETTLE_WALL_SECONDS
        deadline = time.monotonic() + seconds
        while True:
            found = {store.name: audit(store, written, store.regions) for store in self.setting.stores}
            if not any(one.writes for one in found.values()) or time.monotonic() > deadline:
                return found
            self._pause(1.0)

    def _pause_until(self, moment: float) -> None:
        while (left := moment - self.clock.now()) > 0:
            self._pause(min(LOOK_SECONDS, self.clock.wall(left)))

    def _pause(self, seconds: float) -> None:
        if self.setting.stopping.pause(seconds):
            raise InterruptedDrillError("Stopped, as you asked.", "Everything that was broken is whole again.")
        self.teller.tell(self.seen, self.slow_after)


def _difference(now: int | None, before: int | None) -> int | None:
    return None if now is None or before is None else now - before
