"""Each example by the engine that it was not written for, through the verbs, from nothing to nothing again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from inventory import left_over
from rollouts import tapstack

from tapstack.fleet.loading import FleetFile
from tapstack.sandbox.control import Sandbox

EXAMPLES = Path(__file__).parents[2] / "examples"
SANDBOX_OPTIONS = {"clock_factor": 20}
CHANGES = 2
STAYS = ("aws_kms_", "AWS::KMS::", "aws_api_gateway_account", "aws_iam_role")
"""AWS keeps keys for some days; others may live by API Gateway's role for logs."""
OTHER = {
    "serverless-api": "terraform",
    "aurora-failover": "terraform",
    "web-platform": "terraform",
    "data-platform": "cloudformation",
}

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("example", OTHER)
def test_an_example_stands_and_goes_by_the_other_engine(sandbox: Sandbox, tmp_path: Path, example: str) -> None:
    sandbox.reset()
    folder = tmp_path / example
    shutil.copytree(EXAMPLES / example, folder, ignore=shutil.ignore_patterns(".tapstack"))
    file = folder / "fleet.yaml"
    fleet = FleetFile.read(file).describe("dev").fleet
    assert fleet is not None
    assert fleet.engine != OTHER[example]

    def run(verb: str, *arguments: str, expect: int = 0) -> Any:
        chosen = ("--json", "--engine", OTHER[example], *arguments)
        return tapstack(verb, *chosen, file=file, sandbox=sandbox.name, expect=(expect,)).data

    assert run("plan", expect=CHANGES)["changes"]
    assert run("deploy", "--yes")["outcome"] == "done"
    outputs = run("outputs")
    assert set(outputs) == set(fleet.regions)
    assert all(outputs[region] for region in fleet.regions)
    assert run("plan")["changes"] == []
    assert not run("drift")["drifted"]
    kept = run("destroy", "--yes")["retained"]
    assert all(one["kind"].startswith(STAYS) for one in kept)
    told = {one["identity"].rpartition("/")[2] for one in kept}
    assert all(path.rpartition("/")[2] in told for path in left_over(sandbox, tuple(fleet.regions)).things)
