"""`tapstack add-region`: one region more in the fleet's file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tapstack.cli.options import environment_option, file_option, json_option
from tapstack.errors import InvalidFleetError

if TYPE_CHECKING:
    from tapstack.fleet.loading import FleetFile


@click.command()
@click.argument("region")
@file_option
@environment_option
@click.option("--cidr", help="Its address block; by default one that is free, as large as the others'.")
@click.option("--certificate", metavar="ARN", help="An existing ACM certificate of the region.")
@click.option("--zones", type=click.IntRange(1, 4), help="Fewer zones than the rest, where the region has no more.")
@click.option("--weight", type=click.IntRange(0, 255), help="Its share under weighted routing.")
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@json_option
def add_region(
    region: str,
    file: Path,
    environment: str | None,
    cidr: str | None,
    certificate: str | None,
    zones: int | None,
    weight: int | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Add REGION to the fleet's file, whose comments and layout stay, and show the plan.

    The file is written only if it holds in every environment. Nothing is deployed.
    """
    from tapstack.cli.fleet_edits import Edit, conclude, held, opened
    from tapstack.fleet.editing import add_region as added

    content, fleet_file = opened(file)
    chosen = fleet_file.choose(environment)
    _see_that_it_can_join(fleet_file, region)
    block, why = (cidr, "") if cidr else _free_block(fleet_file, region)
    told = {"cidr": block, "zones": zones, "certificate": certificate, "weight": weight}
    facts = {name: value for name, value in told.items() if value is not None}
    edit = Edit(file, content, added(content, region, facts))
    held(edit)
    conclude(
        edit,
        chosen,
        write=not dry_run,
        as_json=as_json,
        explained={"region": region, **facts, "why": why or None},
        text=[why] if why else [],
    )


def _see_that_it_can_join(fleet_file: FleetFile, region: str) -> None:
    from tapstack.catalog.regions import REGIONS, nearest, partition_of

    if region not in REGIONS:
        near = nearest(region)
        raise InvalidFleetError(
            f"'{region}' is not among the regions that this release knows."
            + (f" Did you mean '{near}'?" if near else ""),
            "A newer one can be written into the file by hand and acknowledged there.",
        )
    home = fleet_file.source.data.get("home")
    if isinstance(home, str) and partition_of(home) != partition_of(region):
        raise InvalidFleetError(
            f"{region} is in another partition than the home.",
            f"{region} is in {partition_of(region)}, {home} in {partition_of(home)}: they share no accounts, no IAM, "
            "no replication. Make a fleet of its own for each partition.",
        )


def _free_block(fleet_file: FleetFile, region: str) -> tuple[str | None, str]:
    from tapstack.plan.free_blocks import choose

    described = (fleet_file.describe(environment).fleet for environment in fleet_file.environments)
    choice = choose([fleet for fleet in described if fleet is not None], region)
    return (str(choice.block) if choice.block else None), choice.why
