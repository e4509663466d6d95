"""Where every unit of a rollout stands now: what the live table and the plain lines both tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tapstack.engines.engine import Progress
from tapstack.plan.model import Wave
from tapstack.rollout.watch import Outcome


class State(StrEnum):
    """What a unit is at."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more will happen to the unit."""
        return self not in (State.WAITING, State.WORKING)


@dataclass
class Row:
    """One unit."""

    unit: str
    wave: str
    estimate: float | None = None
    state: State = State.WAITING
    began: float = 0.0
    seconds: float = 0.0
    error: str = ""
    progress: Progress = field(default_factory=lambda: Progress("", 0, 0))
    told: float = 0.0
    """When the progress came: what is slow has become slower since."""

    def elapsed(self, now: float) -> float:
        """How long the unit has been worked on."""
        return now - self.began if self.state is State.WORKING else self.seconds

    def slowest(self, now: float) -> tuple[str, float] | None:
        """The resource that has been worked on for longest, and for how long."""
        if self.state is not State.WORKING or not self.progress.working:
            return None
        name, seconds = max(self.progress.working.items(), key=lambda one: one[1])
        return name, seconds + now - self.told

    def left(self, now: float) -> float | None:
        """How long it will still take; None where nobody can know.

        What the unit took before counts down with the time, and faster where its resources are ahead of it. One that
        takes longer than before is judged by its own pace, once most of it is done.
        """
        if self.state.is_over:
            return 0.0
        if self.state is State.WAITING:
            return self.estimate
        elapsed = self.elapsed(now)
        done = self.progress.done / self.progress.total if self.progress.total else 0.0
        if self.estimate is not None and elapsed < self.estimate:
            return min(self.estimate - elapsed, self.estimate * (1 - done))
        return elapsed * (1 - done) / done if done >= 0.5 else None


@dataclass
class Board:
    """All units of a rollout, the gate that is waited for, and what was said on the way."""

    waves: tuple[str, ...] = ()
    rows: dict[str, Row] = field(default_factory=dict)
    gates: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def begin(self, waves: Sequence[Wave], estimates: Mapping[str, float]) -> None:
        """Lay out the units that will go."""
        self.waves = tuple(wave.name for wave in waves)
        self.rows = {unit: Row(unit, wave.name, estimates.get(unit)) for wave in waves for unit in wave.units}

    def row(self, unit: str) -> Row:
        """The unit's row; made on the spot for one that only settles before anything begins."""
        return self.rows.setdefault(unit, Row(unit, ""))

    def start(self, unit: str, now: float) -> None:
        """Work on a unit began."""
        row = self.row(unit)
        row.state, row.began, row.told = State.WORKING, now, now

    def progressed(self, progress: Progress, now: float) -> bool:
        """A unit has come further; tells whether it says something that was not said before."""
        row = self.row(progress.unit)
        if row.state is State.WAITING:
            self.start(progress.unit, now)
        row.progress, row.told = progress, now
        return bool(progress.note) and self.note(f"{progress.unit}: {progress.note}")

    def end(self, unit: str, outcome: Outcome, seconds: float, error: str) -> None:
        """A unit is through."""
        row = self.row(unit)
        row.state, row.seconds, row.error = State(outcome.value), seconds, error

    def finish(self, now: float) -> None:
        """Nothing goes on any more: what waited or was at work stopped."""
        self.gates.clear()
        for row in self.rows.values():
            if not row.state.is_over:
                row.seconds = row.elapsed(now)
                row.state = State.STOPPED

    def note(self, text: str) -> bool:
        """Keep what was said; tells whether it is new."""
        if text in self.notes:
            return False
        self.notes.append(text)
        return True

    def of_wave(self, wave: str) -> list[Row]:
        """The wave's rows."""
        return [row for row in self.rows.values() if row.wave == wave]

    def left(self, now: float) -> float | None:
        """How long all of it will still take: waves go one after another, a wave's units side by side."""
        total = 0.0
        for wave in self.waves:
            times = [row.left(now) for row in self.of_wave(wave)]
            if None in times:
                return None
            total += max((time for time in times if time is not None), default=0.0)
        return total

    def counts(self) -> Mapping[State, int]:
        """How many units are in each state."""
        states = [row.state for row in self.rows.values()]
        return {state: states.count(state) for state in State if state in states}
