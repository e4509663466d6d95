"""A sample of what `make parity` asks of the examples: one small unit is the same by either engine.

It needs nothing of other units, and none of what Terraform's provider sleeps after.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from inventory import ABSENT, Difference, Inventory, differences, inventory
from terraform import configuration, is_installed

from parity.intended import explained_by
from tapstack.engines.cloudformation.engine import CloudFormation
from tapstack.engines.terraform.engine import Terraform
from tapstack.fleet.loading import FleetFile
from tapstack.plan.planning import make
from tapstack.sandbox.control import Sandbox
from tapstack.targets.sandbox import SandboxTarget

pytestmark = pytest.mark.skipif(not is_installed(), reason="there is no `terraform` on PATH to deploy with")

HOME = "us-east-1"
FLEET = """
fleet: sample
environments: {dev: {}}
tags: {CostCenter: tests}
regions: {us-east-1: {}}
home: us-east-1
protection: {deletion: false, when_removed: destroy}
observability: {alarms: false}
tables:
  carts:
    scope: regional
    encryption: aws-key
    partition_key: {name: id, type: string}
    sort_key: {name: at, type: number}
  orders: {scope: regional, encryption: aws-key, partition_key: {name: id, type: string}, point_in_time_recovery: false}
"""
PLACE = f"{HOME}/table/sample-dev-orders"


def _standing(sandbox: Sandbox, folder: Path, kind: type[CloudFormation | Terraform]) -> Inventory:
    """What stands after this engine has deployed the regional unit into an empty account."""
    sandbox.reset()
    folder.mkdir()
    file = folder / "fleet.yaml"
    file.write_text(FLEET)
    described = FleetFile.read(file).describe("dev")
    assert described.fleet is not None, described.findings
    target, plan = SandboxTarget(sandbox), make(described.fleet, "dev")
    engine = kind(described.fleet, plan, target, source=folder, folder=folder / "out")
    engine.prepare()
    unit = plan.unit(f"regional/{HOME}")
    shown = engine.preview(unit)
    engine.publish([HOME])
    engine.apply(unit, shown, lambda _: None)
    return inventory(target, [HOME])


def test_a_unit_is_the_same_by_either_engine(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", configuration())
    first = _standing(sandbox, tmp_path / "first", CloudFormation)
    second = _standing(sandbox, tmp_path / "second", Terraform)
    assert PLACE in first.things
    assert {thing.kind for thing in second.things.values()} >= {"table", "dashboard"}
    unmeant = [each for each in differences(first, second) if explained_by(each) is None]
    assert "\n".join(map(str, unmeant)) == ""

    # Whatever somebody changes by hand is seen, so nothing above was equal because nothing was looked at.
    table = sandbox.client("dynamodb", HOME).describe_table(TableName="sample-dev-orders")["Table"]["TableArn"]
    sandbox.client("dynamodb", HOME).tag_resource(ResourceArn=table, Tags=[{"Key": "CostCenter", "Value": "others"}])
    sandbox.client("sqs", HOME).create_queue(QueueName="sample-dev-by-hand")
    found = differences(first, inventory(SandboxTarget(sandbox), [HOME]))
    seen = [each for each in found if explained_by(each) is None]
    assert Difference(f"{PLACE}.Tags.CostCenter", "tests", "others") in seen
    assert [(each.path, each.a) for each in seen if "queue" in each.path] == [
        (f"{HOME}/queue/sample-dev-by-hand", ABSENT)
    ]
