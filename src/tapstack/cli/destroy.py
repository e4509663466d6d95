"""`tapstack destroy`: take a fleet away, or one region of it."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click

from tapstack.cli.options import environment_option, file_option, json_option, write_json
from tapstack.cli.rollout import (
    EngineName,
    asked,
    asked_for_word,
    opened,
    regions_option,
    take_over_option,
    target_options,
    yes_option,
)


@click.command()
@file_option
@environment_option
@target_options
@regions_option
@click.option("--delete-data", is_flag=True, help="Delete also what the fleet retains: databases, tables, buckets.")
@click.option("--confirm", "typed", metavar="NAME", help="The protected fleet's name, as it would be typed: FLEET/ENV.")
@take_over_option
@yes_option
@json_option
def destroy(
    file: Path,
    environment: str | None,
    engine: EngineName | None,
    target_name: str,
    profile: str | None,
    regions: tuple[str, ...],
    delete_data: bool,
    typed: str | None,
    take_over: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Take a fleet away, its waves backwards; with --region one region alone, and the rest stays.

    What is protected goes only if its name is typed. What the fleet retains stays, and is listed with what it is
    billed by.
    """
    with opened(
        file, environment, target_name=target_name, profile=profile, engine=engine, regions=regions, watching=True
    ) as run:
        from rich.console import Console

        from tapstack.rollout.removing import Removal, removal_waves, tidy, units_to_ask
        from tapstack.rollout.settling import settle
        from tapstack.rollout.stopping import on_signals
        from tapstack.rollout.watch import Verb, watched
        from tapstack.views.removal import as_data, show

        plan = run.plan
        with run.locked(Verb.DESTROY, take_over=take_over) as held:
            run.engine.prepare()
            waves = removal_waves(plan, settle(run, units_to_ask(plan, regions)), regions)
            if not waves:
                tidy(run, regions, nullcontext)
                click.echo(f"{plan.fleet} in {plan.environment} on {run.target.name}: there is nothing.", err=True)
                left = run.journal.left()
                if as_json:
                    write_json(as_data((), left))
                elif left:
                    click.echo("When it went these stayed; the names of those that nobody has deleted since are taken.")
                    show((), left, Console())
                return
            units = [unit for wave in waves for unit in wave.units]
            run.engine.require_removable([plan.unit(unit) for unit in units], delete_data=delete_data)
            where = f"{plan.fleet}/{plan.environment}"
            what = f"{len(units)} units in {', '.join(sorted({plan.unit(unit).region for unit in units}))}"
            kept = "with all data" if delete_data else "keeping what the fleet retains"
            question = f"Destroy {where} on {run.target.name}: {what}, {kept}?"
            if plan.protected or (delete_data and plan.production):
                asked_for_word(f"{question} It is protected: type {where} to go ahead.", where, given=typed)
            else:
                asked(question, yes=yes)
            record = run.journal.begin(verb=Verb.DESTROY, plan=plan, target=run.target, units=units, digests={})
            with (
                record.ending() as ending,
                on_signals(
                    run.stopping,
                    first=lambda: run.watch.note("Stopping: what has begun ends first. Ctrl-C again leaves at once."),
                    second=lambda: record.end("interrupted"),
                ),
                watched(run.watch, plan, waves, Verb.DESTROY, run.journal.estimates(plan, step="remove")),
            ):
                retained = Removal(run, record, delete_data=delete_data, check=held.check).through(waves, regions)
                ending.succeeded()
        if as_json:
            write_json(as_data(units, retained))
        else:
            show(units, retained, Console())
