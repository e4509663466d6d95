"""What is not as it was deployed, as a table for people and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tapstack.engines.engine import Drifted, PropertyChange, Standing, UnitDrift
from tapstack.views.changes import short_kind
from tapstack.views.values import in_one_line

if TYPE_CHECKING:
    from rich.console import Console

GONE = "is gone"


def as_data(found: Sequence[UnitDrift]) -> dict[str, object]:
    """Drift for scripts; what is explained is told apart from what drifted."""
    return {
        "drifted": any(not one.explanation for unit in found for one in unit.found),
        "units": {
            unit.unit: {
                "standing": unit.standing.value,
                "found": [_found_data(one) for one in unit.found],
                "unchecked": list(unit.unchecked),
            }
            for unit in found
        },
    }


def show(found: Sequence[UnitDrift], console: Console) -> None:
    """Print what drifted, unit by unit; then what has an explanation, and what could not be compared."""
    for unit in found:
        drifted = [one for one in unit.found if not one.explanation]
        if drifted:
            console.print(unit.unit, style="bold", highlight=False, markup=False)
            for name in dict.fromkeys(one.name for one in drifted):
                _show_resource([one for one in drifted if one.name == name], console)
    explained = [one for unit in found for one in unit.found if one.explanation]
    for one in explained:
        said = f"no drift: {one.unit} {one.name}: {one.explanation}"
        console.print(said, style="green", highlight=False, markup=False, soft_wrap=True)
    for line in _unchecked(found):
        console.print(line, style="dim", highlight=False, markup=False, soft_wrap=True)
    console.print(summary_line(found), style="bold", highlight=False, soft_wrap=True)


def summary_line(found: Sequence[UnitDrift]) -> str:
    """How much drifted, in one line."""
    drifted = [one for unit in found for one in unit.found if not one.explanation]
    resources = {(one.unit, one.name) for one in drifted}
    properties = sum(bool(one.path) for one in drifted)
    looked = sum(unit.standing is not Standing.ABSENT for unit in found)
    units = f"{looked} unit{'' if looked == 1 else 's'}"
    if not drifted:
        return f"No drift in {units}" if looked else "Nothing stands, so nothing can drift"
    gone = sum(not one.path for one in drifted)
    parts = [f"{properties} propert{'y' if properties == 1 else 'ies'}"] if properties else []
    parts += [f"{gone} gone"] if gone else []
    return f"{len(resources)} resource{'' if len(resources) == 1 else 's'} drifted ({', '.join(parts)}) in {units}"


def _show_resource(drifted: Sequence[Drifted], console: Console) -> None:
    first = drifted[0]
    gone = any(not one.path for one in drifted)
    head = f"  {first.name}  {short_kind(first.kind)}{'  ' + GONE if gone else ''}"
    console.print(head, style="bold red" if gone else "yellow", highlight=False, markup=False, soft_wrap=True)
    for one in drifted:
        if one.path:
            # A value that came by hand has no expected one; unlike a change to come, that is worth a word.
            change = PropertyChange(one.path, one.expected or "nothing", one.actual or "nothing")
            line = f"    expected → actual  {in_one_line(change, max(console.width - 23, 40))}"
            console.print(line, highlight=False, markup=False, soft_wrap=True)


def _unchecked(found: Sequence[UnitDrift]) -> list[str]:
    kinds = sorted({short_kind(kind) for unit in found for kind in unit.unchecked})
    return [f"Not compared, because AWS cannot: {', '.join(kinds)}."] if kinds else []


def _found_data(one: Drifted) -> dict[str, object]:
    return {
        "name": one.name,
        "kind": one.kind,
        "property": one.path or None,
        "is_gone": not one.path,
        "expected": one.expected,
        "actual": one.actual,
        "explanation": one.explanation or None,
    }
