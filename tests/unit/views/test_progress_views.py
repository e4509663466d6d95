"""A rollout while it goes: the live table in small and wide terminals, and the plain lines of a log."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable

import pytest
from rich.console import Console

from tapstack.catalog.regions import REGIONS
from tapstack.engines.engine import Progress
from tapstack.plan.model import Plan, RegionPlan, Unit, UnitKind, Wave
from tapstack.rollout.watch import Outcome, SilentWatch, Verb, Watch
from tapstack.views.board import Board, Row, State
from tapstack.views.live import LiveProgress
from tapstack.views.places import about, clock
from tapstack.views.progress import PlainProgress, watching

COMMERCIAL = [name for name in REGIONS if not name.startswith(("us-gov", "cn-"))]


class Clock:
    """A time that only the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def plan_of(regions: int) -> Plan:
    names = COMMERCIAL[:regions]
    units = [
        Unit(kind=kind, region=name, shape=kind, components=())
        for kind in (UnitKind.FOUNDATION, UnitKind.REGIONAL)
        for name in names
    ]
    waves = (
        Wave(name="foundation", units=tuple(f"foundation/{name}" for name in names)),
        Wave(name="home", units=(f"regional/{names[0]}",)),
        Wave(name="standbys", units=tuple(f"regional/{name}" for name in names[1:])),
    )
    return Plan(
        fleet="shop", environment="prod", engine="cloudformation", account=None, production=True, protected=True,
        home=names[0], tags={}, units=tuple(units), waves=waves, update_waves=waves, names=(), outputs={},
        regions=tuple(
            RegionPlan(name=name, role="home", partition="aws", zones=2, block=None, subnets=(), tags={})
            for name in names
        ),
    )  # fmt: skip


def half_way(watch: Watch, plan: Plan, time: Clock) -> None:
    """All foundations are done, the home is done, and the first standbys are at work."""
    watch.deployment_began(plan, plan.waves, Verb.DEPLOY, {unit.id: 60.0 for unit in plan.units})
    watch.wave_began("foundation", plan.waves[0].units)
    for unit in plan.waves[0].units:
        watch.unit_began(unit)
    time.now += 5
    for unit in plan.waves[0].units:
        watch.unit_ended(unit, Outcome.DONE, 5.0)
    watch.unit_ended(plan.waves[1].units[0], Outcome.UNCHANGED, 0.0)
    watch.gate_began("answers", "home: us-east-1")
    for unit in plan.waves[2].units[:4]:
        watch.unit_began(unit)
        time.now += 1
        watch.progressed(Progress(unit, 12, 40, {"WebFunction": 1.0, "MainDatabaseCluster": 90.0}))


def live(width: int, height: int, time: Clock) -> tuple[LiveProgress, Callable[[], str]]:
    console = Console(
        file=io.StringIO(), width=width, height=height, record=True, color_system=None, force_terminal=True
    )
    watch = LiveProgress(console, now=time)

    def screen() -> str:
        page = Console(file=io.StringIO(), width=width, height=height, record=True, color_system=None)
        page.print(watch.picture())
        return page.export_text()

    return watch, screen


@pytest.mark.parametrize("width", [80, 140])
@pytest.mark.parametrize("regions", [2, 32])
def test_the_table_fits_the_terminal_and_shows_who_is_at_work(width: int, regions: int) -> None:
    time, plan = Clock(), plan_of(regions)
    watch, screen = live(width, 24, time)
    half_way(watch, plan, time)
    text = screen()
    watch.deployment_ended(Outcome.DONE, 60)
    lines = text.splitlines()
    assert len(lines) < 24
    assert max(len(line.rstrip()) for line in lines) <= width
    for unit in plan.waves[2].units[:4]:
        (line,) = (line for line in lines if unit in line)
        assert "working" in line
        assert "12/40" in line
        assert "~" in line
        # The last one has been told just now.
        assert "1:3" in line
        assert "MainData" in line
    assert "gate answers: home: us-east-1" in text
    assert ("wave" in lines[1]) is (width == 140)
    if regions == 32:
        assert any("32 units of foundation" in line and "done" in line and "0:05" in line for line in lines)
        assert any("27 units of standbys" in line and "waiting" in line for line in lines)


