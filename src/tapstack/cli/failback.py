"""`tapstack failback`: everything back to the fleet's home, losing nothing."""

from __future__ import annotations

from pathlib import Path

import click

from tapstack.cli.moving import Wishes, move, moving_options
from tapstack.cli.options import environment_option, file_option, json_option
from tapstack.cli.rollout import EngineName, opened, take_over_option, target_options, yes_option


@click.command()
@file_option
@environment_option
@target_options
@moving_options
@take_over_option
@yes_option
@json_option
def failback(
    file: Path,
    environment: str | None,
    engine: EngineName | None,
    target_name: str,
    profile: str | None,
    most_lag: float,
    despite: tuple[str, ...],
    dry_run: bool,
    typed: str | None,
    take_over: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Bring the writer and the clients home again; nothing is lost.

    A PostgreSQL database that was promoted cannot follow again: what stood at home is renamed and kept, a replica is
    made in its place, and the roles are changed once it has everything.
    """
    with opened(file, environment, target_name=target_name, profile=profile, engine=engine, watching=True) as run:
        move(
            run,
            run.plan.home,
            Wishes(
                verb="failback",
                planned=True,
                most_lag=most_lag,
                despite=despite,
                dry_run=dry_run,
                typed=typed,
                take_over=take_over,
                yes=yes,
                as_json=as_json,
            ),
        )
