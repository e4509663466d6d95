"""`tapstack synth`: the artifacts of an environment, for the plain CLI of an engine or for `tapstack` itself."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from tapstack.cli.options import environment_option, file_option, json_option, ready, write_json
from tapstack.errors import MissingToolError


@click.command()
@file_option
@environment_option
@json_option
@click.option("--engine", type=click.Choice(["cloudformation", "terraform"]), help="The fleet's own, if not said.")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("cdk.out"),
    show_default=True,
    help="The folder to write.",
)
@click.option("--check", is_flag=True, help="Have CDK's validator read each template too.")
def synth(
    file: Path,
    environment: str | None,
    as_json: bool,
    engine: Literal["cloudformation", "terraform"] | None,
    output: Path,
    check: bool,
) -> None:
    """Write a cloud assembly: one template per shape of region, listed once per region.

    The plain CDK CLI deploys it: `npx aws-cdk@2 deploy --app cdk.out --all`.
    """
    fleet, plan = ready(file, environment)
    if (engine or fleet.engine) == "terraform":
        raise MissingToolError(
            "The terraform engine is still to come.",
            "Any fleet can be synthesised for CloudFormation until then.",
            command=f"tapstack synth --file {file} --environment {plan.environment} --engine cloudformation",
        )
    from tapstack.engines.cloudformation.assembly import synthesise

    made = synthesise(fleet, plan, source=file.parent, output=output, check=check)
    if as_json:
        write_json(
            {
                "folder": str(made.folder),
                "reused": made.reused,
                "templates": dict(made.templates),
                "units": dict(made.units),
            }
        )
        return
    state = "unchanged" if made.reused else "written"
    shapes = ", ".join(made.templates.values())
    click.echo(f"{made.folder}: {state}; {len(made.units)} units in {len(plan.regions)} regions from {shapes}")
