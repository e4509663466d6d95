"""Scenarios other than the loss of a region: what a design can and cannot do about each, measured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rollouts import SMALL, tapstack, write_small_fleet
from writing import write_ledger

from tapstack.drill.record import Criterion, DrillRecord
from tapstack.sandbox.control import Sandbox

pytestmark = pytest.mark.slow
HOME, STANDBY = "us-east-1", "eu-west-1"
LAG = 20.0
# Slow enough for Route 53's own two seconds for an answer, which are the wall's, to be few of the fleet's.
FACTOR = 5
SANDBOX_OPTIONS = {"clock_factor": FACTOR, "replication_lag_seconds": LAG}
DETECTED, TTL = 10 * 3, 60
EXPECTED = DETECTED + TTL
STALL = FACTOR * 0.1
KEPT, BROKEN = 0, 17
FEWER_PROMISES = SMALL.replace("rpo: 5s", "rpo: 1m")
LOOKING = """
import os

import boto3
from botocore.config import Config

table = boto3.resource("dynamodb", config=Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1}))


def handler(event, context):
    try:
        table.Table(os.environ["TABLE_NAME"]).get_item(Key={"id": "none"})
    except Exception as error:
        return {"statusCode": 503, "body": type(error).__name__}
    return {"statusCode": 200, "body": "{}"}
"""


@pytest.fixture(scope="module")
def file(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return deployed(write_small_fleet(tmp_path_factory.mktemp("fleet"), FEWER_PROMISES), sandbox)


@pytest.fixture
def another(sandbox: Sandbox, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A small fleet of another name that is otherwise what the test's mark says; it goes afterwards."""
    name, changes = request.param
    text = FEWER_PROMISES.replace("small", name)
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    file = deployed(write_small_fleet(tmp_path, text), sandbox)
    yield file
    tapstack("destroy", "--yes", "--delete-data", "--confirm", name, file=file, sandbox=sandbox.name)


def deployed(file: Path, sandbox: Sandbox) -> Path:
    tapstack("deploy", "--yes", file=file, sandbox=sandbox.name)
    return file


def drill(file: Path, sandbox: Sandbox, scenario: str, expect: int = KEPT, *more: str) -> DrillRecord:
    ran = tapstack("drill", "--json", "--scenario", scenario, *more, file=file, sandbox=sandbox.name, expect=(expect,))
    assert not sandbox.status()["faults"]
    return DrillRecord.model_validate_json(ran.out)


def criterion(record: DrillRecord, name: str, subject: str = "") -> Criterion:
    return next(one for one in record.verdict.criteria if one.name == name and one.subject == subject)


def test_a_slow_region_is_left_like_a_lost_one(file: Path, sandbox: Sandbox) -> None:
    record = drill(file, sandbox, "region-slow")
    figures = record.figures
    # A check waits two seconds of the wall for each answer; three of them in a row count.
    assert figures.recovered == pytest.approx(EXPECTED, rel=0.15, abs=STALL + 3 * 2 * FACTOR)
    assert figures.detected is not None and figures.detected >= DETECTED * 0.6
    assert figures.slowed > 10
    assert figures.failed == 0
    assert figures.stores[0].missing_afterwards == 0
    assert figures.dns_switches == 2


def test_a_service_that_no_check_looks_at_is_missed_by_everybody(file: Path, sandbox: Sandbox) -> None:
    record = drill(file, sandbox, "service-outage", BROKEN)
    figures, (store,) = record.figures, record.figures.stores
    assert figures.dns_switches == 0
    assert sum(one.failed for one in figures.clients) == 0
    assert store.failed > 10
    assert store.without_writes is None
    assert criterion(record, "rto").ok is False
    assert "Writers of tables.items were not served again" in record.verdict.text
    assert store.missing_afterwards == 0


