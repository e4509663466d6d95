"""`tapstack failover`: move the writer and the clients to another region."""

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
@click.option("--to", required=True, metavar="REGION", help="The region that is to serve and to write.")
@click.option(
    "--accept-data-loss",
    is_flag=True,
    help="Do not wait for the old writer: it is lost, or ill. Says first how much may be lost.",
)
@moving_options
@take_over_option
@yes_option
@json_option
def failover(
    file: Path,
    environment: str | None,
    engine: EngineName | None,
    target_name: str,
    profile: str | None,
    to: str,
    accept_data_loss: bool,
    most_lag: float,
    despite: tuple[str, ...],
    dry_run: bool,
    typed: str | None,
    take_over: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Move the writer and the clients to another region, by health and roles; no template changes.

    Planned, nothing is lost: it is refused while the target lags or is not well. A second run goes on where the first
    one ended, however it ended.
    """
    with opened(
        file, environment, target_name=target_name, profile=profile, engine=engine, regions=(to,), watching=True
    ) as run:
        if to == run.plan.home and not accept_data_loss:
            raise click.UsageError(f"{to} is the fleet's home: `tapstack failback` leads there.")
        move(
            run,
            to,
            Wishes(
                verb="failover",
                planned=not accept_data_loss,
                most_lag=most_lag,
                despite=despite,
                dry_run=dry_run,
                typed=typed,
                take_over=take_over,
                yes=yes,
                as_json=as_json,
            ),
        )
