"""Templates and modules of every example in every environment, and of every golden fleet: made once, read by many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import terraform_modules

from tapstack.engines.cloudformation.template import LintException, Value
from tapstack.engines.cloudformation.templates import build
from tapstack.engines.cloudformation.unit import Code
from tapstack.fleet.loading import FleetFile
from tapstack.plan import planning

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"
GOLDEN = ROOT / "tests" / "golden"
NO_CODE = "0" * 64 + ".zip"


@dataclass(frozen=True)
class Made:
    """One template of one fleet in one environment."""

    fleet: str
    environment: str
    shape: str
    regions: tuple[str, ...]
    data: Mapping[str, Value]
    exceptions: Mapping[str, tuple[LintException, ...]]

    @property
    def name(self) -> str:
        """A name that no other template has."""
        return f"{self.fleet}-{self.environment}-{self.shape}"


def make(file: Path, environment: str) -> Iterator[Made]:
    """Make every template of a fleet; its code plays no part."""
    described = FleetFile.read(file).describe(environment)
    assert described.fleet is not None, [finding.summary for finding in described.findings]
    fleet = described.fleet
    plan = planning.make(fleet, environment)
    for built in build(fleet, plan, dict.fromkeys(fleet.functions, Code(NO_CODE))):
        yield Made(file.parent.name, environment, built.shape, tuple(fleet.regions), built.data, built.exceptions)


def of_files(files: Iterator[Path]) -> tuple[Made, ...]:
    """Make every template of every environment of these files."""
    return tuple(
        made
        for file in sorted(files)
        for environment in FleetFile.read(file).environments
        for made in make(file, environment)
    )


@pytest.fixture(scope="session")
def example_templates() -> tuple[Made, ...]:
    return of_files(EXAMPLES.glob("*/fleet.yaml"))


@pytest.fixture(scope="session")
def golden_templates() -> tuple[Made, ...]:
    return of_files(GOLDEN.glob("*/fleet.yaml"))


@pytest.fixture(scope="session")
def example_modules() -> tuple[terraform_modules.Made, ...]:
    return terraform_modules.of_files(EXAMPLES.glob("*/fleet.yaml"))


@pytest.fixture(scope="session")
def golden_modules() -> tuple[terraform_modules.Made, ...]:
    return terraform_modules.of_files(GOLDEN.glob("*/fleet.yaml"))
