"""`tapstack schema`: the JSON Schema of the description, for editors."""

from __future__ import annotations

import click

from tapstack.cli.options import json_option


@click.command()
@json_option
@click.option("--markdown", is_flag=True, help="Print the tables that docs/fleet-reference.md holds.")
def schema(as_json: bool, markdown: bool) -> None:  # noqa: ARG001 - it prints JSON anyway; scripts may say so
    """Print the JSON Schema of a fleet file, made from the types that read it."""
    from tapstack.cli.options import write_json
    from tapstack.fleet.schema import file_schema

    if markdown:
        from tapstack.views.reference import as_markdown

        click.echo(as_markdown(file_schema()), nl=False)
    else:
        write_json(file_schema())
