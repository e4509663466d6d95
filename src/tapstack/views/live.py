"""A rollout while it goes, as a table that stays in place on a terminal."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from tapstack.engines.engine import Progress
from tapstack.plan.model import Plan, Wave
from tapstack.rollout.watch import Outcome, Verb
from tapstack.views.board import Board, Row, State
from tapstack.views.places import about, clock

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live
    from rich.table import Table
    from rich.text import Text

STYLE = {
    State.WAITING: "dim",
    State.WORKING: "cyan",
    State.DONE: "green",
    State.UNCHANGED: "dim",
    State.FAILED: "bold red",
    State.STOPPED: "yellow",
}
BAR_WIDTH = 10
WIDE = 100
"""From here on there is room for a column of waves, and a bar."""
LATEST = 3
"""So many errors and notes are shown while the table moves; all of them once it stands."""
OTHER_LINES = 4
"""Title, heads of the columns, the line below the table, and the line where the terminal's cursor stands."""
REFRESHES_PER_SECOND = 4
OVER = frozenset({State.DONE, State.UNCHANGED, State.STOPPED})
TOGETHER = (frozenset[State](), OVER, OVER | {State.WAITING}, OVER | {State.WAITING, State.WORKING})
"""What is drawn together the less room there is: a person looks at what is at work, and always at what failed."""