def test_the_last_picture_stays_on_the_screen() -> None:
    time, plan = Clock(), plan_of(2)
    console = Console(file=io.StringIO(), width=100, height=40, record=True, color_system=None, force_terminal=True)
    watch = LiveProgress(console, now=time)
    half_way(watch, plan, time)
    watch.gate_ended("answers", True, "")
    watch.note("Stopping.")
    watch.unit_ended("regional/us-east-2", Outcome.FAILED, 125.0, "CREATE_FAILED: no more room\nfor it")
    watch.deployment_ended(Outcome.FAILED, 130)
    last = console.export_text().rpartition("deploy shop in prod: failed")[2]
    assert "regional/us-east-2: CREATE_FAILED: no more room" in last
    assert "Stopping." in last
    assert "gate answers" not in last
    assert last.rstrip().endswith("2:10  2 done, 1 unchanged, 1 failed")


def test_failed_rows_are_never_drawn_together() -> None:
    time, plan = Clock(), plan_of(32)
    watch, screen = live(80, 24, time)
    watch.deployment_began(plan, plan.waves, Verb.DEPLOY, {})
    for unit in plan.waves[2].units:
        watch.unit_began(unit)
    watch.unit_ended("regional/eu-west-3", Outcome.FAILED, 3.0, "no")
    lines = screen().splitlines()
    watch.deployment_ended(Outcome.FAILED, 4)
    assert len(lines) < 24
    assert sum("failed" in line and "regional/eu-west-3" in line for line in lines) == 1
    assert any("30 units of standbys" in line and "working" in line for line in lines)


def test_the_table_never_outgrows_the_terminal_however_much_goes_wrong() -> None:
    time, plan = Clock(), plan_of(32)
    watch, screen = live(80, 24, time)
    half_way(watch, plan, time)
    for number in range(10):
        watch.note(f"Note {number}: {'long ' * 40}\nand more")
        watch.gate_ended("answers", False, f"{number} {'no ' * 60}")
    for unit in plan.waves[2].units[4:9]:
        watch.unit_ended(unit, Outcome.FAILED, 1.0, f"{'because ' * 30}\nof that")
    lines = screen().splitlines()
    watch.deployment_ended(Outcome.FAILED, 60)
    assert len(lines) < 24
    assert any("Note 9" in line for line in lines)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "kind"),
    [
        (Terminal(), {}, LiveProgress),
        (Terminal(), {"CI": "true"}, PlainProgress),
        (io.StringIO(), {"FORCE_COLOR": "1"}, PlainProgress),
    ],
)
def test_only_a_terminal_with_a_person_gets_the_table(
    stream: io.StringIO, environment: dict[str, str], kind: type
) -> None:
    console = Console(file=stream, _environ={"TERM": "xterm", **environment})
    assert type(watching(console, environment)) is kind
    dumb = Console(file=stream, _environ={"TERM": "dumb"}, force_terminal=True)
    assert type(watching(dumb, environment)) is PlainProgress


def test_a_note_before_the_table_is_printed() -> None:
    console = Console(file=io.StringIO(), width=80, record=True, color_system=None)
    LiveProgress(console, now=Clock()).note("Waiting for [this].")
    assert console.export_text() == "Waiting for [this].\n"


def test_plain_lines() -> None:
    time, plan, stream = Clock(), plan_of(2), io.StringIO()
    watch = PlainProgress(stream, now=time)
    half_way(watch, plan, time)
    watch.unit_ended("regional/us-east-2", Outcome.FAILED, 1.0, "no more room\nfor it")
    watch.gate_ended("answers", False, "503 from us-east-1")
    watch.deployment_ended(Outcome.FAILED, 6.0)
    assert stream.getvalue() == (
        "   0:00  deploying shop in prod: 4 units in 3 waves, ~3 min\n"
        "   0:00  wave foundation: foundation/us-east-1, foundation/us-east-2\n"
        "   0:00  foundation/us-east-1: began\n"
        "   0:00  foundation/us-east-2: began\n"
        "   0:05  foundation/us-east-1: done after 0:05\n"
        "   0:05  foundation/us-east-2: done after 0:05\n"
        "   0:05  regional/us-east-1: unchanged\n"
        "   0:05  gate answers: home: us-east-1\n"
        "   0:05  regional/us-east-2: began\n"
        "   0:06  regional/us-east-2: failed after 0:01: no more room\n"
        "         for it\n"
        "   0:06  gate answers: shut: 503 from us-east-1\n"
        "   0:06  failed after 0:06: 2 done, 1 unchanged, 1 failed\n"
    )


