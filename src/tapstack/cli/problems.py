"""How an error looks on the terminal: what is wrong, why, and the way out."""

from __future__ import annotations

import sys
import tempfile
import traceback
from pathlib import Path

import click

from tapstack import __version__
from tapstack.errors import TapStackError


def show_error(error: TapStackError) -> None:
    """Print one of our own errors to stderr."""
    click.echo(f"{click.style('error', fg='red', bold=True)}: {error.summary}", err=True)
    if error.detail:
        click.echo(f"\n{error.detail}", err=True)
    if error.command:
        click.echo(f"\n  {error.command}", err=True)


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
