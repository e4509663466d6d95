"""Two sandboxes, one engine each, and what differs between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tapstack.sandbox.control import Sandbox
from tests.support.inventory import Difference, Inventory, differences, inventory

from .deploying import deploy
from .intended import Intended, explained_by


@dataclass(frozen=True)
class Comparison:
    """One environment of one fleet, as two engines deploy it."""

    fleet: str
    environment: str
    engines: tuple[str, str]
    resources: Mapping[str, tuple[int, int]]
    """How many each engine made, by region; what belongs to no region is `global`."""
    differences: tuple[Difference, ...]

    @property
    def total(self) -> tuple[int, int]:
        """How many resources each engine made."""
        return sum(first for first, _ in self.resources.values()), sum(second for _, second in self.resources.values())

    @property
    def unexplained(self) -> tuple[Difference, ...]:
        """What nobody meant."""
        return tuple(difference for difference in self.differences if explained_by(difference) is None)

    @property
    def intended(self) -> Mapping[Intended, int]:
        """What is meant, and how often it is so."""
        counts: dict[Intended, int] = {}
        for difference in self.differences:
            if (entry := explained_by(difference)) is not None:
                counts[entry] = counts.get(entry, 0) + 1
        return counts


def compare(fleet_file: Path, environment: str, engines: tuple[str, str]) -> Comparison:
    """Deploy an environment with both engines side by side, and read what each made."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        first, second = pool.map(lambda job: _standing(fleet_file, environment, *job), enumerate(engines))
    counts = [Counter(thing.region for thing in found.things.values()) for found in (first, second)]
    resources = {region: (counts[0][region], counts[1][region]) for region in sorted(counts[0] | counts[1])}
    return Comparison(fleet_file.parent.name, environment, engines, resources, tuple(differences(first, second)))


def _standing(fleet_file: Path, environment: str, number: int, engine: str) -> Inventory:
    with Sandbox.run(f"parity-{number + 1}-{engine}") as sandbox:
        sandbox.reset()
        return inventory(sandbox, deploy(fleet_file, environment, engine, sandbox))
