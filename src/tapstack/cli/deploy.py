"""`tapstack deploy`: wave by wave through the regions, just what was shown."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tapstack.cli.options import environment_option, file_option, json_option, write_json
from tapstack.cli.rollout import (
    EngineName,
    asked,
    opened,
    regions_option,
    status_console,
    take_over_option,
    target_options,
    yes_option,
)

if TYPE_CHECKING:
    from tapstack.rollout.run import Run


@click.command()
@file_option
@environment_option
@target_options
@regions_option
@click.option(
    "--wave",
    "waves",
    multiple=True,
    type=click.Choice(["foundation", "global", "home", "standbys"]),
    help="Only this wave; may be given several times.",
)
@click.option("--bake", type=click.FloatRange(min=0), help="Seconds for which alarms must stay quiet after each wave.")
@click.option("--allow-replace", "allowed", multiple=True, metavar="NAME", help="This one may lose its data.")
@take_over_option
@yes_option
@json_option
@click.option("--details", is_flag=True, help="Every resource and property of what will change.")
def deploy(
    file: Path,
    environment: str | None,
    engine: EngineName | None,
    target_name: str,
    profile: str | None,
    regions: tuple[str, ...],
    waves: tuple[str, ...],
    bake: float | None,
    allowed: tuple[str, ...],
    take_over: bool,
    yes: bool,
    as_json: bool,
    details: bool,
) -> None:
    """Deploy a fleet: foundation everywhere, then what is shared, the home, the standbys.

    A failure stops what has not begun. A second run goes on where the first one ended, however it ended.
    """
    with opened(
        file, environment, target_name=target_name, profile=profile, engine=engine, regions=regions, watching=True
    ) as run:
        data = deploy_run(
            run,
            regions=regions,
            waves=waves,
            bake=bake,
            allowed=allowed,
            take_over=take_over,
            yes=yes,
            details=details,
        )
    if as_json:
        write_json(data)


def deploy_run(
    run: Run,
    *,
    regions: tuple[str, ...] = (),
    waves: tuple[str, ...] = (),
    bake: float | None = None,
    allowed: tuple[str, ...] = (),
    take_over: bool = False,
    yes: bool = False,
    details: bool = False,
) -> dict[str, object]:
    """Deploy an opened run; what was done, for scripts."""
    from tapstack.rollout.deploying import Deployment, GateSettings
    from tapstack.rollout.gates import PATIENCE_SECONDS, memory
    from tapstack.rollout.homes import refuse_moved
    from tapstack.rollout.looking import forgotten_unless_done, preview, refuse_unnamed
    from tapstack.rollout.merging import merge
    from tapstack.rollout.settling import settle_in
    from tapstack.rollout.stopping import on_signals
    from tapstack.rollout.watch import Verb, watched
    from tapstack.rollout.waves import chosen_waves, standbys_first
    from tapstack.views.changes import show

    began = time.monotonic()
    plan, console = run.plan, status_console()
    with run.locked("deploy", take_over=take_over) as held:
        unfinished = run.journal.unfinished()
        if unfinished is not None:
            run.watch.note(unfinished.in_words("deploy"))
        digests = run.engine.prepare()
        standing = settle_in(run, regions)
        refuse_moved(run.engine, plan, standing)
        chosen = chosen_waves(plan, standing, regions, waves)
        units = [plan.unit(unit) for wave in chosen for unit in wave.units]
        changes = preview(run.engine, units)
        shown = {change.unit: change for change in changes}
        if any(change.standbys_first for change in changes):
            chosen = standbys_first(chosen)
        answer: dict[str, object] = {"fleet": plan.fleet, "environment": plan.environment, "target": run.target.name}
        if not units:
            raise click.UsageError("No unit is in these waves of these regions.")
        is_empty = all(change.is_empty for change in changes)
        is_owed = unfinished is not None and unfinished.started.verb == "deploy"
        if is_empty and not is_owed:
            if unfinished is not None:
                unfinished.close(run.journal)
            console.print(f"{plan.fleet} in {plan.environment}: nothing to do; {len(units)} units are as described.")
            return {**answer, "outcome": "unchanged", "units": {unit.id: "unchanged" for unit in units}}
        show(merge(plan, changes), console, details=details)
        with forgotten_unless_done(run.engine, changes):
            refuse_unnamed(changes, allowed)
            if not is_empty:
                confirm(run, yes=yes)
            record = run.journal.begin(
                verb="deploy", plan=plan, target=run.target, units=[unit.id for unit in units], digests=digests
            )
            gate = GateSettings(
                bake=run.fleet.rollout.bake if bake is None else bake,
                patience=PATIENCE_SECONDS[run.target.is_real],
                memory=memory(run.fleet),
                is_owed=is_owed,
            )
            with (
                record.ending() as ending,
                on_signals(
                    run.stopping,
                    first=lambda: run.watch.note("Stopping: what has begun ends first. Ctrl-C again leaves at once."),
                    second=lambda: record.end("interrupted"),
                ),
                watched(run.watch, plan, chosen, Verb.DEPLOY, run.journal.estimates(plan, standing=standing)),
            ):
                outcomes = Deployment(run, record, shown, gate, check=held.check).through(chosen)
                ending.succeeded()
        return {
            **answer,
            "outcome": "unchanged" if is_empty else "done",
            "units": dict(outcomes),
            "seconds": round(time.monotonic() - began, 3),
        }


def confirm(run: Run, *, yes: bool) -> None:
    """Ask before anything is touched, and say so where the fleet does not name the account."""
    account = ""
    if run.target.is_real:
        account = f", account {run.target.account}" + ("" if run.plan.account else ", which the fleet does not name")
    asked(f"Deploy {run.plan.fleet} in {run.plan.environment} on {run.target.name}{account}?", yes=yes)
