"""A move between regions, before, while and after it happens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tapstack.failover.planning import Move
from tapstack.failover.steps import DONE, OWED, WAS_DONE, Step, Taken

if TYPE_CHECKING:
    from rich.console import Console


def show(move: Move, console: Console, *, calls: bool = False) -> None:
    """Print the checks, what may be lost, and the steps; in a dry run each with its calls."""
    for finding in move.findings:
        mark, style = ("✓", "green") if finding.holds else ("✗", "bold red")
        wanted = "" if finding.holds else f"  (wanted: {finding.wanted})"
        _line(console, f"{mark} {finding.name}: {finding.measured}{wanted}", style)
    for risk in move.at_risk:
        _line(console, f"may be lost: {risk}", "bold red")
    for note in move.notes:
        _line(console, f"note: {note}", "yellow")
    is_done = calls
    for number, step in enumerate(move.steps, 1):
        # What comes after a step that is not done can only be seen once that one is.
        is_done = is_done and not step.missing()
        state = "  [is done already]" if is_done else ""
        undone = "  [cannot be undone]" if step.is_irreversible else ""
        _line(console, f"{number:2}. {step.name}{undone}{state}", "bold")
        _line(console, f"    {step.why}", "dim")
        if calls:
            for call in step.calls:
                _line(console, f"    {call.action}  {call.command}", "")


def progressed(step: Step, what: str, console: Console) -> None:
    """Print that a step has come further."""
    style = {DONE: "green", WAS_DONE: "dim", OWED: "bold yellow"}.get(what, "")
    _line(console, f"{step.name}: {what}", style)


def show_end(move: Move, taken: Sequence[Taken], console: Console) -> None:
    """Print how it ended, and what is owed."""
    seconds = sum(one.seconds for one in taken)
    _line(console, f"{move.to} serves and writes ({seconds:.1f} s).", "bold green")
    owed = [one.step for one in taken if one.outcome == OWED]
    for step in owed:
        _line(
            console, f"owed: {step.name}, as soon as {step.region} answers: run the same command again.", "bold yellow"
        )


def as_data(move: Move, taken: Sequence[Taken] = ()) -> dict[str, object]:
    """The same for scripts."""
    return {
        "to": move.to,
        "planned": move.planned,
        "findings": [
            {"name": one.name, "holds": one.holds, "measured": one.measured, "wanted": one.wanted}
            for one in move.findings
        ],
        "at_risk": list(move.at_risk),
        "notes": list(move.notes),
        "steps": [
            {
                "region": step.region,
                "name": step.name,
                "why": step.why,
                "irreversible": step.is_irreversible,
                "calls": [{"action": call.action, "command": call.command} for call in step.calls],
            }
            for step in move.steps
        ],
        "taken": [
            {"name": one.step.name, "region": one.step.region, "outcome": one.outcome, "seconds": one.seconds}
            for one in taken
        ],
    }


def _line(console: Console, text: str, style: str) -> None:
    console.print(text, style=style, highlight=False, markup=False, soft_wrap=True)
