"""What a removal took away, what is still there, and what that costs by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tapstack.engines.engine import Retained
from tapstack.views.changes import short_kind

if TYPE_CHECKING:
    from rich.console import Console


def as_data(removed: Sequence[str], retained: Sequence[Retained]) -> dict[str, object]:
    """A removal for scripts."""
    return {
        "removed": list(removed),
        "retained": [
            {
                "unit": one.unit,
                "region": one.unit.partition("/")[2],
                "kind": one.kind,
                "identity": one.identity,
                "cost": one.cost,
            }
            for one in retained
        ],
    }


def show(removed: Sequence[str], retained: Sequence[Retained], console: Console) -> None:
    """Print what is gone in one line, and what stays by region, with names whole so that they can be copied."""
    said = f"{len(removed)} unit{'' if len(removed) == 1 else 's'} removed: {', '.join(removed)}"
    console.print(said if removed else "Nothing was removed.", highlight=False, markup=False, soft_wrap=True)
    if not retained:
        console.print("Nothing stays behind.", highlight=False)
        return
    console.print("\n[bold]Still there, and paid for[/]", highlight=False)
    kinds = max(len(short_kind(one.kind)) for one in retained)
    identities = max(len(one.identity) for one in retained)
    by_region: dict[str, list[Retained]] = {}
    for one in retained:
        by_region.setdefault(one.unit.partition("/")[2], []).append(one)
    for region, several in by_region.items():
        console.print(region, style="bold", highlight=False, markup=False)
        for one in several:
            line = f"  {short_kind(one.kind):<{kinds}}  {one.identity:<{identities}}  by {one.cost}"
            console.print(line, highlight=False, markup=False, soft_wrap=True)
