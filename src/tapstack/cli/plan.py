"""`tapstack plan`: what a fleet becomes in an environment, and what deploying it would change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tapstack.cli.options import environment_option, file_option, json_option, ready, write_json
from tapstack.cli.rollout import EngineName, opened, regions_option, target_options

if TYPE_CHECKING:
    from tapstack.plan.model import Plan

CHANGES = 2


@click.command()
@file_option
@environment_option
@target_options
@regions_option
@json_option
@click.option("--offline", is_flag=True, help="Only what follows from the description, without asking AWS.")
@click.option("--details", is_flag=True, help="Every property; offline: subnets, components and physical names too.")
@click.pass_context
def plan(
    context: click.Context,
    file: Path,
    environment: str | None,
    engine: EngineName | None,
    target_name: str,
    profile: str | None,
    regions: tuple[str, ...],
    as_json: bool,
    offline: bool,
    details: bool,
) -> None:
    """Show what `deploy` would change, the same change in several regions once. Nothing is changed.

    Exit code 0 if there is nothing to do, 2 if there is, anything else if it could not be told.
    """
    if offline:
        _show_offline(ready(file, environment, engine)[1], as_json=as_json, details=details)
        return
    with opened(file, environment, target_name=target_name, profile=profile, engine=engine, regions=regions) as run:
        from rich.console import Console

        from tapstack.rollout.homes import refuse_moved
        from tapstack.rollout.looking import preview, units_in
        from tapstack.rollout.merging import merge
        from tapstack.views.changes import as_data, show

        run.engine.prepare()
        if not regions:
            refuse_moved(run.engine, run.plan)
        changes = preview(run.engine, units_in(run.plan, regions))
        for change in changes:
            run.engine.discard(change)
        merged = merge(run.plan, changes)
        if as_json:
            write_json(as_data(merged))
        else:
            show(merged, Console(), details=details)
    context.exit(0 if merged.is_empty else CHANGES)


def _show_offline(made: Plan, *, as_json: bool, details: bool) -> None:
    if as_json:
        from tapstack.views.plan import as_data

        write_json(as_data(made))
    else:
        from rich.console import Console

        from tapstack.views.plan import show

        show(made, Console(), details=details)
