"""Names of three regions as deployed: every routing, through the loss of one region and of two."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from clients import call, resolve, until
from deployment import Deployment

from tapstack.fleet.protection import Protection
from tapstack.sandbox.control import Sandbox
from tapstack.sandbox.server.addresses import region_at

FILE = Path(__file__).parents[1] / "golden" / "dns" / "fleet.yaml"
HOME, FIRST, SECOND = "us-east-1", "eu-west-1", "us-west-2"
ZONE = "golden-fleet.example"
FAILING_OVER = (ZONE, f"api.{ZONE}")
SANDBOX_OPTIONS = {"clock_factor": 30}


@pytest.fixture(scope="module")
def deployed(sandbox: Sandbox) -> Deployment:
    deployment = Deployment(sandbox, FILE, "dev")
    fleeting = Protection(deletion=False, when_removed="destroy")
    deployment.use(deployment.fleet.model_copy(update={"protection": fleeting}))
    deployment.deploy()
    return deployment


@pytest.fixture
def sandbox_of(deployed: Deployment) -> Iterator[Sandbox]:
    yield deployed.sandbox
    deployed.sandbox.restore()
    until(lambda: regions(deployed.sandbox, FAILING_OVER) == {HOME})


def regions(sandbox: Sandbox, names: tuple[str, ...]) -> set[str | None]:
    """The regions that these names lead to now."""
    return {region_at(resolve(sandbox, name)) for name in names}


def test_every_name_is_served_with_a_certificate_of_its_own(deployed: Deployment) -> None:
    for name in (ZONE, f"near.{ZONE}", f"api.{ZONE}", f"one.all.{ZONE}", f"another.all.{ZONE}"):
        assert call(deployed.sandbox, f"https://{name}/health").body == "hello"
    assert call(deployed.sandbox, f"http://some.{ZONE}/health").body == "hello"
    assert call(deployed.sandbox, f"http://{ZONE}/health").status == 301


def test_standbys_take_over_in_order_and_the_home_comes_back(sandbox_of: Sandbox) -> None:
    assert regions(sandbox_of, FAILING_OVER) == {HOME}
    sandbox_of.outage(HOME)
    until(lambda: regions(sandbox_of, FAILING_OVER) == {FIRST})
    assert call(sandbox_of, f"https://{ZONE}/health").body == "hello"
    sandbox_of.outage(FIRST)
    until(lambda: regions(sandbox_of, FAILING_OVER) == {SECOND})
    assert call(sandbox_of, f"https://api.{ZONE}/health").body == "hello"
    sandbox_of.restore()
    until(lambda: regions(sandbox_of, FAILING_OVER) == {HOME})


def test_a_region_without_weight_is_asked_only_when_all_others_are_gone(sandbox_of: Sandbox) -> None:
    name = f"some.{ZONE}"
    until(lambda: {region_at(resolve(sandbox_of, name)) for _ in range(30)} == {HOME, FIRST})
    sandbox_of.outage(HOME)
    sandbox_of.outage(FIRST)
    until(lambda: regions(sandbox_of, (name,)) == {SECOND})


def test_the_zone_is_recoverable_and_its_questions_are_logged(deployed: Deployment) -> None:
    route53 = deployed.sandbox.client("route53")
    zone = deployed.outputs[f"global/{HOME}"]["HostedZoneId"]
    assert route53.get_hosted_zone(Id=zone)["HostedZone"]["Features"]["AcceleratedRecoveryStatus"] == "ENABLED"
    (log,) = route53.list_query_logging_configs(HostedZoneId=zone)["QueryLoggingConfigs"]
    assert log["CloudWatchLogsLogGroupArn"].endswith(":log-group:/tapstack/gate-dev-dns")


def test_destroying_leaves_nothing(deployed: Deployment) -> None:
    deployed.destroy()
    for region in (HOME, FIRST, SECOND):
        assert deployed.left_over(region) == []