class LiveProgress:
    """A row for each unit, by waves; below it the gate that is waited for and what was said last.

    The table stays on the screen once the rollout ended. What is said before it begins, or after, is simply printed.
    """

    def __init__(self, console: Console, *, now: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._now = now
        self._lock = threading.RLock()
        self._board = Board()
        self._title = ""
        self._began = now()
        self._ended: float | None = None
        self._live: Live | None = None

    def deployment_began(self, plan: Plan, waves: Sequence[Wave], verb: Verb, estimates: Mapping[str, float]) -> None:
        """Put the table on the screen."""
        from rich.live import Live

        with self._lock:
            self._board.begin(waves, estimates)
            self._title = f"{verb} {plan.fleet} in {plan.environment}"
            self._began = self._now()
            self._ended = None
            self._live = Live(
                get_renderable=self.picture,
                console=self._console,
                refresh_per_second=REFRESHES_PER_SECOND,
                # Results go to stdout, whoever reads it.
                redirect_stdout=False,
                vertical_overflow="visible",
            )
        # Not under the lock: the first picture is drawn by another thread.
        self._live.start(refresh=True)
        # Who leaves at once, by a second Ctrl-C, tidies nothing up: the terminal must have its cursor then.
        self._console.show_cursor(True)

    def wave_began(self, name: str, units: Sequence[str]) -> None:
        """The rows of its units will tell."""

    def unit_began(self, unit: str) -> None:
        """Set the unit to work."""
        with self._lock:
            self._board.start(unit, self._now())

    def progressed(self, progress: Progress) -> None:
        """Move the unit's bar."""
        with self._lock:
            is_news = self._board.progressed(progress, self._now())
            said_alone = is_news and self._live is None
        if said_alone:
            self._console.print(self._board.notes[-1], highlight=False, markup=False, soft_wrap=True)

    def unit_ended(self, unit: str, outcome: Outcome, seconds: float, error: str = "") -> None:
        """Close the unit's row; an error stays below the table."""
        with self._lock:
            self._board.end(unit, outcome, seconds, error)

    def gate_began(self, name: str, description: str) -> None:
        """Show what is waited for."""
        with self._lock:
            self._board.gates[name] = description

    def gate_ended(self, name: str, ok: bool, detail: str) -> None:
        """Take the gate away; keep what held it shut."""
        with self._lock:
            description = self._board.gates.pop(name, "")
            if not ok:
                self._board.note(f"gate {name} is shut ({description}): {detail}")

    def note(self, text: str) -> None:
        """Keep it below the table, or print it where there is none."""
        with self._lock:
            if self._live is not None:
                self._board.note(text)
                return
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)

    def deployment_ended(self, outcome: Outcome, seconds: float) -> None:
        """Leave the last picture on the screen."""
        with self._lock:
            self._ended = self._began + seconds
            self._title += f": {outcome}"
            self._board.finish(self._ended)
            live, self._live = self._live, None
        if live is not None:
            live.stop()

    def picture(self) -> RenderableType:
        """What is on the screen now."""
        from rich.console import Group
        from rich.text import Text

        with self._lock:
            now = self._now() if self._ended is None else self._ended
            # While the table moves, each has its one line: what is higher than the terminal cannot be drawn in place.
            moves = self._ended is None
            below = [
                _unwrapped(text.partition("\n")[0], style) if moves else Text(text, style)
                for style, text in self._below(now)
            ]
            room = self._console.height - OTHER_LINES - len(below)
            return Group(Text(self._title, style="bold"), self._table(now, room), *below)

    def _table(self, now: float, room: int) -> Table:
        from rich.progress_bar import ProgressBar
        from rich.table import Table

        wide = self._console.width >= WIDE
        table = Table(box=None, pad_edge=False, header_style="bold", expand=False)
        for heading in ("wave", "unit", "state") if wide else ("unit", "state"):
            table.add_column(heading, no_wrap=True)
        table.add_column("done", justify="right", no_wrap=True)
        if wide:
            table.add_column("", width=BAR_WIDTH)
        table.add_column("time", justify="right", no_wrap=True)
        table.add_column("left", justify="right", no_wrap=True)
        # The only column that gives way where the terminal is narrow: so it may wrap, and its cells will not.
        table.add_column(_unwrapped("slowest now"))
        for wave, rows in self._lines(room):
            row = rows[0]
            style = STYLE[row.state]
            first = [wave] if wide else []
            if len(rows) > 1:
                took = max(one.elapsed(now) for one in rows)
                cells = [f"{len(rows)} units of {row.wave}", row.state.value, "", *([""] if wide else [])]
                table.add_row(*first, *cells, clock(took) if took else "", style=style)
                continue
            progress, left, slowest = row.progress, row.left(now), row.slowest(now)
            done = f"{progress.done}/{progress.total}" if progress.total else ""
            at_work = row.state is State.WORKING
            bar = ProgressBar(max(progress.total, 1), progress.done, BAR_WIDTH) if at_work else ""
            table.add_row(
                *first,
                row.unit,
                row.state.value,
                done,
                *([bar] if wide else []),
                clock(row.elapsed(now)) if at_work or row.seconds else "",
                about(left) if left and at_work else "",
                _unwrapped(f"{clock(slowest[1])} {slowest[0]}" if slowest else ""),
                style=style,
            )
        return table

    def _lines(self, room: int) -> Iterator[tuple[str, list[Row]]]:
        """The rows, those that are over or wait drawn together where there are too many; the wave's name once."""
        drawn: list[tuple[str, list[list[Row]]]] = []
        for together in TOGETHER:
            drawn = [(wave, _drawn_together(self._board.of_wave(wave), together)) for wave in self._board.waves]
            if sum(len(lines) for _, lines in drawn) <= room:
                break
        for wave, lines in drawn:
            for number, line in enumerate(lines):
                yield wave if number == 0 else "", line

    def _below(self, now: float) -> Iterator[tuple[str, str]]:
        board = self._board
        for name, description in board.gates.items():
            yield "cyan", f"gate {name}: {description}"
        ended = self._ended is not None
        # All of an error is told by the one that ends the command; here is where it happened.
        errors = [f"{row.unit}: {row.error.splitlines()[0]}" for row in board.rows.values() if row.error]
        for error in errors if ended else errors[-LATEST:]:
            yield "red", error
        for note in board.notes if ended else board.notes[-LATEST:]:
            yield "yellow", note
        left = None if ended else board.left(now)
        counts = ", ".join(f"{count} {state}" for state, count in board.counts().items())
        yield "bold", f"{clock(now - self._began)}{f', {about(left)} left' if left else ''}  {counts}"


def _unwrapped(text: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(text, style, no_wrap=True, overflow="ellipsis")


def _drawn_together(rows: Sequence[Row], together: frozenset[State]) -> list[list[Row]]:
    """A line for each row, and one for all rows of a state that is drawn together, at its first row's place."""
    lines: dict[str, list[Row]] = {}
    for row in rows:
        lines.setdefault(row.state if row.state in together else row.unit, []).append(row)
    return list(lines.values())
