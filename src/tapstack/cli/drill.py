"""`tapstack drill`: an outage on purpose, measured, and held against what the fleet promises."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tapstack.cli.options import environment_option, file_option, json_option
from tapstack.cli.rollout import EngineName, asked, opened, status_console, target_options, yes_option
from tapstack.errors import BrokenPromiseError, LockedError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapstack.drill.conditions import Options
    from tapstack.drill.listener import Listener
    from tapstack.drill.notes import Notes
    from tapstack.drill.record import DrillRecord
    from tapstack.drill.scenarios import Scenario
    from tapstack.drill.setting import Deploying
    from tapstack.rollout.run import Run

ON_AWS = "led-away"
EVERYWHERE = "region-outage"
NO_WRITES = "Nothing is written: that was not wished for, or nobody said --writes on AWS."


@click.command()
@file_option
@environment_option
@target_options
@click.option(
    "--scenario",
    metavar="NAME|FILE",
    help=f"What happens: {EVERYWHERE} if not said ({ON_AWS} on AWS), none for a control, or a YAML file.",
)
@click.option("--restore", is_flag=True, help="Only make whole again what a drill that was killed has left broken.")
@click.option("--path", help="The path to ask for, instead of that of each health check.")
@click.option("--rate", type=click.FloatRange(1, 200), default=12.0, show_default=True, help="Requests per second.")
@click.option(
    "--writes/--no-writes", default=None, help="Write to tables and databases; if not said, only in a sandbox."
)
@click.option("--warm-up", type=click.FloatRange(min=1), metavar="SECONDS", help="Of the fleet's clock.")
@click.option(
    "--deadline", type=click.FloatRange(min=1), metavar="SECONDS", help="Restore then, recovered or not; fleet's clock."
)
@click.option("--watch", is_flag=True, help="Show it in a browser while it goes, on an address that only you are told.")
@yes_option
@json_option
def drill(
    file: Path,
    environment: str | None,
    engine: EngineName | None,
    target_name: str,
    profile: str | None,
    scenario: str | None,
    restore: bool,
    path: str | None,
    rate: float,
    writes: bool | None,
    warm_up: float | None,
    deadline: float | None,
    watch: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Lose a region on purpose while clients ask and write, and measure what that costs.

    In a sandbox the region is really gone. On AWS nothing is harmed: the home's health check is held unhealthy, so that
    clients are led away. Exit code 17 when the fleet does not keep its `rto` or `rpo`.
    """
    with opened(file, environment, target_name=target_name, profile=profile, engine=engine) as run:
        from tapstack.drill.conditions import Options
        from tapstack.drill.deployment import ProcessDeployment
        from tapstack.drill.notes import Notes
        from tapstack.drill.scenarios import choose
        from tapstack.rollout.places import folder_of
        from tapstack.rollout.stores import make_private

        folder = folder_of(file, run.plan.environment, run.target) / "drills"
        make_private(folder)
        notes = Notes(run.journal.store)
        if restore:
            _restore(run, notes, folder)
            return
        chosen, source = choose(scenario or (ON_AWS if run.target.is_real else EVERYWHERE))
        _refuse_on_aws(run, chosen)
        _restore_abandoned(run, notes, folder)
        wants_writes = writes if writes is not None else not run.target.is_real
        options = Options(rate=rate, writes=wants_writes, path=path, warm_up=warm_up, deadline=deadline)
        _ask(run, chosen, yes=yes)
        deployment = ProcessDeployment(file, _arguments(run, target_name, profile), folder / "deployment.log")
        with _listening(run, watch=watch) as listener:
            record = _run(run, chosen, source, notes, folder, options, deployment, listener)
        kept = folder / f"{record.id}.json"
        kept.write_text(record.as_json(), encoding="utf-8")
    if as_json:
        click.echo(record.as_json(), nl=False)
    else:
        from rich.console import Console

        from tapstack.views.drill import show

        show(record, Console(), kept)
    if record.verdict.kept is False:
        raise BrokenPromiseError("The promises were not kept.", record.verdict.text)


