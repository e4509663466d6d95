"""Drills of a small fleet in the sandbox: they measure what its design and the sandbox's lag make inevitable."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from rollouts import SMALL, command, tapstack, write_small_fleet

from tapstack.drill.record import Criterion, DrillRecord
from tapstack.sandbox.control import Sandbox

LAG = 30.0
FACTOR = 20
SANDBOX_OPTIONS = {"clock_factor": FACTOR, "replication_lag_seconds": LAG}
HOME, STANDBY = "us-east-1", "eu-west-1"
NAME = "app.dev.small.example"
EXPECTED = 10 * 3 + 60
FEWER_PROMISES = SMALL.replace("rpo: 5s", "rpo: 1m")
BROKEN, UNWELL, STOPPED = 17, 18, 19
# How long a busy machine may need for a step of its own, in the fleet's seconds.
STALL = FACTOR * 0.1


@pytest.fixture(scope="module")
def file(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = write_small_fleet(tmp_path_factory.mktemp("fleet"), FEWER_PROMISES)
    tapstack("deploy", "--yes", file=file, sandbox=sandbox.name)
    return file


def drill(file: Path, sandbox: Sandbox, *arguments: str, expect: int = 0) -> DrillRecord:
    ran = tapstack("drill", "--json", *arguments, file=file, sandbox=sandbox.name, expect=(expect,))
    record = DrillRecord.model_validate_json(ran.out)
    kept = file.parent / f".tapstack/dev/sandbox-{sandbox.name}/drills/{record.id}.json"
    assert DrillRecord.read(kept) == record
    assert not faults(sandbox)
    assert not items_left(sandbox)
    return record


def faults(sandbox: Sandbox) -> object:
    return sandbox.status()["faults"]


def items_left(sandbox: Sandbox) -> list[Any]:
    found = []
    for region in (HOME, STANDBY):
        client = sandbox.client("dynamodb", region)
        try:
            found += client.scan(TableName="small-dev-items")["Items"]
        except client.exceptions.ResourceNotFoundException:
            continue
    return found


def wait_until_nothing_is_left(sandbox: Sandbox) -> None:
    """What was deleted in one region goes in the others after the lag."""
    deadline = time.monotonic() + 3 * LAG / FACTOR
    while items_left(sandbox):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def criterion(record: DrillRecord, name: str) -> Criterion:
    return next(one for one in record.verdict.criteria if one.name == name)


def test_without_an_outage_nothing_is_found(file: Path, sandbox: Sandbox) -> None:
    record = drill(file, sandbox, "--scenario", "none")
    assert record.verdict.kept is True
    assert record.zero is None
    assert record.figures.requests > 50
    assert (record.figures.failed, record.figures.slowed, record.figures.dns_switches) == (0, 0, 0)
    assert record.figures.recovered == 0
    assert record.figures.stores[0].acknowledged > 30
    assert record.figures.stores[0].missing_afterwards == 0


def test_an_outage_costs_what_the_design_makes_inevitable(file: Path, sandbox: Sandbox) -> None:
    record = drill(file, sandbox)
    figures, (store,) = record.figures, record.figures.stores
    assert record.verdict.kept is True
    assert record.settings.clock_factor == FACTOR
    assert record.settings.names[0].expected_recovery == EXPECTED
    assert figures.recovered == pytest.approx(EXPECTED, rel=0.15, abs=STALL + 1)
    assert figures.detected is not None and 20 <= figures.detected <= 30 * 1.15 + 1
    assert figures.first_success is not None and figures.detected <= figures.first_success + FACTOR * 0.1
    assert figures.failed > 10
    # What the lag holds back is lost at the takeover, and comes after the restore.
    assert store.replicated
    assert store.missing_at_takeover > 0
    lost = store.missing_at_takeover_seconds
    assert lost is not None
    assert LAG - record.instruments.write_pause - STALL <= lost <= LAG + STALL
    assert record.instruments.write_pause < LAG / 2
    assert store.missing_afterwards == 0
    # The sandbox counts, too, which writes met a later one.
    assert store.conflicting == record.instruments.conflicts_seen
    assert figures.failed_back is not None and figures.failed_back <= EXPECTED * 1.15 + 1
    assert {one.region for one in record.series.dns} == {HOME, STANDBY}
    assert sum(one.count for one in record.series.requests) >= figures.requests


@pytest.mark.slow
def test_nothing_is_lost_when_writes_stop_before(file: Path, sandbox: Sandbox) -> None:
    record = drill(file, sandbox, "--scenario", "quiet-outage")
    assert record.verdict.kept is True
    assert record.figures.recovered == pytest.approx(EXPECTED, rel=0.15, abs=STALL + 1)
    assert record.figures.lost_seconds == 0
    assert record.figures.stores[0].acknowledged > 10
    assert record.figures.conflicting == 0


@pytest.mark.slow
def test_leading_clients_away_harms_nothing(file: Path, sandbox: Sandbox) -> None:
    record = drill(file, sandbox, "--scenario", "led-away")
    assert record.verdict.kept is True
    assert record.figures.failed == 0
    assert record.figures.recovered is not None and 60 * 0.8 <= record.figures.recovered <= 60 * 1.15 + 1
    assert record.figures.sticky_recovered is None
    route53 = sandbox.client("route53")
    configs = [check["HealthCheckConfig"] for check in route53.list_health_checks()["HealthChecks"]]
    assert not any(config.get("Inverted") or config.get("Disabled") for config in configs)


def test_a_fleet_that_is_not_well_is_left_alone(file: Path, sandbox: Sandbox) -> None:
    sandbox.outage(HOME, error_rate=1.0, services=["execute-api"])
    try:
        ran = tapstack("drill", file=file, sandbox=sandbox.name, expect=(UNWELL,))
        assert "nothing was broken" in ran.err
        assert "outage in" not in ran.err
    finally:
        sandbox.restore()
    assert not items_left(sandbox)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopping_it_makes_everything_whole(file: Path, sandbox: Sandbox, number: signal.Signals) -> None:
    with broken(file, sandbox) as running:
        running.send_signal(number)
        assert running.wait(60) == STOPPED
    assert not faults(sandbox)
    wait_until_nothing_is_left(sandbox)


def test_a_killed_drill_is_made_whole_by_the_next_run(file: Path, sandbox: Sandbox) -> None:
    with broken(file, sandbox) as running:
        running.kill()
        running.wait(10)
    assert faults(sandbox)
    ran = tapstack("drill", "--restore", file=file, sandbox=sandbox.name)
    assert "Everything is whole again" in ran.err
    assert not faults(sandbox)
    wait_until_nothing_is_left(sandbox)
    assert "left anything broken" in tapstack("drill", "--restore", file=file, sandbox=sandbox.name).err


@contextmanager
def broken(file: Path, sandbox: Sandbox) -> Iterator[subprocess.Popen[str]]:
    """A drill that has just broken the home."""
    arguments = ("--file", str(file), "-e", "dev", "--target", f"sandbox:{sandbox.name}")
    with subprocess.Popen(
        command("drill", *arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True, env=os.environ
    ) as running:
        try:
            deadline = time.monotonic() + 60
            while not faults(sandbox):
                assert running.poll() is None, "it ended before it broke anything"
                assert time.monotonic() < deadline, "nothing was broken in time"
                time.sleep(0.05)
            yield running
        finally:
            if running.poll() is None:
                running.kill()


@pytest.mark.slow
def test_a_scenario_of_ones_own(file: Path, sandbox: Sandbox, tmp_path: Path) -> None:
    scenario = tmp_path / "short.yaml"
    scenario.write_text(
        json.dumps(
            {
                "name": "short",
                "summary": "Too short for anybody to notice.",
                "steps": [{"at": "5s", "do": "outage"}, {"at": "15s", "do": "restore"}],
            }
        )
    )
    record = drill(file, sandbox, "--scenario", str(scenario))
    assert record.scenario.source == "short.yaml"
    assert record.figures.dns_switches == 0
    assert record.figures.failed > 0
    assert record.figures.recovered is not None and record.figures.recovered <= 40


@pytest.mark.slow
def test_an_outage_during_a_deployment(file: Path, sandbox: Sandbox) -> None:
    record = drill(file, sandbox, "--scenario", "outage-during-deploy")
    found = criterion(record, "deploy")
    assert found.ok is True
    assert "ended with exit code" in found.text
    assert record.figures.recovered == pytest.approx(EXPECTED, rel=0.15, abs=STALL + 1)
    assert sorted(entry.name for entry in file.parent.iterdir() if entry.name != ".tapstack") == [
        "fleet.yaml",
        "functions",
    ]
    for region in (HOME, STANDBY):
        tags = sandbox.client("lambda", region).get_function(FunctionName="small-dev-hello")["Tags"]
        assert "TapStackDrill" not in tags


def test_a_broken_failover_record_fails_its_drill(file: Path, sandbox: Sandbox) -> None:
    with changed(sandbox, lambda record: None if record.get("Failover") == "SECONDARY" else record):
        record = drill(file, sandbox, expect=BROKEN)
    assert record.figures.recovered is None
    assert record.figures.detected is None
    assert criterion(record, "rto").ok is False
    assert "not served again" in record.verdict.text


def test_a_missing_health_check_fails_its_drill(file: Path, sandbox: Sandbox) -> None:
    def without(record: dict[str, Any]) -> dict[str, Any]:
        alias = {**record["AliasTarget"], "EvaluateTargetHealth": False}
        return {**{key: value for key, value in record.items() if key != "HealthCheckId"}, "AliasTarget": alias}

    with changed(sandbox, without):
        record = drill(file, sandbox, expect=BROKEN)
    assert record.figures.recovered is None
    assert "no health check" in record.settings.names[0].deployed
    assert criterion(record, "rto").ok is False


@contextmanager
def changed(sandbox: Sandbox, change: Any) -> Iterator[None]:
    """The records of the name, tampered with by hand."""
    client = sandbox.client("route53")
    zone = client.list_hosted_zones_by_name(DNSName="dev.small.example")["HostedZones"][0]["Id"]
    found = client.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    own = [record for record in found if record["Name"] == f"{NAME}." and record["Type"] == "A"]
    assert len(own) == 2

    def write(batch: list[dict[str, Any]]) -> None:
        client.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": batch})

    tampered = [(record, change(record)) for record in own]
    write([{"Action": "UPSERT" if new else "DELETE", "ResourceRecordSet": new or record} for record, new in tampered])
    try:
        yield
    finally:
        write([{"Action": "UPSERT", "ResourceRecordSet": record} for record in own])


def test_a_table_without_its_replica_fails_its_drill(file: Path, sandbox: Sandbox) -> None:
    """The last one: nothing puts the replica back."""
    sandbox.client("dynamodb", HOME).update_table(
        TableName="small-dev-items", ReplicaUpdates=[{"Delete": {"RegionName": STANDBY}}]
    )
    record = drill(file, sandbox, expect=BROKEN)
    (store,) = record.figures.stores
    assert not store.replicated
    assert record.figures.lost_seconds is None
    assert criterion(record, "rpo").ok is False
    assert "not replicated" in record.verdict.text