def test_a_unit_speaks_at_most_once_in_ten_seconds_but_notes_at_once() -> None:
    time, stream = Clock(), io.StringIO()
    watch = PlainProgress(stream, now=time)
    watch.unit_began("regional/us-east-1")
    for second in range(1, 31):
        time.now += 1
        watch.progressed(Progress("regional/us-east-1", second, 40, note="Delegate the zone." if second > 3 else ""))
    assert stream.getvalue().splitlines() == [
        "   0:00  regional/us-east-1: began",
        "   0:04  regional/us-east-1: Delegate the zone.",
        "   0:10  regional/us-east-1: 10 of 40",
        "   0:20  regional/us-east-1: 20 of 40",
        "   0:30  regional/us-east-1: 30 of 40",
    ]


def test_a_signal_may_speak_in_the_middle_of_a_line() -> None:
    class Interrupting(io.StringIO):
        once = True

        def write(self, text: str) -> int:
            if self.once:
                self.once = False
                watch.note("Stopping.")
            return super().write(text)

    stream = Interrupting()
    watch = PlainProgress(stream, now=Clock())
    thread = threading.Thread(target=watch.wave_began, args=("home", ["regional/us-east-1"]), daemon=True)
    thread.start()
    thread.join(timeout=5)
    assert stream.getvalue() == "   0:00  Stopping.\n   0:00  wave home: regional/us-east-1\n"


def test_the_cursor_is_there_while_the_table_moves() -> None:
    stream = io.StringIO()
    watch = LiveProgress(Console(file=stream, force_terminal=True, _environ={"TERM": "xterm"}))
    watch.deployment_began(plan_of(2), plan_of(2).waves, Verb.DEPLOY, {})
    moving = stream.getvalue()
    watch.deployment_ended(Outcome.DONE, 1.0)
    assert moving.rfind("\x1b[?25h") > moving.rfind("\x1b[?25l") >= 0


@pytest.mark.parametrize("kind", ["live", "plain"])
def test_many_threads_may_tell_at_once(kind: str) -> None:
    plan, stream = plan_of(32), io.StringIO()
    console = Console(file=stream, width=80, height=24, force_terminal=True)
    watch: Watch = LiveProgress(console) if kind == "live" else PlainProgress(stream)
    watch.deployment_began(plan, plan.waves, Verb.DEPLOY, {})

    def work(unit: str) -> None:
        watch.unit_began(unit)
        for done in range(20):
            watch.progressed(Progress(unit, done, 20, {"X": float(done)}, note=f"{unit} {done}"))
        watch.unit_ended(unit, Outcome.DONE, 0.1)

    threads = [threading.Thread(target=work, args=(unit.id,)) for unit in plan.units]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    watch.deployment_ended(Outcome.DONE, 1.0)
    assert "64 done" in stream.getvalue()


def test_nobody_needs_to_look_on() -> None:
    half_way(SilentWatch(), plan_of(2), Clock())


@pytest.mark.parametrize(
    ("row", "left"),
    [
        (Row("a", "w", 60.0), 60.0),
        (Row("a", "w"), None),
        (Row("a", "w", 60.0, State.DONE), 0.0),
        (Row("a", "w", 60.0, State.WORKING, progress=Progress("a", 0, 10)), 40.0),
        (Row("a", "w", 60.0, State.WORKING, progress=Progress("a", 9, 10)), 6.0),
        (Row("a", "w", 10.0, State.WORKING, progress=Progress("a", 8, 10)), 5.0),
        (Row("a", "w", 10.0, State.WORKING, progress=Progress("a", 1, 10)), None),
    ],
)
def test_what_is_left(row: Row, left: float | None) -> None:
    found = row.left(20.0)
    assert found == (left if left is None else pytest.approx(left))


def test_waves_go_one_after_another_and_units_side_by_side() -> None:
    board = Board()
    board.begin(
        plan_of(3).waves, {unit.id: 60.0 if unit.kind is UnitKind.REGIONAL else 5.0 for unit in plan_of(3).units}
    )
    assert board.left(0.0) == 125.0


def test_times_in_words() -> None:
    assert [clock(seconds) for seconds in (0, 65.9, 3_661)] == ["0:00", "1:05", "1:01:01"]
    assert [about(seconds) for seconds in (1, 31, 119, 7_200)] == ["~10 s", "~40 s", "~2 min", "~2.0 h"]
