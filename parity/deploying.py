"""Deploys a fleet with one engine; the only place here that knows how."""

from __future__ import annotations

from pathlib import Path

from tapstack.sandbox.control import Sandbox
from tests.support.deployment import Deployment


class EngineNotConnectedError(RuntimeError):
    """An engine that the comparison cannot drive yet."""


def deploy(fleet_file: Path, environment: str, engine: str, sandbox: Sandbox) -> tuple[str, ...]:
    """Deploy an environment of a fleet; the regions in which it then stands."""
    match engine:
        case "cloudformation":
            deployment = Deployment(sandbox, fleet_file, environment)
            deployment.deploy()
            return tuple(region.name for region in deployment.plan.regions)
        case _:
            raise EngineNotConnectedError(
                f"The {engine} engine cannot be compared yet: parity/deploying.py does not know how to deploy with it."
            )
