"""An Aurora global database gets another version: the standbys first, the home last, and never all at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from rollouts import tapstack

from tapstack.sandbox.control import Sandbox

EXAMPLE = Path(__file__).parents[2] / "examples" / "aurora-failover"
SANDBOX_OPTIONS = {"clock_factor": 20}
HOME, STANDBY = "us-east-1", "us-west-2"
FORMER, LATER = "8.0.mysql_aurora.3.10.2", "8.0.mysql_aurora.3.10.3"
CLUSTER = "aurora-failover-dev-main"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sandbox(engine_sandbox: Sandbox) -> Sandbox:
    return engine_sandbox


def versions(sandbox: Sandbox) -> dict[str, str]:
    return {
        region: sandbox.client("rds", region).describe_db_clusters(DBClusterIdentifier=CLUSTER)["DBClusters"][0][
            "EngineVersion"
        ]
        for region in (HOME, STANDBY)
    }


def test_a_new_version_goes_through_the_waves_and_nothing_is_left_to_do(
    sandbox: Sandbox, engine: str, tmp_path: Path
) -> None:
    folder = tmp_path / "fleet"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".tapstack"))
    file = folder / "fleet.yaml"
    text = f"{file.read_text()}\nengine: {engine}\n"
    file.write_text(text.replace("engine: aurora-mysql\n", f"engine: aurora-mysql\n    version: {FORMER}\n"))
    assert FORMER in file.read_text()
    tapstack("deploy", "--yes", file=file, sandbox=sandbox.name)
    assert set(versions(sandbox).values()) == {FORMER}

    file.write_text(file.read_text().replace(FORMER, LATER))
    said = tapstack("deploy", "--yes", file=file, sandbox=sandbox.name).err
    assert set(versions(sandbox).values()) == {LATER}
    began = [line.split(": began")[0].split()[-1] for line in said.splitlines() if line.endswith(": began")]
    assert began.index(f"regional/{STANDBY}") < began.index(f"regional/{HOME}"), began
    assert tapstack("plan", "--json", file=file, sandbox=sandbox.name).data["changes"] == []
    assert not tapstack("drift", "--json", file=file, sandbox=sandbox.name).data["drifted"]


def test_a_global_database_itself_takes_no_minor_version(sandbox: Sandbox) -> None:
    group = sandbox.client("rds", HOME).describe_global_clusters()["GlobalClusters"][0]
    with pytest.raises(ClientError) as caught:
        sandbox.client("rds", HOME).modify_global_cluster(
            GlobalClusterIdentifier=group["GlobalClusterIdentifier"], EngineVersion="8.0.mysql_aurora.3.11.0"
        )
    assert "only supports Major Version Upgrades" in str(caught.value)
