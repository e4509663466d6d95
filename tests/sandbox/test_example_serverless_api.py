"""The serverless API in two regions: it answers in each, follows its name through an outage, and leaves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from clients import call, until
from deployment import Deployment

from tapstack.sandbox.control import Sandbox

FILE = Path(__file__).parents[2] / "examples" / "serverless-api" / "fleet.yaml"
REGIONS = ("us-east-1", "us-west-1")
NAME = "https://api.dev.serverless-api.example/myresource"
SANDBOX_OPTIONS = {"clock_factor": 20}


@pytest.fixture(scope="module")
def deployed(sandbox: Sandbox) -> Iterator[Deployment]:
    deployment = Deployment(sandbox, FILE, "dev")
    deployment.deploy()
    yield deployment


@pytest.mark.parametrize("region", REGIONS)
def test_each_regions_api_answers_with_that_regions_name(deployed: Deployment, region: str) -> None:
    endpoint = deployed.output(region, "ApiEndpoint")
    answer = call(deployed.sandbox, endpoint.rstrip("/") + "/myresource")
    assert answer.status == 200
    assert answer.body == f"Hello from Lambda in region: {region}"


def test_the_name_leads_home_and_to_the_standby_while_the_home_is_out(deployed: Deployment) -> None:
    sandbox = deployed.sandbox
    assert call(sandbox, NAME).body.endswith("us-east-1")
    sandbox.outage("us-east-1")
    try:
        until(lambda: _region(sandbox) == "us-west-1", seconds=15)
    finally:
        sandbox.restore("us-east-1")
    until(lambda: _region(sandbox) == "us-east-1", seconds=15)


def test_what_nobody_described_is_not_there(deployed: Deployment) -> None:
    endpoint = deployed.output("us-east-1", "ApiEndpoint").rstrip("/")
    assert call(deployed.sandbox, f"{endpoint}/nothing").status == 403
    assert call(deployed.sandbox, f"{endpoint}/myresource", method="DELETE").status == 403


def test_destroying_leaves_nothing(deployed: Deployment) -> None:
    deployed.destroy()
    for region in REGIONS:
        assert deployed.left_over(region) == []


def _region(sandbox: Sandbox) -> str:
    import urllib3

    try:
        return call(sandbox, NAME).body.rsplit(" ", 1)[-1]
    except (urllib3.exceptions.HTTPError, OSError):
        return ""
