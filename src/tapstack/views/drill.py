"""What a drill shows: a line for each thing that happens, and at the end the figures and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tapstack.drill.listener import SilentListener
from tapstack.drill.record import Criterion, DrillRecord, Event, EventKind

if TYPE_CHECKING:
    from rich.console import Console

MARKS = {True: "[green]kept  [/]", False: "[red]broken[/]", None: "[yellow]open  [/]"}
_STYLES = {EventKind.FAULT: "red", EventKind.RESTORED: "green", EventKind.PHASE: "bold"}


class LineListener(SilentListener):
    """Prints what happens, with the fleet's time."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def happened(self, event: Event) -> None:
        """Print one line."""
        head = f"{event.subject}: " if event.kind is EventKind.PHASE else ""
        self._console.print(
            f"{event.at:8.1f} s  {head}{event.text}",
            style=_STYLES.get(event.kind),
            highlight=False,
            markup=False,
            soft_wrap=True,
        )


def show(record: DrillRecord, console: Console, kept: Path) -> None:
    """Print the figures and the verdict."""
    from rich.table import Table
    from rich.text import Text

    for title, rows in (("What it cost", _costs(record)), ("How it was measured", _conditions(record))):
        table = Table(title=title, title_justify="left", show_header=False, box=None, pad_edge=False)
        for name, value in rows:
            table.add_row(Text(name), Text(value))
        console.print(table)
        console.print()
    for criterion in record.verdict.criteria:
        console.print(f"{MARKS[criterion.ok]} {_criterion(criterion)}", highlight=False, soft_wrap=True)
    style = {True: "bold green", False: "bold red", None: "bold"}[record.verdict.kept]
    console.print(record.verdict.text, style=style, highlight=False, markup=False, soft_wrap=True)
    console.print(f"Record: {kept}", style="dim", highlight=False, markup=False, soft_wrap=True)


def _costs(record: DrillRecord) -> Sequence[tuple[str, str]]:
    figures, factor = record.figures, record.settings.clock_factor
    rows = [
        ("noticed by DNS", _seconds(figures.detected, factor)),
        ("first client served elsewhere", _seconds(figures.first_success, factor)),
        ("all clients served again", _seconds(figures.recovered, factor)),
        ("clients that keep connections", _seconds(figures.sticky_recovered, factor)),
        ("back after the restore", _seconds(figures.failed_back, factor)),
        ("requests", f"{figures.requests}, {figures.failed} failed, {figures.slowed} slow"),
    ]
    for store in figures.stores:
        if store.replicated:
            oldest = (
                "" if not store.missing_at_takeover else f", the oldest {store.missing_at_takeover_seconds:.1f} s old"
            )
            lost = f"{store.missing_at_takeover} missing at takeover{oldest}"
        else:
            lost = "nothing of it in any other region"
        afterwards = f"{store.missing_afterwards} missing afterwards, {store.conflicting} overwritten unseen"
        rows.append((store.store, f"{store.acknowledged} writes acknowledged; {lost}; {afterwards}"))
    return rows


def _conditions(record: DrillRecord) -> Sequence[tuple[str, str]]:
    settings, instruments = record.settings, record.instruments
    lag = (
        "" if settings.replication_lag_seconds is None else f", replication {settings.replication_lag_seconds:g} s late"
    )
    rows = [("clock", f"{settings.clock_factor:g} times as fast as the wall{lag}")]
    for name in settings.names:
        check = (
            "no health check"
            if name.interval is None
            else f"{name.threshold} checks {name.interval} s apart + TTL {name.ttl:g} s = {name.expected_recovery:g} s"
        )
        rows.append((name.name, check + (f"; deployed: {name.deployed}" if name.deployed else "")))
    exact = f"{instruments.resolution:.1f} s between the last failure and the first success"
    rows.append(("exactness", f"{exact}, {instruments.dns_pause:.1f} s between looks at DNS"))
    return rows


def _criterion(criterion: Criterion) -> str:
    expected = (
        "" if criterion.expected is None or criterion.unit != "seconds" else f" (by design {criterion.expected:g} s)"
    )
    return f"{criterion.name}: {criterion.text}{expected}".replace("[", "\\[")


def _seconds(value: float | None, factor: float) -> str:
    if value is None:
        return "not within the drill"
    wall = "" if factor == 1 else f" ({value / factor:.2f} s of the wall)"
    return f"{value:.1f} s{wall}"
