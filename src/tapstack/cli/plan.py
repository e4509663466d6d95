"""`tapstack plan`: what a fleet becomes in an environment."""

from __future__ import annotations

from pathlib import Path

import click

from tapstack.cli.options import environment_option, file_option, json_option, ready, write_json


@click.command()
@file_option
@environment_option
@json_option
@click.option("--offline", is_flag=True, help="Only what follows from the description, without asking AWS.")
@click.option("--details", is_flag=True, help="Subnets, components and physical names too.")
def plan(file: Path, environment: str | None, as_json: bool, offline: bool, details: bool) -> None:
    """Show regions, units, waves and addresses; what is the same everywhere, and what differs."""
    _, made = ready(file, environment)
    if as_json:
        from tapstack.views.plan import as_data

        write_json(as_data(made))
    else:
        from rich.console import Console

        from tapstack.views.plan import show

        show(made, Console(), details=details)
    if not offline:
        click.echo("\nComparing with what runs on AWS is still to come: this is the plan by itself.", err=True)