@contextlib.contextmanager
def _listening(run: Run, *, watch: bool) -> Iterator[Listener]:
    """A line for each thing that happens; and, where that was asked for, a page that follows."""
    from tapstack.views.drill import LineListener

    console = status_console()
    lines = LineListener(console)
    if not watch:
        yield lines
        return
    from tapstack.views.report.live import served

    title = f"Drill of {run.plan.fleet} in {run.plan.environment}"
    with served(title, [region.name for region in run.plan.regions], lines) as page:
        console.print(f"Watch it: {page.url}", highlight=False, soft_wrap=True)
        yield page.drill


def _run(
    run: Run,
    scenario: Scenario,
    source: str,
    notes: Notes,
    folder: Path,
    options: Options,
    deploying: Deploying,
    listener: Listener,
) -> DrillRecord:
    from tapstack.drill.naming import named
    from tapstack.drill.running import Drill
    from tapstack.drill.setting import Setting
    from tapstack.drill.stores.choosing import Chosen, choose
    from tapstack.rollout.stopping import on_signals

    console = status_console()
    setting = Setting(
        fleet=run.fleet,
        plan=run.plan,
        target=run.target,
        scenario=scenario,
        source=source,
        names=named(run.fleet, run.plan, run.target, path=options.path),
        chosen=choose(run.fleet, run.plan, run.target) if options.writes else Chosen((), (NO_WRITES,)),
        notes=notes,
        folder=folder,
        options=options,
        listener=listener,
        stopping=run.stopping,
        deploying=deploying,
    )
    going = Drill(setting)
    with on_signals(
        run.stopping,
        first=lambda: console.print("Stopping: what is broken is made whole first. Ctrl-C again leaves at once."),
        second=going.breaking.restore,
    ):
        return going.run()


def _arguments(run: Run, target_name: str, profile: str | None) -> list[str]:
    """What a deployment beside the drill needs to be told to work on the same."""
    told = ["--environment", run.plan.environment, "--target", target_name, "--engine", run.plan.engine]
    return [*told, *(["--profile", profile] if profile else [])]


def _restore(run: Run, notes: Notes, folder: Path) -> None:
    from tapstack.drill.breaking import restore
    from tapstack.drill.cleaning import clean
    from tapstack.drill.stores.choosing import choose

    note = notes.read()
    console = status_console()
    if note is None:
        console.print("No drill has left anything broken.")
        return
    console.print(note.in_words(), highlight=False)
    restore(note, run.target, run.plan.home)
    files = folder / note.drill
    if files.is_dir():
        for problem in clean(choose(run.fleet, run.plan, run.target).stores, files):
            console.print(problem, highlight=False, markup=False)
    notes.take_away()
    console.print("Everything is whole again.")


def _restore_abandoned(run: Run, notes: Notes, folder: Path) -> None:
    """Make whole what a killed drill left; leave alone what one that goes on has broken."""
    note = notes.read()
    if note is None:
        return
    if note.may_be_alive:
        raise LockedError(
            "Another drill goes on.",
            f"{note.in_words()} If it is no more, make everything whole first:",
            command="tapstack drill --restore",
        )
    _restore(run, notes, folder)


def _refuse_on_aws(run: Run, scenario: Scenario) -> None:
    if run.target.is_real and not (scenario.is_control or scenario.is_harmless):
        raise RefusedError(
            "On AWS a drill breaks nothing.",
            f"'{scenario.name}' does. Holding the home's health check unhealthy leads clients away, and harms nothing:",
            command=f"tapstack drill --target aws --scenario {ON_AWS}",
        )


def _ask(run: Run, scenario: Scenario, *, yes: bool) -> None:
    if not run.target.is_real or scenario.is_control:
        return
    following = [name for name, database in run.fleet.databases.items() if database.cross_region]
    stays = (
        f" {', '.join(following)} stays written at {run.plan.home}: functions elsewhere only read." if following else ""
    )
    asked(
        f"Clients of {run.plan.fleet} ({run.plan.environment}) in account {run.target.account} will be led away from "
        f"{run.plan.home} for some minutes, and back.{stays} Go ahead?",
        yes=yes,
    )
