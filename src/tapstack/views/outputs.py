"""Outputs as a table, as JSON and as a file of environment variables."""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal

Form = Literal["table", "json", "dotenv"]
Outputs = Mapping[str, Mapping[str, str]]
"""Each region's outputs, by name."""

BARE = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")


def write(outputs: Outputs, form: Form) -> None:
    """Write the outputs to stdout."""
    import click

    match form:
        case "table":
            click.echo(as_text(outputs))
        case "json":
            click.echo(json.dumps(as_data(outputs), indent=2))
        case "dotenv":
            click.echo(as_dotenv(outputs), nl=False)


def as_data(outputs: Outputs) -> dict[str, dict[str, str]]:
    """Outputs for scripts: always by region, be it one or many."""
    return {region: dict(sorted(values.items())) for region, values in outputs.items()}


def as_text(outputs: Outputs) -> str:
    """Outputs for people: a block for each region, values whole so that they can be copied."""
    import click

    blocks: list[str] = []
    for region, values in outputs.items():
        width = max((len(name) for name in values), default=0)
        lines = [f"  {name:<{width}}  {value}" for name, value in sorted(values.items())]
        blocks.append("\n".join([click.style(region, bold=True), *(lines or ["  nothing stands here"])]))
    return "\n\n".join(blocks)


def as_dotenv(outputs: Outputs) -> str:
    """Outputs as variables, for `source` and readers of .env files; with several regions each name ends in its own."""
    lines: list[str] = []
    for region, values in outputs.items():
        suffix = f"_{variable(region)}" if len(outputs) > 1 else ""
        lines += [f"{name}{suffix}={quoted(values[own])}" for own, name in _variables(values)]
    return "".join(f"{line}\n" for line in lines)


def variable(name: str) -> str:
    """An output's name as a variable's: ApiOrdersEndpoint is API_ORDERS_ENDPOINT."""
    text = "_".join(part for part in WORDS.split(name) if part).upper()
    return f"_{text}" if text[:1].isdigit() else text


def quoted(value: str) -> str:
    """A value that a shell and readers of .env files understand alike.

    Bare where it can be, as some readers know no quotes. Single quotes keep everything as it is, for all of them. A
    value that has both kinds of quote, or a single one beside $, is written for the shell: readers disagree about it.
    """
    if BARE.fullmatch(value):
        return value
    if "'" not in value:
        return f"'{value}'"
    if not set('"$`\\!\n') & set(value):
        return f'"{value}"'
    return shlex.quote(value)


def _variables(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    meeting = Counter(variable(name) for name in values)
    for name in sorted(values):
        # ApiUrl and APIUrl would meet in one variable: each keeps its own spelling.
        yield name, variable(name) if meeting[variable(name)] == 1 else name
