"""Deploys a fleet with one engine, by the command that everybody uses."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from tapstack.fleet.loading import FleetFile
from tapstack.sandbox.control import Sandbox
from tests.support.rollouts import tapstack
from tests.support.terraform import configuration

ENGINES = ("cloudformation", "terraform")


def deploy(fleet_file: Path, environment: str, engine: str, sandbox: Sandbox) -> tuple[str, ...]:
    """Deploy an environment of a fleet; the regions in which it then stands."""
    if engine not in ENGINES:
        raise ValueError(f"There is no engine called {engine}.")
    described = FleetFile.read(fleet_file).describe(environment)
    if described.fleet is None:
        raise ValueError(f"{fleet_file} has mistakes: tapstack validate tells which.")
    os.environ["TF_CLI_CONFIG_FILE"] = configuration()
    with tempfile.TemporaryDirectory(prefix="parity-") as folder:
        # What a deployment leaves beside the fleet is nobody's.
        copied = shutil.copytree(
            fleet_file.parent,
            Path(folder) / "fleet",
            ignore=shutil.ignore_patterns(".tapstack", "cdk.out", "cdktf.out"),
        )
        tapstack(
            "deploy",
            "--yes",
            "--engine",
            engine,
            file=copied / fleet_file.name,
            sandbox=sandbox.name,
            environment=environment,
        )
    return tuple(described.fleet.regions)
