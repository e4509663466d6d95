"""`tapstack sandbox`: run the embedded AWS on this machine, and break its regions."""

from __future__ import annotations

import json as json_module
import re
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from tapstack.sandbox.control import Sandbox

_name = click.option("--name", default="default", show_default=True, help="Which sandbox; several run side by side.")
_json = click.option("--json", "as_json", is_flag=True, help="Write JSON for a script.")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}


def _seconds(written: str) -> float:
    """`200ms`, `1.5s`, `2m`, or a plain number of seconds."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m)?", written.strip())
    if found is None:
        raise click.BadParameter(f"'{written}' is not a duration. Write 200ms, 1.5s or 2m.")
    return float(found[1]) * _UNITS[found[2] or "s"]


def _region(region: str) -> str:
    from tapstack.catalog.regions import REGIONS, nearest

    if region not in REGIONS:
        hint = f" Did you mean '{near}'?" if (near := nearest(region)) else ""
        raise click.BadParameter(f"There is no region '{region}'.{hint}")
    return region


@click.group()
def sandbox() -> None:
    """Run the embedded AWS on this machine: start, look, break a region, mend it, empty it, stop."""


@sandbox.command()
@_name
@click.option("--clock-factor", type=click.FloatRange(1, 100), default=None, help="Run checks, TTLs and lags faster.")
@click.option(
    "--replication-lag", type=_seconds, default=None, metavar="DURATION", help="Between regions.  [default: 1s]"
)
@click.option(
    "--region",
    "regions",
    multiple=True,
    type=_region,
    help="Named in the status, the first is the default; every region answers anyway.",
)
@_json
def start(
    name: str, clock_factor: float | None, replication_lag: float | None, regions: tuple[str, ...], as_json: bool
) -> None:
    """Start it, and show how to use it. It runs until `tapstack sandbox stop`."""
    from tapstack.sandbox.control import start as start_sandbox

    options: dict[str, Any] = {}
    if clock_factor is not None:
        options["clock_factor"] = clock_factor
    if replication_lag is not None:
        options["replication_lag_seconds"] = replication_lag
    if regions:
        options.update(regions=regions, default_region=regions[0])
    _show(start_sandbox(name, **options), as_json=as_json)


@sandbox.command()
@_name
@_json
def stop(name: str, as_json: bool) -> None:
    """Stop it with everything it started. What it holds is kept for the next start."""
    from tapstack.sandbox.control import stop as stop_sandbox

    stopped = stop_sandbox(name)
    if as_json:
        click.echo(json_module.dumps({"name": name, "stopped": stopped}))
    else:
        click.echo(f"The sandbox '{name}' " + ("is stopped." if stopped else "was not running."))


@sandbox.command()
@_name
@_json
@click.option(
    "--shell", "shell_only", is_flag=True, help='Only the lines for a shell: eval "$(tapstack sandbox status --shell)"'
)
def status(name: str, as_json: bool, shell_only: bool) -> None:
    """Show where it answers, what runs, which faults are in force, and the lines that point tools at it."""
    from tapstack.sandbox.control import attach

    running = attach(name)
    if shell_only:
        from tapstack.sandbox.shell import lines

        click.echo("\n".join(lines(running)))
    else:
        _show(running, as_json=as_json)


@sandbox.command()
@_name
def reset(name: str) -> None:
    """Empty it. Addresses and the administrator's key stay as they are."""
    from tapstack.sandbox.control import attach

    attach(name).reset()
    click.echo(f"The sandbox '{name}' is empty.")


@sandbox.command()
@click.argument("region", type=_region)
@click.option("--latency", type=_seconds, default="0s", metavar="DURATION", help="Answer, but only after this long.")
@click.option(
    "--error-rate", type=click.FloatRange(0, 1), default=0.0, help="Fail this share of the calls, as AWS does."
)
@click.option("--throttle", type=click.FloatRange(0, 1), default=0.0, help="Refuse this share as too many calls.")
@click.option("--expired-credentials", is_flag=True, help="Refuse all calls as if their credentials had expired.")
@click.option(
    "--service", "services", multiple=True, help="Only this service, as signatures name it: s3, dynamodb, ..."
)
@_name
def outage(
    region: str,
    latency: float,
    error_rate: float,
    throttle: float,
    expired_credentials: bool,
    services: tuple[str, ...],
    name: str,
) -> None:
    """Cut REGION off, or slow it down, or let it fail or refuse calls.

    A new outage of a region replaces its last one.
    """
    from tapstack.sandbox.control import attach
    from tapstack.views.sandbox import fault_in_words

    fault: dict[str, Any] = {
        "latency_seconds": latency,
        "error_rate": error_rate,
        "throttle_rate": throttle,
        "expired_credentials": expired_credentials,
    }
    attach(name).outage(region, services=services, **fault)
    effect = fault_in_words(fault)
    subject = f"{', '.join(services)} in {region}" if services else region
    click.echo(f"In the sandbox '{name}', {subject} {effect}. End it with:\n")
    click.echo(f"  tapstack sandbox restore {region}" + ("" if name == "default" else f" --name {name}"))


@sandbox.command()
@click.argument("region", type=_region, required=False)
@_name
def restore(region: str | None, name: str) -> None:
    """End the outage of REGION, or of all regions."""
    from tapstack.sandbox.control import attach

    attach(name).restore(region)
    click.echo(f"In the sandbox '{name}', {region or 'every region'} answers again.")


def _show(running: Sandbox, *, as_json: bool) -> None:
    from tapstack.views.sandbox import as_mapping, as_text

    found = running.status()
    click.echo(json_module.dumps(as_mapping(running, found), indent=2) if as_json else as_text(running, found))
