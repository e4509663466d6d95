"""People who live in `cdktn` find their commands working: the real CLI over tap.py, beside `tapstack` itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cdktn_cli import CLI, ROOT, Cdktn
from rollouts import tapstack
from terraform import configuration, is_installed

from tapstack.sandbox.control import Sandbox
from tapstack.sandbox.shell import variables

HOME, STANDBY = REGIONS = ("us-east-1", "eu-west-1")
STACK = f"tap-stack-{STANDBY}"
# As a pipeline's tags are `unknown` where it does not set them, the fleet says them.
FLEET = """
fleet: doors
environments: {dev: {}}
tags: {CostCenter: tests, Repository: tests, Author: tests}
regions: {us-east-1: {}, eu-west-1: {}}
home: us-east-1
engine: terraform
protection: {deletion: false, when_removed: destroy}
observability: {alarms: false, dashboards: false}
terraform: {bucket: "terraform-state-{environment}-{region}", key: "infrastructure/{region}/terraform.tfstate"}
tables:
  carts: {scope: regional, encryption: aws-key, partition_key: {name: id, type: string}}
"""
QUIETLY = ("--skip-provider-lock",)
"""What a mirror of providers cannot do: https://developer.hashicorp.com/terraform/cli/commands/providers/lock"""


@pytest.fixture(autouse=True, scope="module")
def installed() -> None:
    assert CLI.is_file(), "cdktn is missing: run `make tools`"


def test_list_shows_every_unit_of_the_fleet(tmp_path: Path) -> None:
    listed = Cdktn(tmp_path, ROOT / "examples" / "data-platform" / "fleet.yaml")("list")
    stacks = set(re.findall(r"^(tap-\S+)", listed, re.MULTILINE))
    regions = ("us-east-1", "us-east-2", "eu-west-1")
    assert stacks == {
        "tap-global-us-east-1",
        *(f"tap-{kind}-{region}" for kind in ("foundation", "links", "stack") for region in regions),
    }


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    if not is_installed():
        pytest.skip("there is no `terraform` on PATH to deploy with")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAPSTACK_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        patch.setenv("TF_CLI_CONFIG_FILE", configuration())
        with Sandbox.run("cdktn-cli") as running:
            yield running


@pytest.mark.slow
def test_what_tapstack_deployed_is_shown_destroyed_and_deployed_again_by_cdktn(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / "fleet" / "fleet.yaml"
    file.parent.mkdir()
    file.write_text(FLEET)
    cdktn = Cdktn(tmp_path, file, variables(sandbox))

    # It makes the buckets of states, without which no other tool can begin.
    tapstack("deploy", "--yes", file=file, sandbox=sandbox.name)
    assert "No changes" in cdktn("diff", STACK, *QUIETLY)

    cdktn("destroy", STACK, "--auto-approve", *QUIETLY)
    assert [_tables(sandbox, region) for region in REGIONS] == [["doors-dev-carts"], []]

    assert "1 to add, 0 to change, 0 to destroy" in cdktn("diff", STACK, *QUIETLY)
    cdktn("deploy", STACK, "--auto-approve", *QUIETLY)
    assert [_tables(sandbox, region) for region in REGIONS] == [["doors-dev-carts"]] * 2

    nothing_to_change = 0
    tapstack("plan", file=file, sandbox=sandbox.name, expect=(nothing_to_change,))


def _tables(sandbox: Sandbox, region: str) -> Any:
    return sandbox.client("dynamodb", region).list_tables()["TableNames"]
