"""What a rollout will do, as a table that is read before anybody says yes, and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tapstack.engines.engine import Action, PropertyChange, Standing
from tapstack.plan.model import UnitKind
from tapstack.rollout.merging import Merged, MergedChange
from tapstack.views.places import where
from tapstack.views.values import in_lines, in_one_line

if TYPE_CHECKING:
    from rich.console import Console

SYMBOL = {
    Action.ADD: "+",
    Action.CHANGE: "~",
    Action.MAY_REPLACE: "±?",
    Action.REPLACE: "±",
    Action.REMOVE: "-",
    Action.FORGET: "○",
}
COLOUR = {
    Action.ADD: "green",
    Action.CHANGE: "yellow",
    Action.MAY_REPLACE: "magenta",
    Action.REPLACE: "magenta",
    Action.REMOVE: "magenta",
    Action.FORGET: "blue",
}
IN_WORDS = {
    Action.MAY_REPLACE: "may be replaced",
    Action.REPLACE: "replaced",
    Action.REMOVE: "removed",
    Action.FORGET: "leaves the fleet, stays in AWS",
}
INFINITIVE = {Action.FORGET: "let go", Action.MAY_REPLACE: "change or replace"}
UNUSUAL = {
    Standing.BROKEN: "its last change failed half-way; this one goes on from there",
    Standing.BUSY: "it is being changed right now",
}
FEW = 8
"""So many additions are listed one by one; more are counted by kind."""
WIDEST_NAME = 36


def as_data(merged: Merged) -> dict[str, object]:
    """The changes for scripts."""
    return {
        "changes": [_change_data(change) for change in merged.changes],
        "others": [
            {"unit_kind": note.unit_kind.value, "text": note.text, "regions": list(note.regions)}
            for note in merged.notes
        ],
        "units": {
            unit: {
                "standing": standing.value,
                "changes": unit not in merged.unchanged,
                "predicted": unit in merged.predicted,
            }
            for unit, standing in merged.standings.items()
        },
        "counts": {action.value: count for action, count in merged.counts.items()},
        "resources": merged.resources,
        "destroys_data": sorted({change.name for change in merged.destroying}),
    }


def show(merged: Merged, console: Console, *, details: bool = False) -> None:
    """Print what will happen, by kind of unit: each change once, with its regions; additions in numbers."""
    for kind in UnitKind:
        lines = list(_kind_lines(merged, kind, console.width, details=details))
        if lines:
            console.print(f"[bold]{kind}[/]", highlight=False)
            for style, line in lines:
                # No wrapping: names are there to be copied.
                console.print(line, style=style, highlight=False, markup=False, soft_wrap=True)
            console.print()
    for unit, standing in merged.standings.items():
        if standing in UNUSUAL:
            console.print(f"{unit}: {UNUSUAL[standing]}", style="yellow", highlight=False, soft_wrap=True)
    if merged.predicted:
        console.print(
            f"Foreseen from the description, because what they need is not there yet: {', '.join(merged.predicted)}.",
            style="dim",
            highlight=False,
            soft_wrap=True,
        )
    console.print(summary_line(merged), style="bold", highlight=False, soft_wrap=True)


def summary_line(merged: Merged) -> str:
    """How many of each, in one line; what is the same in several regions counts once."""
    counts = [f"{count} to {INFINITIVE.get(action, action.value)}" for action, count in merged.counts.items()]
    if merged.notes:
        counts.append(f"{len(merged.notes)} other change{'' if len(merged.notes) == 1 else 's'}")
    said = ", ".join(counts) or "nothing to do"
    if merged.resources > len(merged.changes):
        said += f" ({merged.resources} resources over all regions)"
    if merged.unchanged:
        said += f"; {len(merged.unchanged)} unit{'' if len(merged.unchanged) == 1 else 's'} unchanged"
    return said


def short_kind(kind: str) -> str:
    """A resource's kind without the word that all of them begin with."""
    return kind.removeprefix("AWS::").removeprefix("aws_")


def _kind_lines(merged: Merged, kind: UnitKind, width: int, *, details: bool) -> Iterator[tuple[str, str]]:
    changes = [change for change in merged.changes if change.unit_kind is kind]
    added: dict[tuple[str, ...], list[MergedChange]] = {}
    for change in changes:
        if change.action is Action.ADD:
            added.setdefault(change.regions, []).append(change)
    counted = {regions for regions, several in added.items() if len(several) > FEW and not details}
    for regions in counted:
        yield from _counted(added[regions], where(regions, merged.regions), width)
    listed = [change for change in changes if change.action is not Action.ADD or change.regions not in counted]
    names = min(WIDEST_NAME, max((len(change.name) for change in listed), default=0))
    kinds = max((len(short_kind(change.kind)) for change in listed), default=0)
    for change in listed:
        head = f"{SYMBOL[change.action]:<2} {change.name:<{names}}  {short_kind(change.kind):<{kinds}}"
        yield _style(change), f"{head}  {where(change.regions, merged.regions)}{_word(change)}"
        if change.destroys_data:
            yield "bold red", f"     Its data may be lost: needs --allow-replace {change.name}"
        # What is new has every property; what is named is enough, unless somebody wants to see them.
        if change.action is not Action.ADD or details:
            yield from (("", line) for line in _property_lines(change, width, details=details))
    for note in merged.notes:
        if note.unit_kind is kind:
            yield "", f"~  {note.text}  {where(note.regions, merged.regions)}"


def _counted(added: Sequence[MergedChange], place: str, width: int) -> Iterator[tuple[str, str]]:
    from textwrap import wrap

    yield COLOUR[Action.ADD], f"+  {len(added)} resources  {place}"
    counts = Counter(short_kind(change.kind) for change in added)
    kinds = [f"{count}\N{NO-BREAK SPACE}{kind}" for kind, count in sorted(counts.items(), key=lambda one: -one[1])]
    for line in wrap(", ".join(kinds), max(width - 5, 30), break_long_words=False, break_on_hyphens=False):
        yield "", f"     {line}".replace("\N{NO-BREAK SPACE}", " ")


def _style(change: MergedChange) -> str:
    return "bold red" if change.destroys_data else COLOUR[change.action]


def _word(change: MergedChange) -> str:
    word = IN_WORDS.get(change.action)
    return f"  {word}" if word else ""


def _property_lines(change: MergedChange, width: int, *, details: bool) -> Iterator[str]:
    for one in change.properties:
        indent = "     "
        # Shared by all of the change's regions, it needs no word of where.
        place = "" if len(one.regions) == len(change.places) else f"{', '.join(one.regions)}: "
        if details:
            first, *rest = in_lines(one.change)
            yield f"{indent}{place}{first}"
            yield from (f"{indent}{line}" for line in rest)
        else:
            yield f"{indent}{place}{in_one_line(one.change, max(width - len(indent) - len(place), 40))}"


def _change_data(change: MergedChange) -> dict[str, object]:
    return {
        "unit_kind": change.unit_kind.value,
        "name": change.name,
        "kind": change.kind,
        "action": change.action.value,
        "regions": list(change.regions),
        "holds_data": change.holds_data,
        "destroys_data": change.destroys_data,
        "properties": [{**_property_data(one.change), "regions": list(one.regions)} for one in change.properties],
    }


def _property_data(change: PropertyChange) -> dict[str, object]:
    return {"path": change.path, "before": change.before, "after": change.after}
