"""Replacing a function of MiniStack, and noticing at once when another release has none of that name."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any


def replace(module: ModuleType, name: str, make: Callable[[Any], Any]) -> None:
    """Put what `make` returns, given the original, in the original's place."""
    original = getattr(module, name, None)
    if original is None:
        raise RuntimeError(
            f"{module.__name__} has no {name}: this release of MiniStack is not the one that TapStack mends"
        )
    setattr(module, name, make(original))
