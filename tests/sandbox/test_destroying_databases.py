"""A protected fleet whose databases leave a snapshot when they go: all of them go, and each writer leaves one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from clients import until
from rollouts import tapstack
from writing import DATABASE, HOME, STANDBY, rotation_rests, write_ledger

from tapstack.sandbox.control import Sandbox

pytestmark = pytest.mark.slow
SANDBOX_OPTIONS = {"clock_factor": 20}
WORD = "ledger/dev"


@pytest.fixture(scope="module")
def sandbox(engine_sandbox: Sandbox) -> Sandbox:
    return engine_sandbox


@pytest.mark.parametrize("moved", [False, True], ids=["the home writes", "a standby writes"])
def test_a_destroyed_database_leaves_the_snapshot_of_its_writer_and_its_secret(
    sandbox: Sandbox, engine: str, tmp_path: Path, moved: bool
) -> None:
    sandbox.reset()
    file = write_ledger(tmp_path, engine)
    text = file.read_text()
    kept = text.replace("{deletion: false, when_removed: destroy}", "{deletion: true, when_removed: snapshot}")
    assert kept != text
    file.write_text(kept)

    def run(verb: str, *arguments: str) -> Any:
        return tapstack(verb, "--json", "--yes", *arguments, file=file, sandbox=sandbox.name).data

    run("deploy")
    if moved:
        until(lambda: rotation_rests(sandbox, DATABASE))
        run("failover", "--to", STANDBY, "--confirm", WORD)
    retained = run("destroy", "--confirm", WORD)["retained"]

    snapshots = {}
    for region in (HOME, STANDBY):
        rds = sandbox.client("rds", region)
        assert rds.describe_db_instances()["DBInstances"] == [], region
        snapshots[region] = [each["DBSnapshotIdentifier"] for each in rds.describe_db_snapshots()["DBSnapshots"]]
        assert sandbox.client("lambda", region).list_functions()["Functions"] == [], region
        named = [{"Name": "tag:Fleet", "Values": ["ledger"]}]
        assert sandbox.client("ec2", region).describe_vpcs(Filters=named)["Vpcs"] == [], region
    writer = STANDBY if moved else HOME
    assert len(snapshots[writer]) == 1, snapshots
    told = [each["identity"] for each in retained if each["kind"].startswith("snapshot")]
    # CloudFormation names it by itself, after the database.
    assert any(snapshots[writer][0].startswith(each) for each in told), told
    left = [(each["kind"], each["identity"]) for each in retained]
    assert any(DATABASE in identity and "secret" in kind.lower() for kind, identity in left), left
