"""`tapstack report`: the fleet, what stands, and what drills measured, as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tapstack.cli.options import environment_option, file_option, ready, today
from tapstack.cli.rollout import EngineName, engine_option, opened
from tapstack.errors import FileAccessError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tapstack.drill.record import DrillRecord
    from tapstack.findings import Finding
    from tapstack.views.report.page import Report

SHOWN_DRILLS = 5


@click.command()
@file_option
@environment_option
@engine_option
@click.option(
    "--target",
    "target_name",
    metavar="sandbox[:NAME]|aws",
    help="Ask this place for outputs and drift too; without it, nothing is asked.",
)
@click.option("--profile", help="A profile of the AWS configuration, for --target aws.")
@click.option(
    "--drill",
    "drills",
    multiple=True,
    type=click.Path(path_type=Path),
    help="This record of a drill, instead of the latest of the environment; may be given several times.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    default="report.html",
    show_default=True,
    help="Where to write it.",
)
@click.option("--mermaid", is_flag=True, help="Print the topology as Mermaid text, and write nothing.")
def report(
    file: Path,
    environment: str | None,
    engine: EngineName | None,
    target_name: str | None,
    profile: str | None,
    drills: tuple[Path, ...],
    output: Path,
    mermaid: bool,
) -> None:
    """Write one HTML file: topology, drills, findings, plan, outputs, drift, runbook. Neither needs a network."""
    if mermaid:
        from tapstack.views.report.mermaid import as_mermaid
        from tapstack.views.report.topology import topology

        click.echo(as_mermaid(topology(*ready(file, environment, engine))), nl=False)
        return
    from tapstack.views.report.page import page

    made = _report(file, environment, engine, target_name, profile, drills)
    _write(output, page(made))
    click.echo(output)


def _report(
    file: Path,
    environment: str | None,
    engine: EngineName | None,
    target_name: str | None,
    profile: str | None,
    drills: tuple[Path, ...],
) -> Report:
    import dataclasses
    from datetime import UTC, datetime

    from tapstack.failover.runbook import write
    from tapstack.views.report.page import Report

    fleet, plan = ready(file, environment, engine)
    made = Report(
        fleet,
        plan,
        _findings(file, plan.environment),
        datetime.now(UTC),
        runbook=write(fleet, plan) if len(plan.regions) > 1 else None,
        drills=_records(file, plan.fleet, plan.environment, drills),
    )
    if target_name is None:
        return made
    with opened(file, environment, target_name=target_name, profile=profile, engine=engine, watching=True) as run:
        from tapstack.rollout.looking import drift, outputs, units_in

        units = units_in(run.plan, ())
        return dataclasses.replace(
            made,
            target=run.target.name,
            outputs=outputs(run.engine, units),
            drift=drift(run.engine, units, run.watch.progressed),
        )


def _findings(file: Path, environment: str) -> Sequence[Finding]:
    from tapstack.fleet.loading import FleetFile
    from tapstack.rules.checking import check

    return check(FleetFile.read(file), (environment,), today())


def _records(file: Path, fleet: str, environment: str, given: tuple[Path, ...]) -> tuple[DrillRecord, ...]:
    """The records that were named; otherwise the latest of this fleet in this environment, on whatever target."""
    from tapstack.drill.notes import NAME
    from tapstack.drill.record import DrillRecord

    if given:
        return tuple(DrillRecord.read(path) for path in given)
    records: list[DrillRecord] = []
    for path in (file.absolute().parent / ".tapstack" / environment).glob("*/drills/*.json"):
        try:
            record = None if path.name == NAME else DrillRecord.read(path)
        except FileAccessError as error:
            click.echo(f"Left out: {error.summary}", err=True)
            continue
        if record is not None and record.fleet == fleet:
            records.append(record)
    return tuple(sorted(records, key=lambda record: record.began, reverse=True)[:SHOWN_DRILLS])


def _write(output: Path, text: str) -> None:
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileAccessError(f"{output} cannot be written.", str(error)) from error
