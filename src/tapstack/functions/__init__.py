"""Functions that engines deploy on their own behalf: their code is data here, run by Lambda and never imported."""

from __future__ import annotations

from pathlib import Path


def folder(name: str) -> Path:
    """The folder of a function's code."""
    return Path(__file__).parent / name
