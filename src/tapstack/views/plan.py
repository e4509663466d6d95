"""A plan as a table that is read in ten seconds, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tapstack.plan.model import Plan, RegionPlan, UnitKind
from tapstack.views.places import where

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


def as_data(plan: Plan) -> dict[str, object]:
    """A plan for scripts."""
    return {**plan.model_dump(mode="json"), "shapes": {name: list(regions) for name, regions in plan.shapes().items()}}


def show(plan: Plan, console: Console, *, details: bool = False) -> None:
    """Print the plan for people: regions by units with their waves, then what is the same and what differs.

    A region is a line, so that the table stays as wide with six regions as with two.
    """
    production = ", production" if plan.production else ""
    console.print(f"[bold]{plan.fleet}[/] in [bold]{plan.environment}[/]{production}, through {plan.engine}\n")
    console.print(_regions(plan))
    console.print()
    for label, text in _lines(plan):
        console.print(f"[bold]{label:<8}[/] {text}", highlight=False, soft_wrap=True)
    if details:
        console.print(_subnets(plan))
        console.print(_units(plan))
        console.print(_names(plan))


def _table(*columns: str, title: str = "") -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", title=title or None, title_justify="left")
    for column in columns:
        table.add_column(column, no_wrap=True)
    return table


def _regions(plan: Plan) -> Table:
    kinds = [kind for kind in UnitKind if any(unit.kind is kind for unit in plan.units)]
    networked = any(region.block for region in plan.regions)
    wave_of = {unit: number for number, wave in enumerate(plan.waves, start=1) for unit in wave.units}
    # Six regions with long names fit into 80 columns if zones have a column only where they differ.
    zones = networked and "zones" in _differing(plan.regions)
    columns = ["region", "role", *(["network"] if networked else []), *(["zones"] if zones else []), *kinds]
    table = _table(*columns)
    for region in plan.regions:
        network = [str(region.block or "-")] if networked else []
        network += [str(region.zones)] if zones else []
        numbers = [wave_of.get(f"{kind}/{region.name}") for kind in kinds]
        waves = [f"wave {number}" if number else "[dim]·[/]" for number in numbers]
        table.add_row(region.name, region.role, *network, *waves)
    return table


def _lines(plan: Plan) -> Iterator[tuple[str, str]]:
    yield "waves", ", ".join(f"{number} {wave.name}" for number, wave in enumerate(plan.waves, start=1))
    if any(region.block for region in plan.regions) and "zones" not in _differing(plan.regions):
        yield "zones", f"{plan.regions[0].zones} in every region"
    by_regions: dict[tuple[str, ...], list[str]] = {}
    for shape, regions in plan.shapes().items():
        by_regions.setdefault(regions, []).append(shape)
    for regions, shapes in by_regions.items():
        # One region alone shares nothing with anybody.
        label = "same" if len(regions) > 1 else "once"
        artifact = "one artifact each, byte for byte" if len(shapes) > 1 else "one artifact, byte for byte"
        place = where(regions, [region.name for region in plan.regions])
        yield label, f"[cyan]{', '.join(shapes)}[/]: {artifact + ', ' if len(regions) > 1 else ''}in {place}"
    if len(plan.regions) > 1:
        yield "differs", f"{', '.join([*_differing(plan.regions), 'the tag Region'])}: looked up by region"
    yield "tags", ", ".join([*(f"{key}={value}" for key, value in plan.tags.items()), "Region"])


def _differing(regions: tuple[RegionPlan, ...]) -> list[str]:
    facts: Mapping[str, set[object]] = {
        "role": {region.role for region in regions},
        "network": {region.block for region in regions},
        "zones": {region.zones for region in regions},
        "partition": {region.partition for region in regions},
    }
    return [name for name, values in facts.items() if len(values) > 1]


def _subnets(plan: Plan) -> Table:
    most = max((subnet.zone for region in plan.regions for subnet in region.subnets), default=-1) + 1
    table = _table("region", "tier", *(f"zone {zone + 1}" for zone in range(most)), title="\nSubnets")
    for region in plan.regions:
        tiers: dict[str, list[str]] = {}
        for subnet in region.subnets:
            tiers.setdefault(subnet.tier, []).append(str(subnet.block))
        for tier, blocks in tiers.items():
            table.add_row(region.name, tier, *blocks)
    return table


def _units(plan: Plan) -> Table:
    table = _table("unit", "needs", "components", title="\nUnits")
    for unit in plan.units:
        table.add_row(unit.id, "\n".join(unit.needs) or "-", "\n".join(unit.components))
    return table


def _names(plan: Plan) -> Table:
    table = _table("kind", "component", "name", title="\nNames")
    table.columns[-1].no_wrap = False
    table.columns[-1].overflow = "fold"
    for name in plan.names:
        table.add_row(name.kind, name.component, name.text)
    return table
