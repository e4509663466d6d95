"""`tapstack up`: the embedded AWS, a fleet deployed in it, and proof that it answers."""

from __future__ import annotations

from pathlib import Path

import click

from tapstack.cli.deploy import deploy_run
from tapstack.cli.options import environment_option, file_option, json_option, write_json
from tapstack.cli.rollout import EngineName, engine_option, opened
from tapstack.errors import DeploymentError


@click.command()
@file_option
@environment_option
@engine_option
@click.option("--name", default="default", show_default=True, help="Which sandbox; several run side by side.")
@json_option
def up(file: Path, environment: str | None, engine: EngineName | None, name: str, as_json: bool) -> None:
    """Start the embedded AWS, deploy a fleet in it, ask every region whether it is well, and show where all is.

    A second time it says within seconds that nothing changed.
    """
    from tapstack.sandbox.control import start

    sandbox = start(name)
    with opened(file, environment, target_name=f"sandbox:{name}", profile=None, engine=engine, watching=True) as run:
        from tapstack.rollout.endpoints import public_urls
        from tapstack.rollout.gates import probe
        from tapstack.views.up import as_data, show

        deployed = deploy_run(run, yes=True)
        probed = list(probe(run.fleet, run.plan, run.target))
        urls = public_urls(run.fleet)
    if as_json:
        write_json(as_data(sandbox, deployed, probed, urls))
    else:
        from rich.console import Console

        show(sandbox, probed, urls, Console())
    unwell = [problem for _, problem in probed if problem]
    if unwell:
        raise DeploymentError("It is deployed, but not well.", "\n".join(unwell))
