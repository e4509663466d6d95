"""What was compared, kept from one run to the next: examples can be compared one at a time, and share one page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.inventory import ABSENT, Difference

from .comparing import Comparison

KEPT = Path(__file__).parents[1] / ".cache" / "parity"


def keep(one: Comparison, folder: Path = KEPT) -> None:
    """Write a comparison down, instead of the one before of the same example."""
    folder.mkdir(parents=True, exist_ok=True)
    data = {
        "fleet": one.fleet,
        "environment": one.environment,
        "engines": one.engines,
        "resources": one.resources,
        "differences": [[each.path, _written(each.a), _written(each.b)] for each in one.differences],
    }
    (folder / f"{one.fleet}-{one.environment}.json").write_text(json.dumps(data, default=str))


def kept(folder: Path = KEPT) -> Iterator[Comparison]:
    """The last comparison of each example, by its name."""
    for file in sorted(folder.glob("*.json")):
        data = json.loads(file.read_text())
        yield Comparison(
            data["fleet"],
            data["environment"],
            (data["engines"][0], data["engines"][1]),
            {region: (first, second) for region, (first, second) in data["resources"].items()},
            tuple(Difference(path, _read(a), _read(b)) for path, a, b in data["differences"]),
        )


def _written(value: Any) -> list[Any]:
    return [] if value is ABSENT else [value]


def _read(value: list[Any]) -> Any:
    return value[0] if value else ABSENT
