"""`tapstack outputs`: what each region tells the outside."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from tapstack.cli.options import environment_option, file_option, json_option
from tapstack.cli.rollout import EngineName, opened, regions_option, target_options


@click.command()
@file_option
@environment_option
@target_options
@regions_option
@json_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "dotenv"]),
    default="table",
    show_default=True,
    help="For a person, a script, or a shell.",
)
def outputs(
    file: Path,
    environment: str | None,
    engine: EngineName | None,
    target_name: str,
    profile: str | None,
    regions: tuple[str, ...],
    as_json: bool,
    form: Literal["table", "json", "dotenv"],
) -> None:
    """Show what each region tells the outside."""
    with opened(file, environment, target_name=target_name, profile=profile, engine=engine, regions=regions) as run:
        from tapstack.rollout.looking import outputs as outputs_of
        from tapstack.rollout.looking import units_in
        from tapstack.views.outputs import write

        write(outputs_of(run.engine, units_in(run.plan, regions)), "json" if as_json else form)
