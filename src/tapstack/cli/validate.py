"""`tapstack validate`: every rule over one fleet or several; nothing is touched, no network is used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from tapstack.cli.options import environment_option, file_option, json_option, today, write_json
from tapstack.errors import InvalidFleetError, TapStackError

if TYPE_CHECKING:
    from tapstack.findings import Finding
    from tapstack.views.findings import Checked


@click.command()
@file_option
@click.argument("more", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
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
@click.pass_context
def validate(
    context: click.Context,
    file: Path,
    more: tuple[Path, ...],
    environment: str | None,
    as_json: bool,
    form: Literal["text", "json", "sarif"],
    acknowledged: bool,
    strict: bool,
) -> None:
    """Check fleets, in one environment or in all of them: --file, and any FILE after it.

    Exit code 0 without errors, 3 with; of several files, the worst counts.
    """
    from tapstack.cli.problems import show_error
    from tapstack.views.findings import as_data, as_sarif, as_text

    named = context.get_parameter_source("file") is not click.core.ParameterSource.DEFAULT
    files = (file, *more) if named or not more else more
    checked: list[Checked] = []
    exit_codes = [0]
    for path in files:
        try:
            checked.append(_check(path, environment))
        except TapStackError as error:
            if len(files) == 1:
                raise
            show_error(error)
            exit_codes.append(error.exit_code)
    if form == "sarif":
        write_json(as_sarif([finding for one in checked for finding in one.findings]))
    elif as_json or form == "json":
        write_json(as_data(checked))
    else:
        for one in checked:
            heading = f"{one.file}: " if len(files) > 1 else ""
            click.echo(as_text(one.findings, one.environments, show_acknowledged=acknowledged, heading=heading))
    if any(_fails(one.findings, strict=strict) for one in checked):
        exit_codes.append(InvalidFleetError.exit_code)
    context.exit(max(exit_codes))


def _check(file: Path, environment: str | None) -> Checked:
    from tapstack.fleet.loading import FleetFile
    from tapstack.rules.checking import check
    from tapstack.views.findings import Checked

    fleet_file = FleetFile.read(file)
    environments = (fleet_file.choose(environment),) if environment else fleet_file.environments
    return Checked(str(file), environments, check(fleet_file, environments, today()))


def _fails(findings: Sequence[Finding], *, strict: bool) -> bool:
    from tapstack.findings import Severity

    least = Severity.WARNING if strict else Severity.ERROR
    return any(finding.is_open and finding.severity >= least for finding in findings)
