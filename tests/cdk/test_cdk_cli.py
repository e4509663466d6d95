"""People who live in `cdk` find their commands working: the real CLI over tap.py."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from cdk_cli import ROOT, environment

from tapstack.sandbox import shell
from tapstack.sandbox.control import Sandbox

FLEET = "examples/serverless-api/fleet.yaml"
REGIONS = ("us-east-1", "us-west-1")


def run(cdk: tuple[str, ...], *arguments: str, variables: dict[str, str] | None = None) -> str:
    command = [*cdk, *arguments, "-c", "environmentSuffix=dev", "-c", f"fleet={FLEET}"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(variables), capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAPSTACK_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        with Sandbox.run("cdk-cli") as running:
            for region in REGIONS:
                _bootstrap(running, region)
            yield running


def _bootstrap(sandbox: Sandbox, region: str) -> None:
    """What `cdk bootstrap` leaves behind, as far as a deployment with one's own credentials needs it."""
    location = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    account = sandbox.settings.account
    sandbox.client("s3", region).create_bucket(Bucket=f"cdk-hnb659fds-assets-{account}-{region}", **location)
    sandbox.client("ssm", region).put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String")


def test_list_and_synth_show_every_unit_and_write_what_tapstack_writes(cdk: tuple[str, ...], tmp_path: Path) -> None:
    output = tmp_path / "cdk.out"
    listed = run(cdk, "list", "--output", str(output))
    assert "serverless-api-dev-regional-us-west-1" in listed
    run(cdk, "synth", "--quiet", "--output", str(output))
    subprocess.run(
        [
            str(ROOT / ".venv/bin/tapstack"),
            "synth",
            "--file",
            FLEET,
            "--environment",
            "dev",
            "--output",
            tmp_path / "ours",
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for template in sorted((tmp_path / "ours").glob("*.template.json")):
        assert (output / template.name).read_bytes() == template.read_bytes()


def test_the_pipelines_tags_reach_the_stacks(cdk: tuple[str, ...], tmp_path: Path) -> None:
    output = tmp_path / "cdk.out"
    run(cdk, "synth", "--quiet", "--output", str(output), variables={"COMMIT_AUTHOR": "somebody"})
    artifacts = json.loads((output / "manifest.json").read_text(encoding="utf-8"))["artifacts"]
    tags = artifacts["serverless-api-dev-regional-us-west-1"]["properties"]["tags"]
    assert tags["Author"] == "somebody"
    assert tags["Environment"] == "dev"
    assert tags["Repository"]


def test_two_regions_deploy_and_answer(cdk: tuple[str, ...], sandbox: Sandbox, tmp_path: Path) -> None:
    variables = dict(shell.variables(sandbox))
    output = str(tmp_path / "cdk.out")
    quietly = ("--require-approval", "never", "--output", output)
    run(cdk, "deploy", "*-foundation-*", "*-global-*", *quietly, variables=variables)
    stacks = sandbox.client("cloudformation", "us-east-1").describe_stacks(StackName="serverless-api-dev-global")
    zone = next(o["OutputValue"] for o in stacks["Stacks"][0]["Outputs"] if o["OutputKey"] == "HostedZoneId")
    run(cdk, "deploy", "--all", "--parameters", f"HostedZoneId={zone}", *quietly, variables=variables)
    for region in REGIONS:
        stack = sandbox.client("cloudformation", region).describe_stacks(StackName="serverless-api-dev-regional")
        outputs = {o["OutputKey"]: o["OutputValue"] for o in stack["Stacks"][0]["Outputs"]}
        api_id = re.match(r"https://([a-z0-9]+)\.execute-api\.", outputs["ApiEndpoint"])
        assert api_id is not None, outputs
        request = urllib.request.Request(
            f"{sandbox.endpoint}/prod/myresource", headers={"Host": f"{api_id[1]}.execute-api.{region}.amazonaws.com"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert region in answer.read().decode()


def test_a_diff_after_deploying_finds_no_differences(cdk: tuple[str, ...], sandbox: Sandbox, tmp_path: Path) -> None:
    output = str(tmp_path / "cdk.out")
    told = run(cdk, "diff", "--method=template", "--fail", "--output", output, variables=dict(shell.variables(sandbox)))
    assert "Number of stacks with differences: 0" in told
