"""A rollout while it goes: plain lines anywhere; a live table, in `live`, where there is a terminal."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import IO, TYPE_CHECKING

from tapstack.engines.engine import Progress
from tapstack.plan.model import Plan, Wave
from tapstack.rollout.watch import Outcome, Verb, Watch
from tapstack.views.board import Board
from tapstack.views.live import LiveProgress as LiveProgress
from tapstack.views.places import about, clock

if TYPE_CHECKING:
    from rich.console import Console

QUIET_SECONDS = 10.0
"""A unit that is at work speaks no more often than this."""
DOING = {Verb.DEPLOY: "deploying", Verb.DESTROY: "destroying"}


def watching(console: Console, environment: Mapping[str, str] = os.environ) -> Watch:
    """A live table where there is a terminal that can redraw it, plain lines anywhere else.

    Asks the stream itself: rich takes a pipe for a terminal where FORCE_COLOR is set, as it often is in CI.
    """
    if console.file.isatty() and not console.is_dumb_terminal and not environment.get("CI"):
        return LiveProgress(console)
    return PlainProgress(console.file)


class PlainProgress:
    """A line for each event, with the time since the beginning: for logs, pipes and continuous integration."""

    def __init__(self, stream: IO[str], *, now: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._now = now
        self._began = now()
        # Ctrl-C speaks, too: in the main thread, which may be in the middle of a line.
        self._lock = threading.RLock()
        self._board = Board()
        self._spoke: dict[str, float] = {}

    def deployment_began(self, plan: Plan, waves: Sequence[Wave], verb: Verb, estimates: Mapping[str, float]) -> None:
        """Say what will go, and how long that took before."""
        with self._lock:
            self._board.begin(waves, estimates)
            left = self._board.left(self._now())
            units, several = len(self._board.rows), "" if len(waves) == 1 else "s"
            self._say(
                f"{DOING[verb]} {plan.fleet} in {plan.environment}: {units} unit{'' if units == 1 else 's'}"
                f" in {len(waves)} wave{several}{f', {about(left)}' if left else ''}"
            )

    def wave_began(self, name: str, units: Sequence[str]) -> None:
        """Say which units may go."""
        with self._lock:
            self._say(f"wave {name}: {', '.join(units)}")

    def unit_began(self, unit: str) -> None:
        """Say that work began."""
        with self._lock:
            self._board.start(unit, self._now())
            self._spoke[unit] = self._now()
            self._say(f"{unit}: began")

    def progressed(self, progress: Progress) -> None:
        """Say how far the unit is, if it was quiet for long enough; a new note at once."""
        with self._lock:
            now = self._now()
            before = self._board.row(progress.unit).progress
            is_news = self._board.progressed(progress, now)
            if is_news:
                self._say(self._board.notes[-1])
            if progress != before and now - self._spoke.get(progress.unit, float("-inf")) >= QUIET_SECONDS:
                self._spoke[progress.unit] = now
                slowest = self._board.row(progress.unit).slowest(now)
                at = f", at {slowest[0]} for {clock(slowest[1])}" if slowest else ""
                self._say(f"{progress.unit}: {progress.done} of {progress.total}{at}")

    def unit_ended(self, unit: str, outcome: Outcome, seconds: float, error: str = "") -> None:
        """Say how the unit ended, with all of its error."""
        with self._lock:
            self._board.end(unit, outcome, seconds, error)
            took = f" after {clock(seconds)}" if seconds else ""
            self._say(f"{unit}: {outcome}{took}{f': {error}' if error else ''}")

    def gate_began(self, name: str, description: str) -> None:
        """Say what is waited for."""
        with self._lock:
            self._say(f"gate {name}: {description}")

    def gate_ended(self, name: str, ok: bool, detail: str) -> None:
        """Say whether the gate opened."""
        with self._lock:
            self._say(f"gate {name}: {'open' if ok else 'shut'}{f': {detail}' if detail else ''}")

    def note(self, text: str) -> None:
        """Say it."""
        with self._lock:
            self._board.note(text)
            self._say(text)

    def deployment_ended(self, outcome: Outcome, seconds: float) -> None:
        """Say how it ended, in numbers."""
        with self._lock:
            self._board.finish(self._now())
            counts = ", ".join(f"{count} {state}" for state, count in self._board.counts().items())
            self._say(f"{outcome} after {clock(seconds)}{f': {counts}' if counts else ''}")

    def _say(self, text: str) -> None:
        first, *rest = text.splitlines() or [""]
        stamp = f"{clock(self._now() - self._began):>7}  "
        # One write for a line and what belongs to it: several processes may share the log.
        self._stream.write("".join([f"{stamp}{first}\n", *(f"{' ' * len(stamp)}{line}\n" for line in rest)]))
        self._stream.flush()