@pytest.mark.parametrize("another", [("looking", {})], indirect=True)
def test_a_check_that_looks_at_it_leads_clients_and_writers_away(another: Path, sandbox: Sandbox) -> None:
    (another.parent / "functions" / "hello" / "index.py").write_text(LOOKING)
    deployed(another, sandbox)
    record = drill(another, sandbox, "service-outage")
    assert record.figures.recovered == pytest.approx(EXPECTED, rel=0.15, abs=STALL + 1)
    assert record.figures.dns_switches == 2
    lost = record.figures.stores[0].missing_at_takeover_seconds
    assert lost is not None and lost <= LAG + STALL
    assert record.figures.stores[0].missing_afterwards == 0


def test_a_flapping_region_is_not_chased_but_left_once_it_stays_away(file: Path, sandbox: Sandbox) -> None:
    record = drill(file, sandbox, "flapping", BROKEN)
    figures = record.figures
    *_, last = (float(one.at.removesuffix("s")) for one in record.scenario.steps if one.do == "outage")
    # Each of the first three is over before three checks in a row have failed.
    assert figures.dns_switches == 2
    assert figures.detected is not None and last + DETECTED * 0.6 <= figures.detected <= last + DETECTED * 1.15 + STALL
    assert figures.recovered == pytest.approx(last + EXPECTED, abs=EXPECTED * 0.15 + STALL + 1)
    assert criterion(record, "rto").ok is False
    assert figures.conflicting == record.instruments.conflicts_seen
    assert figures.stores[0].missing_afterwards == 0


def test_a_lost_writer_waits_for_a_person_and_nothing_is_lost(sandbox: Sandbox, tmp_path: Path) -> None:
    file = deployed(write_ledger(tmp_path), sandbox)
    record = drill(file, sandbox, "writer-lost")
    figures, (store,) = record.figures, record.figures.stores
    assert (store.store, store.follows_dns, store.replicated) == ("databases.main", False, True)
    # Nothing that clients ask needs the database, so nobody is led away from it.
    assert (figures.recovered, figures.dns_switches) == (0, 0)
    assert sum(one.failed for one in figures.clients) == 0
    assert store.failed > 0
    assert store.without_writes is None
    assert "its writer waits for a person" in criterion(record, "writes", "databases.main").text
    lost = store.missing_at_takeover_seconds
    assert lost is not None
    assert LAG - record.instruments.write_pause - STALL <= lost <= LAG + STALL
    assert store.missing_afterwards == 0


def acknowledging(rule: str, at: str) -> dict[str, str]:
    return {"acknowledged:\n": f"acknowledged:\n  - {{rule: {rule}, at: {at}, reason: To see what it costs.}}\n"}


UNCHECKED = {
    "health_check: {path: /health, interval: 10s, threshold: 3}": "health_check: null",
    **acknowledging("failover-without-health-check", "dns.names.app.health_check"),
}
UNSHARED = {
    "scope: global": "scope: regional",
    **acknowledging("rpo-out-of-reach", "tables.items.scope"),
}


@pytest.mark.parametrize("another", [("unchecked", UNCHECKED)], indirect=True)
def test_a_fleet_without_a_health_check_fails_its_drill(another: Path, sandbox: Sandbox) -> None:
    record = drill(another, sandbox, "region-outage", BROKEN, "--path", "/health")
    assert record.figures.recovered is None
    assert record.figures.dns_switches == 0
    assert criterion(record, "rto").ok is False
    assert record.settings.names[0].expected_recovery is None


@pytest.mark.parametrize("another", [("unshared", UNSHARED)], indirect=True)
def test_a_fleet_whose_table_stays_in_its_region_fails_its_drill(another: Path, sandbox: Sandbox) -> None:
    record = drill(another, sandbox, "region-outage", BROKEN)
    (store,) = record.figures.stores
    assert not store.replicated
    assert criterion(record, "rto").ok is True
    assert criterion(record, "rpo", "tables.items").ok is False
    assert "not replicated" in record.verdict.text
