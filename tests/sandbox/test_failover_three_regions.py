"""PostgreSQL in three regions: who follows whom on the way out and home, with writes all along."""

from __future__ import annotations

from pathlib import Path

import pytest
from clients import until
from rollouts import Ran, tapstack
from writing import DATABASE, HOME, STANDBY, Client, Load, described, rotation_rests, write_ledger

from tapstack.sandbox.control import Sandbox

pytestmark = pytest.mark.slow
SANDBOX_OPTIONS = {"clock_factor": 20, "replication_lag_seconds": 20}
THIRD = "eu-west-1"
WORD = "ledger/dev"


@pytest.fixture(scope="module")
def file(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = write_ledger(tmp_path_factory.mktemp("ledger"))
    file.write_text(file.read_text().replace(f"  {STANDBY}: {{}}\n", f"  {STANDBY}: {{}}\n  {THIRD}: {{}}\n"))
    tapstack("deploy", "--yes", file=file, sandbox=sandbox.name)
    return file


@pytest.fixture(scope="module")
def load(sandbox: Sandbox, file: Path) -> Load:
    return Load(Client(sandbox))


def run(file: Path, sandbox: Sandbox, verb: str, *arguments: str) -> Ran:
    until(lambda: rotation_rests(sandbox, DATABASE))
    return tapstack(verb, "--json", *arguments, file=file, sandbox=sandbox.name)


def followed(sandbox: Sandbox) -> dict[str, str]:
    """The region that each region's instance follows."""
    sources = {
        region: str(described(sandbox, region).get("ReadReplicaSourceDBInstanceIdentifier") or "")
        for region in (HOME, STANDBY, THIRD)
    }
    return {region: source.split(":")[3] if source else "" for region, source in sources.items()}


def nothing_to_do(file: Path, sandbox: Sandbox) -> None:
    assert run(file, sandbox, "plan").data["changes"] == []
    assert not run(file, sandbox, "drift").data["drifted"]


def test_the_third_region_follows_the_old_home_until_the_failback_makes_it_anew(
    sandbox: Sandbox, file: Path, load: Load
) -> None:
    before = followed(sandbox)
    assert before == {HOME: "", STANDBY: HOME, THIRD: HOME}
    client = Client(sandbox)
    with load.going():
        until(lambda: len(load.acknowledged) > 100)
        moved = run(file, sandbox, "failover", "--to", STANDBY, "--confirm", WORD).data
        until(lambda: load.by_region[STANDBY] > 50)
    assert any(f"in {THIRD} goes on following {HOME}" in note for note in moved["notes"])
    assert followed(sandbox) == {HOME: "", STANDBY: "", THIRD: HOME}
    # RDS stops no instance that has a replica: the old writer goes on, fenced.
    assert described(sandbox, HOME)["DBInstanceStatus"] == "available"
    assert set(load.acknowledged) <= client.numbers(STANDBY)
    nothing_to_do(file, sandbox)

    home_had = load.by_region[HOME]
    with load.going():
        run(file, sandbox, "failback", "--confirm", WORD)
        until(lambda: load.by_region[HOME] > home_had + 50)
    assert followed(sandbox) == before
    assert set(load.acknowledged) <= client.numbers(HOME)
    until(lambda: client.numbers(STANDBY) == client.numbers(HOME))
    nothing_to_do(file, sandbox)


def test_a_region_that_does_not_follow_the_writer_is_made_to_before_it_takes_over(
    sandbox: Sandbox, file: Path, load: Load
) -> None:
    before = followed(sandbox)
    client = Client(sandbox)
    with load.going():
        had = len(load.acknowledged)
        until(lambda: len(load.acknowledged) > had + 50)
        run(file, sandbox, "failover", "--to", STANDBY, "--confirm", WORD)
        run(file, sandbox, "failover", "--to", THIRD, "--confirm", WORD)
    assert followed(sandbox)[THIRD] == ""
    nothing_to_do(file, sandbox)
    run(file, sandbox, "failback", "--confirm", WORD)
    assert followed(sandbox) == before
    assert set(load.acknowledged) <= client.numbers(HOME)
    nothing_to_do(file, sandbox)
