"""Golden modules: what a change to the engine does to each component, to be seen in a review.

`make golden` writes them again.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tapstack.fleet.loading import FleetFile

ROOT = Path(__file__).parents[4]
FLEETS = sorted((ROOT / "tests" / "golden").glob("*/fleet.yaml"))


@pytest.mark.parametrize("fleet", FLEETS, ids=lambda file: file.parent.name)
def test_a_component_is_built_as_before(fleet: Path, golden_modules) -> None:
    environments = FleetFile.read(fleet).environments
    built = {
        made.shape if len(environments) == 1 else f"{made.environment} {made.shape}": made.data
        for made in golden_modules
        if made.fleet == fleet.parent.name
    }
    text = json.dumps(dict(sorted(built.items())), indent=1, ensure_ascii=False) + "\n"
    expected = fleet.parent / "terraform.json"
    if os.environ.get("GOLDEN_UPDATE") == "1":
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8"), "If this change is meant, run: make golden"
