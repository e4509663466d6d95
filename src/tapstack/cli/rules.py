"""`tapstack rules`: what `validate` looks for."""

from __future__ import annotations

import click

from tapstack.cli.options import json_option, write_json


@click.command()
@click.argument("rule", required=False)
@json_option
@click.option("--markdown", is_flag=True, help="Print the table that docs/rules.md holds.")
def rules(rule: str | None, as_json: bool, markdown: bool) -> None:
    """List the rules, or explain RULE."""
    from tapstack.rules.table import BY_ID, RULES

    if rule is not None and rule not in BY_ID:
        from difflib import get_close_matches

        near = get_close_matches(rule, BY_ID, n=1)
        raise click.UsageError(f"There is no rule '{rule}'." + (f" Did you mean '{near[0]}'?" if near else ""))
    chosen = RULES if rule is None else (BY_ID[rule],)
    if as_json:
        write_json(
            [
                {"id": r.id, "severity": r.severity.label, "summary": r.summary, "fix": r.fix, "source": r.source}
                for r in chosen
            ]
        )
    elif markdown:
        click.echo("| rule | severity | what it finds | way out |\n|---|---|---|---|")
        for r in chosen:
            click.echo(f"| [{r.id}]({r.source}) | {r.severity.label} | {r.summary} | {r.fix} |")
    elif rule is None:
        width = max(len(r.id) for r in RULES)
        for r in RULES:
            click.echo(f"{r.id:<{width}}  {r.severity.label:<7}  {r.summary}")
    else:
        for r in chosen:
            click.echo(f"{r.id} ({r.severity.label})\n\n{r.summary}\n{r.fix}\n\n{r.source}")
            click.echo(f"\nTo let it stand:\n\n  acknowledged:\n    - rule: {r.id}\n      reason: ...")
