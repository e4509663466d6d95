"""The CloudFormation engine against the embedded AWS: what it shows is what it does, whatever went wrong before."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tapstack.engines.cloudformation.engine import CloudFormation
from tapstack.engines.engine import Action, Progress, Standing, UnitChanges
from tapstack.errors import DeploymentError, RefusedError
from tapstack.fleet.loading import FleetFile
from tapstack.plan.model import Plan, Unit
from tapstack.plan.planning import make
from tapstack.sandbox.control import Sandbox
from tapstack.targets.sandbox import SandboxTarget

HOME, STANDBY = "us-east-1", "eu-west-1"
FLEET = """
fleet: shop
environments: {dev: {}}
tags: {CostCenter: x}
regions:
  us-east-1: {}
  eu-west-1: {}
home: us-east-1
protection: {deletion: false, when_removed: destroy}
observability: {alarms: false, dashboards: false}
buckets:
  uploads: {replication: both-ways}
tables:
  orders: {scope: global, partition_key: {name: id, type: string}}
  carts: {scope: regional, partition_key: {name: id, type: string}}
functions:
  greeter: {code: greeter, timeout: 5s}
"""
CODE = "def handler(event, context):\n    return 'hello'\n"


class Deployer:
    """A fleet's file and the engine for it: what a rollout does, without its order of waves."""

    def __init__(self, sandbox: Sandbox, folder: Path, text: str = FLEET) -> None:
        self.target = SandboxTarget(sandbox)
        self.folder = folder
        self.told: list[Progress] = []
        (folder / "greeter").mkdir(exist_ok=True)
        (folder / "greeter" / "index.py").write_text(CODE)
        self.write(text)

    def write(self, text: str) -> None:
        """Describe the fleet anew; a new engine, as in a new run."""
        file = self.folder / "fleet.yaml"
        file.write_text(text)
        described = FleetFile.read(file).describe("dev")
        assert described.fleet is not None, described.findings
        self.fleet = described.fleet
        self.plan: Plan = make(described.fleet, "dev")
        self.engine = CloudFormation(
            described.fleet, self.plan, self.target, source=self.folder, folder=self.folder / "out"
        )
        self.engine.prepare()

    def unit(self, name: str) -> Unit:
        return self.plan.unit(name)

    def preview(self) -> dict[str, UnitChanges]:
        return {unit.id: self.engine.preview(unit) for unit in self.plan.units}

    def apply(self, name: str, shown: UnitChanges | None = None) -> None:
        unit = self.unit(name)
        self.engine.apply(unit, shown or self.engine.preview(unit), self.told.append)

    def deploy(self) -> dict[str, UnitChanges]:
        shown = self.preview()
        self.engine.publish([region.name for region in self.plan.regions])
        for wave in self.plan.waves:
            for unit in wave.units:
                changes = shown[unit]
                if not changes.is_empty or changes.standing is not Standing.STANDS:
                    self.apply(unit, changes)
        return shown

    def destroy(self, *, delete_data: bool = False) -> list[Any]:
        left = [
            retained
            for wave in self.plan.destroy_waves
            for unit in wave.units
            for retained in self.engine.remove(self.unit(unit), self.told.append, delete_data=delete_data)
        ]
        for region in self.plan.regions:
            self.engine.clean(region.name)
        return left

    def standing(self) -> set[Standing]:
        return set(self.engine.inspect(self.plan.units).values())


@pytest.fixture
def deployer(sandbox: Sandbox, tmp_path: Path) -> Iterator[Deployer]:
    sandbox.reset()
    yield Deployer(sandbox, tmp_path)


def test_a_fleet_is_predicted_deployed_and_then_unchanged(deployer: Deployer) -> None:
    shown = deployer.preview()
    assert all(changes.is_predicted for changes in shown.values())
    assert {change.action for changes in shown.values() for change in changes.resources} == {Action.ADD, Action.CHANGE}
    deployer.deploy()
    assert deployer.standing() == {Standing.STANDS}
    deployer.write(FLEET)
    began = time.monotonic()
    again = deployer.preview()
    assert all(changes.is_empty for changes in again.values()), again
    assert time.monotonic() - began < 3
    assert deployer.destroy() is not None
    assert deployer.standing() == {Standing.ABSENT}
