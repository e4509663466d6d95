"""`tapstack drift`: what is not as it was deployed."""

from __future__ import annotations

from pathlib import Path

import click

from tapstack.cli.options import environment_option, file_option, json_option, write_json
from tapstack.cli.rollout import EngineName, opened, regions_option, target_options

CHANGES = 2


@click.command()
@file_option
@environment_option
@target_options
@regions_option
@json_option
@click.option("--report", is_flag=True, help="Tell each region's CloudWatch how much was found, for its alarms.")
@click.pass_context
def drift(
    context: click.Context,
    file: Path,
    environment: str | None,
    engine: EngineName | None,
    target_name: str,
    profile: str | None,
    regions: tuple[str, ...],
    as_json: bool,
    report: bool,
) -> None:
    """Find what was changed by hand: resource, property, expected, actual. Exit code 2 if there is any.

    Roles that a failover swapped are named as that, and are no drift.
    """
    with opened(
        file, environment, target_name=target_name, profile=profile, engine=engine, regions=regions, watching=True
    ) as run:
        from rich.console import Console

        from tapstack.rollout.looking import drift as drift_of
        from tapstack.rollout.looking import has_drifted, report_drift, units_in
        from tapstack.views.drift import as_data, show

        found = drift_of(run.engine, units_in(run.plan, regions), run.watch.progressed)
        if report:
            report_drift(run.plan, run.target, found)
        if as_json:
            write_json(as_data(found))
        else:
            show(found, Console())
    context.exit(CHANGES if has_drifted(found) else 0)
