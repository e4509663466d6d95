"""The Terraform modules of whole folders of fleets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tapstack.engines.archives import Archive
from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform.module import Value
from tapstack.engines.terraform.modules import build
from tapstack.fleet.loading import FleetFile
from tapstack.plan import planning

NO_CODE = Archive("0" * 64, b"")


@dataclass(frozen=True)
class Made:
    """One module of one fleet in one environment."""

    fleet: str
    environment: str
    shape: str
    data: Mapping[str, Value]
    exceptions: Mapping[str, tuple[LintException, ...]]


def of_files(files: Iterable[Path]) -> tuple[Made, ...]:
    """Make every module of every environment of these files; their code plays no part."""
    made = []
    for file in sorted(files):
        for environment in FleetFile.read(file).environments:
            described = FleetFile.read(file).describe(environment)
            assert described.fleet is not None, [finding.summary for finding in described.findings]
            plan = planning.make(described.fleet, environment)
            made += [
                Made(file.parent.name, environment, built.shape, built.data, built.exceptions)
                for built in build(described.fleet, plan, dict.fromkeys(described.fleet.functions, NO_CODE))
            ]
    return tuple(made)
