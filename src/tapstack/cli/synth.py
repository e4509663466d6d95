"""`tapstack synth`: the artifacts of an environment, for the plain CLI of an engine or for `tapstack` itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from tapstack.cli.options import environment_option, file_option, json_option, ready, write_json

if TYPE_CHECKING:
    from tapstack.engines.synthesis import Synthesis


@click.command()
@file_option
@environment_option
@json_option
@click.option("--engine", type=click.Choice(["cloudformation", "terraform"]), help="The fleet's own, if not said.")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write; cdk.out or cdktf.out, if not said.",
)
@click.option("--check", is_flag=True, help="Have CDK's validator read each template too.")
def synth(
    file: Path,
    environment: str | None,
    as_json: bool,
    engine: Literal["cloudformation", "terraform"] | None,
    output: Path | None,
    check: bool,
) -> None:
    """Write what an engine deploys: one template or module per shape of region, listed once per region.

    The plain CLIs deploy it: `npx aws-cdk@2 deploy --app cdk.out --all`, or `npx cdktn-cli deploy tap-stack-us-east-1`.
    """
    fleet, plan = ready(file, environment)
    made: Synthesis
    if (engine or fleet.engine) == "terraform":
        if check:
            raise click.UsageError("--check asks CDK's validator, which knows CloudFormation only.")
        from tapstack.engines.terraform import assembly as terraform

        made = terraform.synthesise(fleet, plan, source=file.parent, output=output or Path("cdktf.out"))
    else:
        from tapstack.engines.cloudformation import assembly as cloudformation

        made = cloudformation.synthesise(fleet, plan, source=file.parent, output=output or Path("cdk.out"), check=check)
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
