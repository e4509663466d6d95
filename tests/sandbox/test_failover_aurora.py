"""An Aurora global database moves its writer away and home again: its control plane, which is all that it needs."""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from clients import call, until
from rollouts import Ran, tapstack
from writing import rotation_rests

from tapstack.sandbox.control import Sandbox

EXAMPLE = Path(__file__).parents[2] / "examples" / "aurora-failover"
SANDBOX_OPTIONS = {"clock_factor": 20}
HOME, STANDBY = "us-east-1", "us-west-2"
NAME = "https://app.dev.aurora-failover.example/health"
WORD = "aurora-failover/dev"
REFUSED = 13


@pytest.fixture(scope="module")
def sandbox(engine_sandbox: Sandbox) -> Sandbox:
    return engine_sandbox


@pytest.fixture(scope="module")
def file(sandbox: Sandbox, engine: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("aurora") / "fleet"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".tapstack"))
    file = folder / "fleet.yaml"
    file.write_text(f"{file.read_text()}\nengine: {engine}\n")
    tapstack("deploy", "--yes", file=file, sandbox=sandbox.name)
    return file


def run(file: Path, sandbox: Sandbox, verb: str, *arguments: str, expect: int = 0) -> Ran:
    if verb in ("failover", "failback"):
        until(lambda: rotation_rests(sandbox, "aurora-failover-dev-main"))
    return tapstack(verb, "--json", *arguments, file=file, sandbox=sandbox.name, expect=(expect,))


def state(sandbox: Sandbox) -> dict[str, Any]:
    """Who writes, which checks are held, and whether the password's rotation goes on."""
    group = sandbox.client("rds", STANDBY).describe_global_clusters()["GlobalClusters"][0]
    checks = sandbox.client("route53").list_health_checks()["HealthChecks"]
    secret = sandbox.client("secretsmanager", HOME).describe_secret(SecretId="aurora-failover-dev-main")
    return {
        "writers": [one["DBClusterArn"].split(":")[3] for one in group["GlobalClusterMembers"] if one["IsWriter"]],
        "members": sorted(one["DBClusterArn"] for one in group["GlobalClusterMembers"]),
        "held": sorted(
            check["HealthCheckConfig"]["FullyQualifiedDomainName"]
            for check in checks
            if check["HealthCheckConfig"].get("Disabled") and check["HealthCheckConfig"].get("Inverted")
        ),
        "rotates": secret.get("RotationEnabled", False),
    }


def region_of(sandbox: Sandbox) -> str:
    with contextlib.suppress(Exception):
        return str(call(sandbox, NAME).data["region"])
    return ""


def lag(sandbox: Sandbox, milliseconds: float) -> None:
    """What CloudWatch would have: the sandbox measures nothing where no MySQL server runs."""
    sandbox.client("cloudwatch", STANDBY).put_metric_data(
        Namespace="AWS/RDS",
        MetricData=[
            {
                "MetricName": "AuroraGlobalDBReplicationLag",
                "Dimensions": [{"Name": "DBClusterIdentifier", "Value": "aurora-failover-dev-main"}],
                "Value": milliseconds,
                "Unit": "Milliseconds",
            }
        ],
    )
    sandbox.client("cloudwatch", HOME).put_metric_data(
        Namespace="AWS/RDS",
        MetricData=[
            {
                "MetricName": "AuroraGlobalDBReplicationLag",
                "Dimensions": [{"Name": "DBClusterIdentifier", "Value": "aurora-failover-dev-main"}],
                "Value": milliseconds,
                "Unit": "Milliseconds",
            }
        ],
    )


def nothing_to_do(file: Path, sandbox: Sandbox) -> None:
    assert run(file, sandbox, "plan").data["changes"] == []
    drift = run(file, sandbox, "drift").data
    assert not drift["drifted"]


def test_a_switchover_and_its_failback_swap_the_roles_and_nothing_else(sandbox: Sandbox, file: Path) -> None:
    before = state(sandbox)
    assert before["writers"] == [HOME]
    lag(sandbox, 800)
    run(file, sandbox, "failover", "--to", STANDBY, "--yes")
    moved = state(sandbox)
    assert moved["writers"] == [STANDBY]
    assert moved["members"] == before["members"]
    assert len(moved["held"]) == 1
    assert not moved["rotates"]
    until(lambda: region_of(sandbox) == STANDBY)
    nothing_to_do(file, sandbox)
    drift = run(file, sandbox, "drift").data
    said = [one["explanation"] for unit in drift["units"].values() for one in unit["found"]]
    assert any("rotation rests" in explanation for explanation in said)

    lag(sandbox, 800)
    run(file, sandbox, "failback", "--yes")
    until(lambda: region_of(sandbox) == HOME)
    assert state(sandbox) == before
    nothing_to_do(file, sandbox)


def test_a_failover_from_a_lost_home_says_its_loss_and_pays_what_it_owes_later(sandbox: Sandbox, file: Path) -> None:
    before = state(sandbox)
    lag(sandbox, 2_500)
    until(lambda: rotation_rests(sandbox, "aurora-failover-dev-main"))
    sandbox.outage(HOME)
    try:
        run(file, sandbox, "failover", "--to", STANDBY, "--accept-data-loss", "--yes", expect=REFUSED)
        done = run(file, sandbox, "failover", "--to", STANDBY, "--accept-data-loss", "--confirm", WORD).data
        assert re.search(r"2\.5 s behind", done["at_risk"][0])
        owed = [step["name"] for step in done["taken"] if step["outcome"] == "owed"]
        assert owed == ["pause the rotation of main's password"]
        until(lambda: region_of(sandbox) == STANDBY)
    finally:
        sandbox.restore(HOME)
    assert region_of(sandbox) == STANDBY, "the home is back and led to again, though its writer has left"
    lag(sandbox, 500)
    run(file, sandbox, "failover", "--to", STANDBY, "--yes")
    assert not state(sandbox)["rotates"]
    lag(sandbox, 500)
    run(file, sandbox, "failback", "--yes")
    assert state(sandbox) == before


def test_a_fleet_whose_home_was_edited_is_refused(sandbox: Sandbox, file: Path) -> None:
    written = file.read_text()
    file.write_text(written.replace(f"home: {HOME}", f"home: {STANDBY}"))
    try:
        for verb in (("plan",), ("deploy", "--yes")):
            refused = run(file, sandbox, *verb, expect=REFUSED)
            assert f"tapstack failover --to {STANDBY}" in refused.err
    finally:
        file.write_text(written)


def test_a_target_that_lags_is_refused_with_what_was_measured(sandbox: Sandbox, file: Path) -> None:
    """Last of this file: the lag sets off an alarm, which is another reason to refuse."""
    before = state(sandbox)
    lag(sandbox, 900_000)
    alarm = "aurora-failover-dev-database-main-replication-lag"
    refused = run(file, sandbox, "failover", "--to", STANDBY, "--yes", "--despite", alarm, expect=REFUSED)
    assert "alarms in us-west-2: quiet" in refused.err
    assert "how far us-west-2 is behind: 900.0 s" in refused.err
    assert state(sandbox) == before
