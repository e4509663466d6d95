"""A fleet on PostgreSQL moves its writer and its clients away and home again, in earnest: real servers, real writes.

The tests go one after another through one deployed fleet; each leaves it as it found it.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from clients import call, until
from rollouts import Ran, command, tapstack
from writing import DATABASE, HOME, STANDBY, Client, Load, described, rotation_rests, write_ledger

from tapstack.sandbox.control import Sandbox

SANDBOX_OPTIONS = {"clock_factor": 20, "replication_lag_seconds": 20}
"""A second of the wall clock between the regions: an outage takes some writes along, however slow the machine is."""
NAME = "https://app.dev.ledger.example/health"
WORD = "ledger/dev"
REFUSED = 13


@pytest.fixture(scope="module")
def sandbox(engine_sandbox: Sandbox) -> Sandbox:
    return engine_sandbox


@pytest.fixture(scope="module")
def file(sandbox: Sandbox, engine: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = write_ledger(tmp_path_factory.mktemp("ledger"), engine)
    tapstack("deploy", "--yes", file=file, sandbox=sandbox.name)
    return file


@pytest.fixture(scope="module")
def load(sandbox: Sandbox, file: Path) -> Load:
    return Load(Client(sandbox))


def run(file: Path, sandbox: Sandbox, verb: str, *arguments: str, expect: int = 0) -> Ran:
    if verb in ("failover", "failback"):
        until(lambda: rotation_rests(sandbox, DATABASE))
    return tapstack(verb, "--json", *arguments, file=file, sandbox=sandbox.name, expect=(expect,))


def standing(sandbox: Sandbox) -> dict[str, Any]:
    """Everything that a move changes: roles, fences, held checks, rotation, and where the name leads."""
    found: dict[str, Any] = {}
    for region in (HOME, STANDBY):
        one = described(sandbox, region)
        group = one["DBParameterGroups"][0]["DBParameterGroupName"]
        parameters = sandbox.client("rds", region).describe_db_parameters(DBParameterGroupName=group, Source="user")
        found[region] = {
            "follows": one.get("ReadReplicaSourceDBInstanceIdentifier", ""),
            "status": one["DBInstanceStatus"],
            "port": one["Endpoint"]["Port"],
            "settings": {
                name: one.get(name)
                for name in (
                    "BackupRetentionPeriod", "CopyTagsToSnapshot", "DBInstanceClass", "DeletionProtection", "KmsKeyId",
                    "MultiAZ", "PerformanceInsightsEnabled", "PubliclyAccessible", "StorageEncrypted", "StorageType",
                )
            },
            "subnets": one["DBSubnetGroup"]["DBSubnetGroupName"],
            "groups": [group["VpcSecurityGroupId"] for group in one["VpcSecurityGroups"]],
            "tags": sorted((tag["Key"], tag["Value"]) for tag in one["TagList"]),
            "parameters": sorted(one["ParameterName"] for one in parameters["Parameters"]),
        }  # fmt: skip
    route53 = sandbox.client("route53", HOME)
    found["checks"] = sorted(
        (check["HealthCheckConfig"].get("Disabled", False), check["HealthCheckConfig"].get("Inverted", False))
        for check in route53.list_health_checks()["HealthChecks"]
    )
    secret = sandbox.client("secretsmanager", HOME).describe_secret(SecretId=DATABASE)
    found["rotates"] = secret.get("RotationEnabled", False)
    return found


def region_of(sandbox: Sandbox) -> str:
    with contextlib.suppress(Exception):
        return str(call(sandbox, NAME).data["region"])
    return ""


def nothing_to_do(file: Path, sandbox: Sandbox) -> None:
    """Neither `plan` nor `drift` wants to undo anything."""
    assert run(file, sandbox, "plan").data["changes"] == []
    assert not run(file, sandbox, "drift").data["drifted"]


def takes_writes(client: Client, region: str) -> bool:
    try:
        with client.connect(region) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS refused (number int)")
            connection.execute("DROP TABLE refused")
    except psycopg.Error:
        return False
    return True


def test_a_target_that_is_too_far_behind_is_refused_with_what_was_measured(sandbox: Sandbox, file: Path) -> None:
    before = standing(sandbox)
    # The sandbox's replicas are that far behind, and CloudWatch says so before long.
    lagging = ("--to", STANDBY, "--max-lag", "10", "--confirm", WORD)
    until(lambda: "how far us-west-2 is behind: 20.0 s" in refusal(file, sandbox, *lagging), 60)
    assert standing(sandbox) == before


def refusal(file: Path, sandbox: Sandbox, *arguments: str) -> str:
    return run(file, sandbox, "failover", *arguments, expect=REFUSED).err


def test_a_dry_run_tells_the_very_calls_and_makes_none(sandbox: Sandbox, file: Path) -> None:
    before = standing(sandbox)
    told = run(file, sandbox, "failover", "--to", STANDBY, "--dry-run").data
    actions = [call["action"] for step in told["steps"] for call in step["calls"]]
    assert [action for action in actions if action.startswith("rds:")] == [
        "rds:ModifyDBParameterGroup",
        "rds:RebootDBInstance",
        "rds:PromoteReadReplica",
        "rds:StopDBInstance",
    ]
    assert {"secretsmanager:CancelRotateSecret", "route53:UpdateHealthCheck"} <= set(actions)
    assert [step["name"] for step in told["steps"] if step["irreversible"]] == ["promote main in us-west-2"]
    assert standing(sandbox) == before


def test_what_cannot_be_undone_is_typed(sandbox: Sandbox, file: Path) -> None:
    before = standing(sandbox)
    refused = run(file, sandbox, "failover", "--to", STANDBY, "--yes", expect=REFUSED)
    assert f"type {WORD}" in refused.err
    assert standing(sandbox) == before


def test_a_switchover_and_its_failback_lose_nothing_under_load(sandbox: Sandbox, file: Path, load: Load) -> None:
    before, client = standing(sandbox), Client(sandbox)
    with load.going():
        until(lambda: len(load.acknowledged) > 100)
        run(file, sandbox, "failover", "--to", STANDBY, "--confirm", WORD)
        written = load.by_region[STANDBY]
        until(lambda: load.by_region[STANDBY] > written + 50)
    assert set(load.acknowledged) <= client.numbers(STANDBY), "an acknowledged write is missing after the switchover"
    assert not takes_writes(client, HOME)
    until(lambda: region_of(sandbox) == STANDBY)
    nothing_to_do(file, sandbox)

    home_had = load.by_region[HOME]
    with load.going():
        run(file, sandbox, "failback", "--confirm", WORD)
        until(lambda: load.by_region[HOME] > home_had + 50)
    assert set(load.acknowledged) <= client.numbers(HOME), "an acknowledged write is missing after the failback"
    until(lambda: client.numbers(STANDBY) == client.numbers(HOME))
    assert not takes_writes(client, STANDBY)
    until(lambda: region_of(sandbox) == HOME)
    assert standing(sandbox) == before
    nothing_to_do(file, sandbox)


def test_a_second_run_of_either_finds_nothing_to_do(sandbox: Sandbox, file: Path) -> None:
    before = standing(sandbox)
    taken = run(file, sandbox, "failback", "--confirm", WORD, "--yes").data["taken"]
    assert {step["outcome"] for step in taken} <= {"was done"}
    assert standing(sandbox) == before


def killed_in_each_step(file: Path, sandbox: Sandbox, *verb: str) -> list[str]:
    """Run a move again and again, each time killed in the first step that no run before was killed in."""
    killed: list[str] = []
    until(lambda: rotation_rests(sandbox, DATABASE))
    while True:
        process = subprocess.Popen(
            command(
                verb[0], "--file", str(file), "-e", "dev", "--target", f"sandbox:{sandbox.name}", *verb[1:],
                "--confirm", WORD, "--yes",
            ),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stderr is not None
        steps: list[str] = []
        said: list[str] = []
        with process.stderr as lines:
            for line in lines:
                said.append(line)
                if shown := re.match(r" ?\d+\. (.*?)(  \[|$)", line):
                    steps.append(shown[1])
                step, _, what = line.rstrip().partition(": ")
                if step in steps and step not in killed and what not in ("done", "was done", "owed"):
                    # In turns as soon as the step has begun, and a moment later: in its calls, or in the next step.
                    time.sleep(0.05 * (len(killed) % 2))
                    os.kill(process.pid, signal.SIGKILL)
                    killed.append(step)
                    break
        code = process.wait()
        if code != -signal.SIGKILL:
            assert code == 0, "".join(said)[-3000:]
            return killed


@pytest.mark.slow
def test_a_move_that_is_killed_in_each_of_its_steps_goes_on_and_loses_nothing(
    sandbox: Sandbox, file: Path, load: Load
) -> None:
    before, client = standing(sandbox), Client(sandbox)
    with load.going():
        killed = killed_in_each_step(file, sandbox, "failover", "--to", STANDBY)
        assert len(killed) >= 5 and "promote main in us-west-2" in killed, killed
        until(lambda: region_of(sandbox) == STANDBY)
        nothing_to_do(file, sandbox)
        killed = killed_in_each_step(file, sandbox, "failback")
        assert len(killed) >= 10 and "make main in us-east-1 a replica of us-west-2" in killed, killed
        home_had = load.by_region[HOME]
        until(lambda: load.by_region[HOME] > home_had + 50)
    assert set(load.acknowledged) <= client.numbers(HOME)
    assert standing(sandbox) == before
    nothing_to_do(file, sandbox)


@pytest.fixture
def outage(sandbox: Sandbox) -> Iterator[None]:
    sandbox.outage(HOME)
    yield
    sandbox.restore(HOME)


def test_a_failover_loses_only_what_it_announced_and_owes_the_fence_until_the_region_is_back(
    sandbox: Sandbox, file: Path, load: Load
) -> None:
    before, client = standing(sandbox), Client(sandbox)
    began = set(load.acknowledged)
    with load.going((HOME,)):
        until(lambda: len(load.acknowledged) > len(began) + 200)
        sandbox.outage(HOME)
        out_since = time.monotonic()
    try:
        assert "us-east-1 answers: no answer" in refusal(file, sandbox, "--to", STANDBY, "--confirm", WORD)
        done = run(file, sandbox, "failover", "--to", STANDBY, "--accept-data-loss", "--confirm", WORD)
        announced = float(re.findall(r"writes of the last ([\d.]+) s", done.data["at_risk"][0])[0])
        missing = set(load.acknowledged) - client.numbers(STANDBY)
        # What the sandbox's lag made inevitable is missing, and nothing that is older than was said.
        assert missing
        oldest = min(load.acknowledged[number] for number in missing)
        assert (out_since - oldest) * SANDBOX_OPTIONS["clock_factor"] <= announced + 1
        assert takes_writes(client, STANDBY)
        until(lambda: region_of(sandbox) == STANDBY)
    finally:
        sandbox.restore(HOME)
    # The old writer is back, and nothing keeps writes from it yet: DNS does not lead there.
    time.sleep(1)
    assert region_of(sandbox) == STANDBY
    until(lambda: takes_writes(client, HOME))
    paid = run(file, sandbox, "failover", "--to", STANDBY, "--confirm", WORD, "--yes").data["taken"]
    outcomes = {step["name"]: step["outcome"] for step in paid}
    assert outcomes["fence main in us-east-1"] == "done"
    assert outcomes["stop main in us-east-1"] == "done"
    assert not takes_writes(client, HOME)
    nothing_to_do(file, sandbox)

    run(file, sandbox, "failback", "--confirm", WORD)
    assert standing(sandbox) == before
    survivors = client.numbers(HOME)
    assert missing.isdisjoint(survivors)
    assert set(load.acknowledged) - missing <= survivors
    # What was lost is not gone: it is in what was set aside.
    rds = sandbox.client("rds", HOME)
    kept = [one["DBInstanceIdentifier"] for one in rds.describe_db_instances()["DBInstances"]]
    assert any(name.startswith(f"{DATABASE}-aside-") for name in kept)
