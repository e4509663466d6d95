"""A plan as a table that is read in ten seconds, and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tapstack.plan.model import Plan, RegionPlan, Unit

if TYPE_CHECKING:
    from rich.console import Console


def as_data(plan: Plan) -> dict[str, object]:
    """A plan for scripts."""
    return {**plan.model_dump(mode="json"), "shapes": {name: list(regions) for name, regions in plan.shapes().items()}}


def show(plan: Plan, console: Console, *, details: bool = False) -> None:
    """Print the plan for people: waves of units by region, addresses, then what is the same and what differs."""
    from rich.table import Table

    production = ", production" if plan.production else ""
    console.print(f"[bold]{plan.fleet}[/] in [bold]{plan.environment}[/]{production}, through {plan.engine}\n")
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    for region in plan.regions:
        table.add_column(f"{region.name}\n[dim]{region.role}[/]")
    for number, wave in enumerate(plan.waves, start=1):
        units = [plan.unit(unit_id) for unit_id in wave.units]
        cells = [_units_of(units, region) for region in plan.regions]
        table.add_row(f"wave {number}  {wave.name}", *cells)
    if any(region.block for region in plan.regions):
        table.add_row("")
        table.add_row("network", *(str(region.block or "-") for region in plan.regions))
        table.add_row("zones", *(str(region.zones) for region in plan.regions))
        for name in _subnet_names(plan) if details else ():
            table.add_row(f"  {name}", *(_subnet(region, name) for region in plan.regions))
    console.print(table)
    console.print()
    for line in _same_and_different(plan):
        console.print(line, highlight=False, soft_wrap=True)
    if details:
        _show_components(plan, console)


def _units_of(units: Sequence[Unit], region: RegionPlan) -> str:
    return " + ".join(str(unit.kind) for unit in units if unit.region == region.name) or "[dim]·[/]"


def _subnet_names(plan: Plan) -> tuple[str, ...]:
    return tuple(dict.fromkeys(subnet.name for region in plan.regions for subnet in region.subnets))


def _subnet(region: RegionPlan, name: str) -> str:
    return next((str(subnet.block) for subnet in region.subnets if subnet.name == name), "-")


def _same_and_different(plan: Plan) -> list[str]:
    lines = []
    for shape, regions in plan.shapes().items():
        everywhere = "in every region" if len(regions) == len(plan.regions) > 1 else f"in {', '.join(regions)}"
        lines.append(f"[bold]same[/]     one artifact [cyan]{shape}[/] {everywhere}")
    differing: tuple[tuple[str, Callable[[RegionPlan], object]], ...] = (
        ("role", lambda region: region.role),
        ("network", lambda region: region.block),
        ("zones", lambda region: region.zones),
        ("partition", lambda region: region.partition),
    )
    different = [name for name, of in differing if len({of(region) for region in plan.regions}) > 1]
    lines.append(f"[bold]differs[/]  {', '.join([*different, 'the tag Region'])}, looked up by region")
    common = ", ".join(f"{key}={value}" for key, value in plan.tags.items())
    lines.append(f"[bold]tags[/]     {common}, Region")
    return lines


def _show_components(plan: Plan, console: Console) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", title="\nUnits", title_justify="left")
    for column in ("unit", "needs", "components"):
        table.add_column(column)
    for unit in plan.units:
        table.add_row(unit.id, "\n".join(unit.needs) or "-", "\n".join(unit.components))
    console.print(table)
    names = Table(box=None, pad_edge=False, header_style="bold", title="\nNames", title_justify="left")
    for column in ("kind", "component", "name"):
        names.add_column(column, overflow="fold")
    for name in plan.names:
        names.add_row(name.kind, name.component, name.text)
    console.print(names)
