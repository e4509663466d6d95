"""`tapstack remove-region`: one region less in the fleet's file."""

from __future__ import annotations

from pathlib import Path

import click

from tapstack.cli.options import DEFAULT_FILE, environment_option, file_option, json_option


@click.command()
@click.argument("region")
@file_option
@environment_option
@click.option("--yes", "-y", is_flag=True, help="Do not ask whether the region was destroyed.")
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@json_option
def remove_region(region: str, file: Path, environment: str | None, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Remove REGION from the fleet's file, with what concerns it alone, and show the plan.

    What stands in the region is not destroyed by this: destroy it first, as long as the file still describes it.
    """
    from tapstack.cli.fleet_edits import Edit, coloured, conclude, held, opened
    from tapstack.cli.rollout import asked
    from tapstack.fleet.editing import remove_region as removed

    content, fleet_file = opened(file)
    chosen = fleet_file.choose(environment)
    edit = Edit(file, content, removed(content, region))
    after = held(edit)
    named = "" if str(file) == DEFAULT_FILE else f" --file {file}"
    first = [f"tapstack destroy --region {region}{named} --environment {name}" for name in after.environments]
    order = [
        f"This does not destroy what stands in {region}, and a file without the region no longer knows of it.",
        "The right order is to destroy first, in every environment that was deployed, and to remove then:",
        "",
        *(f"  {command}" for command in first),
        "",
        "By CloudFormation a global table's replica leaves with the home's deployment: where there is one, keep a copy",
        "of this file, remove, deploy, and destroy by the copy.",
    ]
    if not (yes or dry_run):
        click.echo(coloured(edit.diff) + "\n\n" + "\n".join(order) + "\n", err=True)
    asked(f"Has {region} been destroyed, or was it never deployed?", yes=yes or dry_run)
    conclude(
        edit,
        chosen,
        write=not dry_run,
        as_json=as_json,
        explained={"region": region, "destroy_first": first},
        text=order,
    )
