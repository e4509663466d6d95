"""`tapstack schema`: the JSON Schema of the description, for editors."""

from __future__ import annotations

import click


@click.command()
def schema() -> None:
    """Print the JSON Schema of a fleet file, made from the types that read it."""
    from tapstack.cli.options import write_json
    from tapstack.fleet.schema import file_schema

    write_json(file_schema())
