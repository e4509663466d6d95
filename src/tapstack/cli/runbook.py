"""`tapstack runbook`: failing over by hand, for one fleet."""

from __future__ import annotations

from pathlib import Path

import click

from tapstack.cli.options import environment_option, file_option, ready


@click.command()
@file_option
@environment_option
@click.option("--output", "-o", type=click.Path(path_type=Path), help="Into this file rather than to the terminal.")
def runbook(file: Path, environment: str | None, output: Path | None) -> None:
    """Print how a person fails this fleet over and back with the AWS CLI and the console alone, as Markdown.

    Asks nobody: identifiers are planned, and what AWS has named is looked up by commands of the runbook itself.
    """
    fleet, plan = ready(file, environment)
    from tapstack.failover.runbook import write
    from tapstack.views.runbook import as_markdown

    text = as_markdown(write(fleet, plan))
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"Written to {output}", err=True)
