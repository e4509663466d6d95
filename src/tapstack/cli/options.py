"""Options that several verbs share, and the steps that begin most of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from tapstack.errors import InvalidFleetError

if TYPE_CHECKING:
    from datetime import date

    from tapstack.fleet.fleet import Fleet
    from tapstack.fleet.loading import FleetFile
    from tapstack.plan.model import Plan

Command = TypeVar("Command", bound=Callable[..., Any])

DEFAULT_FILE = "fleet.yaml"


def file_option(command: Command) -> Command:
    """Which fleet."""
    return click.option(
        "--file",
        "-f",
        "file",
        type=click.Path(path_type=Path),
        default=DEFAULT_FILE,
        show_default=True,
        help="The fleet's file.",
    )(command)


def environment_option(command: Command) -> Command:
    """Which environment."""
    return click.option("--environment", "-e", "environment", help="One environment of the fleet.")(command)


def json_option(command: Command) -> Command:
    """For a person or for a script."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")(command)


def write_json(data: object) -> None:
    """Print data for scripts."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False, default=str))


def today() -> date:
    """The day by which versions are judged; `SOURCE_DATE_EPOCH` fixes it, as in reproducible builds."""
    import os
    from datetime import UTC, datetime

    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date()
    except (ValueError, OverflowError, OSError):
        # Unset, or no time that a calendar knows.
        return datetime.now(UTC).date()


def checked(fleet_file: FleetFile, environments: Sequence[str]) -> None:
    """Run every rule; an error among the findings ends the verb after all were shown, anything less is mentioned."""
    from tapstack.findings import has_errors
    from tapstack.rules.checking import check
    from tapstack.views.findings import as_text

    findings = check(fleet_file, environments, today())
    if has_errors(findings):
        click.echo(as_text(findings, environments), err=True)
        raise InvalidFleetError(
            "The fleet does not hold; nothing was touched.",
            "What stands above as an error must be mended, or acknowledged in the fleet with a reason.",
        )
    if any(finding.is_open for finding in findings):
        click.echo("The rules have something to say: tapstack validate\n", err=True)


def ready(
    file: Path, environment: str | None, engine: Literal["cloudformation", "terraform"] | None = None
) -> tuple[Fleet, Plan]:
    """Read a fleet, run every rule, and plan one environment; what does not hold ends the verb.

    `engine` takes the place of the fleet's own.
    """
    from tapstack.fleet.loading import FleetFile
    from tapstack.plan.planning import make

    fleet_file = FleetFile.read(file)
    chosen = fleet_file.choose(environment)
    checked(fleet_file, (chosen,))
    fleet = fleet_file.describe(chosen).fleet
    if fleet is None:
        raise AssertionError("a fleet without errors has a model")
    if engine is not None:
        fleet = fleet.model_copy(update={"engine": engine})
    return fleet, make(fleet, chosen)
