"""What `failover` and `failback` share: their options, and the sequence of a move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tapstack.cli.options import write_json
from tapstack.cli.rollout import asked, asked_for_word, status_console
from tapstack.errors import RefusedError

if TYPE_CHECKING:
    from tapstack.failover.planning import Move
    from tapstack.failover.site import Site
    from tapstack.rollout.run import Run

Command = TypeVar("Command", bound=Callable[..., Any])
MOST_LAG_SECONDS = 300.0


@dataclass(frozen=True)
class Wishes:
    """What the person asked for."""

    verb: str
    planned: bool
    most_lag: float
    despite: tuple[str, ...]
    dry_run: bool
    typed: str | None
    take_over: bool
    yes: bool
    as_json: bool


def moving_options(command: Command) -> Command:
    """How a move is asked for."""
    for option in (
        click.option("--confirm", "typed", metavar="NAME", help="FLEET/ENV, as it would be typed."),
        click.option("--despite", multiple=True, metavar="ALARM", help="This alarm may ring where the move leads."),
        click.option(
            "--dry-run", is_flag=True, help="Tell the checks, the steps and their very calls; change nothing."
        ),
        click.option(
            "--max-lag",
            "most_lag",
            type=click.FloatRange(min=0),
            default=MOST_LAG_SECONDS,
            show_default=True,
            help="Seconds by which the target may be behind. A PostgreSQL replica of an idle writer says up to 300.",
        ),
    ):
        command = option(command)
    return command


def move(run: Run, to: str, wishes: Wishes) -> None:
    """Look, show, ask, and take the steps."""
    from tapstack.failover.planning import plan_move
    from tapstack.failover.site import Site
    from tapstack.failover.steps import take
    from tapstack.rollout.stopping import on_signals
    from tapstack.views import failover as view

    console, site = status_console(), Site(run.fleet, run.plan, run.target, run.engine)
    if wishes.dry_run:
        planned = plan_move(site, to, planned=wishes.planned, most_lag=wishes.most_lag, despite=wishes.despite)
        view.show(planned, console, calls=True)
        if wishes.as_json:
            write_json(view.as_data(planned))
        _refuse(planned, wishes)
        return
    with run.locked(wishes.verb, take_over=wishes.take_over) as held:
        unfinished = run.journal.unfinished()
        if unfinished is not None:
            run.watch.note(unfinished.in_words(wishes.verb))
        planned = plan_move(site, to, planned=wishes.planned, most_lag=wishes.most_lag, despite=wishes.despite)
        view.show(planned, console)
        _refuse(planned, wishes)
        _ask(site, planned, wishes)
        record = run.journal.begin(verb=wishes.verb, plan=run.plan, target=run.target, units=(), digests={})
        with (
            record.ending() as ending,
            on_signals(
                run.stopping,
                first=lambda: run.watch.note(
                    "Stopping: the step that has begun ends first. Ctrl-C again leaves at once."
                ),
                second=lambda: record.end("interrupted"),
            ),
        ):
            for risk in planned.at_risk:
                record.note(f"may be lost: {risk}")
            taken = take(
                planned.steps,
                run.target,
                record,
                run.stopping,
                check=held.check,
                say=lambda step, what: view.progressed(step, what, console),
            )
            ending.succeeded()
        if unfinished is not None and unfinished.started.verb == wishes.verb:
            unfinished.close(run.journal)
    view.show_end(planned, taken, console)
    if wishes.as_json:
        write_json(view.as_data(planned, taken))


def _refuse(planned: Move, wishes: Wishes) -> None:
    if not planned.refused:
        return
    said = "\n".join(f"  {finding.name}: {finding.measured}; wanted: {finding.wanted}" for finding in planned.refused)
    raise RefusedError(
        f"{planned.to} cannot take over without a loss now; nothing was touched.",
        f"{said}\n\nMend that, or wait. Where the writer is lost: tapstack {wishes.verb} --accept-data-loss"
        if wishes.verb == "failover"
        else f"{said}\n\nMend that, or wait: nothing is lost meanwhile.",
    )


def _ask(site: Site, planned: Move, wishes: Wishes) -> None:
    question = f"Move {site.where} on {site.target.name} to {planned.to}?"
    if planned.planned and not planned.is_irreversible:
        asked(question, yes=wishes.yes)
        return
    why = "Writes may be lost" if not planned.planned else "A step cannot be undone"
    asked_for_word(f"{question} {why}: type {site.where} to go ahead.", site.where, given=wishes.typed)
