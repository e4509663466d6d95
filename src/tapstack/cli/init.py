"""`tapstack init`: a fleet to begin with, from one of the blueprints."""

from __future__ import annotations

from pathlib import Path

import click

from tapstack.cli.options import DEFAULT_FILE, json_option, write_json


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--blueprint", "-b", default="web-platform", show_default=True, help="What to begin with; see --list.")
@click.option("--name", "-n", help="The fleet's name; the blueprint's if not said.")
@click.option("--list", "listing", is_flag=True, help="List the blueprints.")
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@json_option
def init(folder: Path, blueprint: str, name: str | None, listing: bool, force: bool, as_json: bool) -> None:
    """Write a fleet, comments and function code included, into FOLDER."""
    from tapstack.blueprints import blueprints, write

    if listing:
        available = blueprints()
        if as_json:
            write_json([{"name": key, "description": text} for key, text in available.items()])
        else:
            width = max(map(len, available))
            click.echo("\n".join(f"{key:<{width}}  {text}" for key, text in available.items()))
        return
    written = write(blueprint, folder, name=name, force=force)
    if as_json:
        write_json({"blueprint": blueprint, "files": [str(path) for path in written]})
        return
    for path in written:
        click.echo(f"wrote {path}")
    option = "" if folder == Path() else f" --file {folder / DEFAULT_FILE}"
    click.echo(f"\nRead it, then:\n\n  tapstack validate{option}\n  tapstack plan --offline{option} --environment prod")
