"""`tapstack validate`: every rule over a fleet; nothing is touched, no network is used."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from tapstack.cli.options import environment_option, file_option, json_option, today, write_json
from tapstack.errors import InvalidFleetError


@click.command()
@file_option
@environment_option
@json_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="How to print the findings.",
)
@click.option("--acknowledged", is_flag=True, help="Show acknowledged findings too.")
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
def validate(
    file: Path,
    environment: str | None,
    as_json: bool,
    form: Literal["text", "json", "sarif"],
    acknowledged: bool,
    strict: bool,
) -> None:
    """Check a fleet, in one environment or in all of them.

    Exit code 0 without errors, 3 with.
    """
    from tapstack.findings import Severity
    from tapstack.fleet.loading import FleetFile
    from tapstack.rules.checking import check
    from tapstack.views.findings import as_data, as_sarif, as_text

    fleet_file = FleetFile.read(file)
    environments = (fleet_file.choose(environment),) if environment else fleet_file.environments
    findings = check(fleet_file, environments, today())
    if form == "sarif":
        write_json(as_sarif(findings))
    elif as_json or form == "json":
        write_json(as_data(findings, environments))
    else:
        click.echo(as_text(findings, environments, show_acknowledged=acknowledged))
    worst = max((finding.severity for finding in findings if finding.is_open), default=Severity.INFO)
    if worst >= (Severity.WARNING if strict else Severity.ERROR):
        raise click.exceptions.Exit(InvalidFleetError.exit_code)
