"""The examples' own drills: two by one engine, one by the other."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from rollouts import tapstack
from terraform import configuration, is_installed

from tapstack.drill.record import DrillRecord
from tapstack.sandbox.control import Sandbox

EXAMPLES = Path(__file__).parents[2] / "examples"
FACTOR, LAG = 10, 20.0
SANDBOX_OPTIONS = {"clock_factor": FACTOR, "replication_lag_seconds": LAG}
EXPECTED = 10 * 3 + 60
STALL = FACTOR * 0.1
KEPT, BROKEN = 0, 17
# What is promised: whether a lag of twenty seconds keeps it.
DRILLS = [
    pytest.param("aurora-failover", "cloudformation", {}, KEPT, id="aurora-failover"),
    pytest.param(
        "web-platform",
        "cloudformation",
        {"tables.items": True, "databases.main": True},
        KEPT,
        id="web-platform",
        marks=pytest.mark.slow,
    ),
    pytest.param(
        "data-platform",
        "terraform",
        {"tables.sessions": True},
        BROKEN,
        id="data-platform",
        # Minutes, nearly all of them Terraform's.
        marks=[pytest.mark.slow, pytest.mark.skipif(not is_installed(), reason="there is no `terraform` on PATH")],
    ),
]


@pytest.mark.parametrize(("example", "engine", "stores", "expect"), DRILLS)
def test_an_examples_drill(
    example: str,
    engine: str,
    stores: Mapping[str, bool],
    expect: int,
    sandbox: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if engine == "terraform":
        monkeypatch.setenv("TF_CLI_CONFIG_FILE", configuration())
    shutil.copytree(EXAMPLES / example, tmp_path / example)
    file = tmp_path / example / "fleet.yaml"
    tapstack("deploy", "--yes", "--engine", engine, file=file, sandbox=sandbox.name)
    ran = tapstack("drill", "--json", "--engine", engine, file=file, sandbox=sandbox.name, expect=(expect,))
    record = DrillRecord.model_validate_json(ran.out)
    assert record.engine == engine
    assert record.figures.recovered == pytest.approx(EXPECTED, rel=0.15, abs=STALL + 1)
    assert {store.store: store.replicated for store in record.figures.stores} == stores
    for store in record.figures.stores:
        lost = store.missing_at_takeover_seconds
        assert lost is not None
        assert LAG - record.instruments.write_pause - STALL <= lost <= LAG + STALL
        assert store.missing_afterwards == 0
        if store.kind == "database":
            # It waits for a person, and the drill ends without one.
            assert store.without_writes is None
    assert record.figures.failed_back is not None
    assert not sandbox.status()["faults"]
