"""What writing an engine's artifacts leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Synthesis:
    """What a synthesis made, or found made already."""

    folder: Path
    templates: Mapping[str, str]
    """The file of each shape, inside the folder."""
    units: Mapping[str, str]
    """What the engine's own CLI calls each unit."""
    reused: bool
