"""The examples' own drills by each engine: `make drills` prints what was measured, as rows of docs/drill.md."""

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
# What each writes to, and whether a lag of twenty seconds keeps what it promises. Nothing writes to Aurora MySQL.
EXAMPLES_DRILLED: Mapping[str, tuple[Mapping[str, bool], int]] = {
    "aurora-failover": ({}, KEPT),
    "web-platform": ({"tables.items": True, "databases.main": True}, KEPT),
    "data-platform": ({"tables.sessions": True}, BROKEN),
}
BY_TERRAFORM = pytest.mark.skipif(not is_installed(), reason="there is no `terraform` on PATH")
DRILLS = [
    pytest.param(example, engine, id=f"{example}-{engine}", marks=[BY_TERRAFORM] if engine == "terraform" else [])
    for example in EXAMPLES_DRILLED
    for engine in ("cloudformation", "terraform")
]


@pytest.mark.slow
def test_an_examples_drill(sandbox: Sandbox, tmp_path: Path) -> None:
    file = deployed("aurora-failover", "cloudformation", sandbox, tmp_path)
    stores, expect = EXAMPLES_DRILLED["aurora-failover"]
    as_designed(drill(file, "cloudformation", sandbox, expect=expect), stores)
    assert not sandbox.status()["faults"]


@pytest.mark.slow
@pytest.mark.parametrize(("example", "engine"), DRILLS)
def test_every_examples_drill_by_each_engine(
    example: str,
    engine: str,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", configuration())
    monkeypatch.setenv("TAPSTACK_STATE_HOME", str(tmp_path_factory.mktemp("state")))
    stores, expect = EXAMPLES_DRILLED[example]
    with Sandbox.run(f"drilled-{example}-{engine}", **SANDBOX_OPTIONS) as sandbox:
        file = deployed(example, engine, sandbox, tmp_path)
        lost = drill(file, engine, sandbox, expect=expect)
        quiet = drill(file, engine, sandbox, "--scenario", "quiet-outage", expect=KEPT)
    print(row(lost, quiet))  # noqa: T201 - what docs/drill.md shows
    as_designed(lost, stores)
    assert quiet.figures.recovered == pytest.approx(EXPECTED, rel=0.15, abs=STALL + 1)
    assert {store.missing_at_takeover for store in quiet.figures.stores} <= {0}
    assert quiet.figures.lost_seconds == (0 if stores else None)


def deployed(example: str, engine: str, sandbox: Sandbox, folder: Path) -> Path:
    """The example's file, once it stands."""
    shutil.copytree(EXAMPLES / example, folder / example, ignore=shutil.ignore_patterns(".tapstack"))
    file = folder / example / "fleet.yaml"
    tapstack("deploy", "--yes", "--engine", engine, file=file, sandbox=sandbox.name)
    return file


def drill(file: Path, engine: str, sandbox: Sandbox, *arguments: str, expect: int) -> DrillRecord:
    ran = tapstack("drill", "--json", "--engine", engine, *arguments, file=file, sandbox=sandbox.name, expect=(expect,))
    record = DrillRecord.model_validate_json(ran.out)
    assert record.engine == engine
    return record


def as_designed(record: DrillRecord, stores: Mapping[str, bool]) -> None:
    """Hold that it cost what interval, threshold, TTL and lag make inevitable, and nothing else."""
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


def row(lost: DrillRecord, quiet: DrillRecord) -> str:
    """One line of the table in docs/drill.md."""
    by_design = max(name.expected_recovery or 0 for name in lost.settings.names)
    stores = ", ".join(f"`{store.store}` {store.missing_at_takeover_seconds:.1f} s" for store in lost.figures.stores)
    missing = sum(store.missing_at_takeover for store in quiet.figures.stores)
    cells = (
        f"`{lost.fleet}`",
        lost.engine,
        f"{by_design:.0f} s",
        f"{lost.figures.recovered:.1f} s",
        f"{quiet.figures.recovered:.1f} s",
        stores or "not measured: nothing writes to Aurora MySQL",
        str(missing) if stores else "",
    )
    return f"| {' | '.join(cells)} |"
