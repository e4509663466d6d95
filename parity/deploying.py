"""Deploys a fleet with one engine; the only place here that knows how."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tapstack.sandbox.control import Sandbox
from tests.support.deployment import Deployment
from tests.support.terraform import TerraformDeployment


def deploy(fleet_file: Path, environment: str, engine: str, sandbox: Sandbox) -> tuple[str, ...]:
    """Deploy an environment of a fleet; the regions in which it then stands."""
    match engine:
        case "cloudformation":
            deployment = Deployment(sandbox, fleet_file, environment)
            deployment.deploy()
            return tuple(region.name for region in deployment.plan.regions)
        case "terraform":
            with tempfile.TemporaryDirectory(prefix="parity-cdktf-") as folder:
                applied = TerraformDeployment(sandbox, fleet_file, environment, Path(folder) / "cdktf.out")
                applied.deploy()
                return tuple(region.name for region in applied.plan.regions)
        case _:
            raise ValueError(f"There is no engine called {engine}.")
