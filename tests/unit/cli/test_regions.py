"""The verbs that change which regions a fleet has: its file, and nothing else."""

from __future__ import annotations

import json
import stat
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from tapstack.errors import RefusedError

REFUSED = RefusedError.exit_code

FLEET = """\
fleet: shop # ours
home: us-east-1
regions:
  us-east-1: {cidr: 10.0.0.0/16}
  us-west-2: {cidr: 10.1.0.0/16} # second
network: {zones: 3}
tags: {CostCenter: shop}
environments:
  dev: {protection: {deletion: false}}
  prod:
    regions:
      us-west-2: {cidr: 10.2.0.0/16}
    observability: {notify: [a@shop.example]}
"""


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    file = tmp_path / "fleet.yaml"
    file.write_bytes(FLEET.encode())
    return file


def test_a_region_is_added_with_a_free_block_and_taken_out_again(run, fleet: Path) -> None:
    added = run("add-region", "eu-west-1", "--file", fleet)
    assert added.code == 0, added.err
    # 10.1 is given to all and 10.2 to production.
    assert fleet.read_text() == FLEET.replace("# second\n", "# second\n  eu-west-1: {cidr: 10.3.0.0/16}\n")
    assert "+  eu-west-1: {cidr: 10.3.0.0/16}" in added.out
    assert "first /16 after 10.2.0.0/16" in added.out
    assert "eu-west-1  standby  10.3.0.0/16" in added.out, "the plan"
    removed = run("remove-region", "eu-west-1", "--file", fleet, "--yes")
    assert removed.code == 0, removed.err
    assert fleet.read_text() == FLEET
    for environment in ("dev", "prod"):
        assert f"tapstack destroy --region eu-west-1 --file {fleet} --environment {environment}" in removed.out


def test_a_dry_run_writes_nothing_and_says_all(run, fleet: Path) -> None:
    before = fleet.stat()
    shown = run("add-region", "eu-west-1", "--file", fleet, "--dry-run", "--json", "--weight", "9")
    said = json.loads(shown.out)
    assert (said["written"], said["cidr"], said["weight"]) == (False, "10.3.0.0/16", 9)
    assert "+  eu-west-1: {cidr: 10.3.0.0/16, weight: 9}" in said["diff"].splitlines()
    assert {region["name"] for region in said["plan"]["regions"]} == {"us-east-1", "us-west-2", "eu-west-1"}
    assert run("remove-region", "us-west-2", "--file", fleet, "--dry-run").code == 0
    assert fleet.read_text() == FLEET
    assert (fleet.stat().st_ino, fleet.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_what_is_said_is_written(run, fleet: Path) -> None:
    arn = "arn:aws:acm:us-west-1:123456789012:certificate/abc"
    assert (
        run("add-region", "us-west-1", "-f", fleet, "--cidr", "10.50.0.0/16", "--zones", "2", "--certificate", arn).code
        == 0
    )
    assert f"  us-west-1: {{cidr: 10.50.0.0/16, zones: 2, certificate: {arn}}}\n" in fleet.read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add-region", "us-west-2"], "us-west-2 is in the fleet already."),
        (["add-region", "eu-wset-1"], "Did you mean 'eu-west-1'?"),
        (["add-region", "cn-north-1"], "another partition than the home"),
        (["add-region", "eu-west-1", "--cidr", "10.2.0.0/17"], "overlapping-blocks [prod]"),
        (["add-region", "eu-west-1", "--cidr", "10.2.0.1/16"], "the block itself is 10.2.0.0/16"),
        (["add-region", "us-west-1"], "too-few-zones"),
        (["add-region", "eu-west-1", "--certificate", "mine"], "invalid-fleet"),
        (["remove-region", "us-east-1", "--yes"], "moves the writer alone"),
        (["remove-region", "eu-west-1", "--yes"], "There are: us-east-1, us-west-2."),
    ],
)
def test_what_would_not_hold_leaves_the_file_alone(arguments: list[str], said: str, run, fleet: Path) -> None:
    refused = run(*arguments, "--file", fleet)
    assert refused.code == 3
    assert said in refused.err
    assert fleet.read_text() == FLEET
    assert list(fleet.parent.iterdir()) == [fleet]


def test_an_old_error_does_not_forbid_a_change_but_a_new_one_does(run, fleet: Path) -> None:
    text = FLEET.replace("us-west-2: {cidr: 10.1.0.0/16}", "us-west-2: {cidr: 10.0.0.0/17}")
    fleet.write_text(text)
    assert run("validate", "--file", fleet).code == 3
    assert run("add-region", "eu-west-1", "--file", fleet, "--cidr", "10.0.128.0/17").code == 3
    assert fleet.read_text() == text
    assert run("add-region", "eu-west-1", "--file", fleet, "--cidr", "10.9.0.0/16").code == 0
    assert "eu-west-1" in fleet.read_text()


def test_a_file_that_cannot_be_read_is_left_alone(run, fleet: Path) -> None:
    fleet.write_text(FLEET + "home: again\n")
    refused = run("add-region", "eu-west-1", "--file", fleet)
    assert refused.code == 3
    assert "stands twice" in refused.err


def test_removing_asks_and_no_answer_is_no(run, fleet: Path, monkeypatch) -> None:
    import io

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stdin in (io.StringIO("y\n"), Terminal("n\n")):
        monkeypatch.setattr("sys.stdin", stdin)
        asked = run("remove-region", "us-west-2", "--file", fleet)
        assert asked.code == REFUSED
        assert "does not destroy what stands in us-west-2" in asked.err
        assert fleet.read_text() == FLEET
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    assert run("remove-region", "us-west-2", "--file", fleet).code == 0
    assert "us-west-2" not in fleet.read_text()


def test_mode_and_links_stay(run, fleet: Path) -> None:
    fleet.chmod(0o640)
    link = fleet.parent / "linked.yaml"
    link.symlink_to(fleet.name)
    assert run("add-region", "eu-west-1", "--file", link).code == 0
    assert link.is_symlink()
    assert "eu-west-1" in fleet.read_text()
    assert stat.S_IMODE(fleet.stat().st_mode) == 0o640
    assert {path.name for path in fleet.parent.iterdir()} == {"fleet.yaml", "linked.yaml"}


def test_a_fleet_on_the_pool_stays_on_the_pool_and_one_without_network_needs_no_block(run, tmp_path: Path) -> None:
    file = tmp_path / "fleet.yaml"
    file.write_text("fleet: a\nhome: us-east-1\nregions: {us-east-1: {}}\ntags: {CostCenter: a}\n")
    assert "no network" in run("add-region", "eu-west-1", "--file", file).out
    file.write_text(file.read_text() + "network: {}\n")
    assert "from the pool: 10.69.0.0/16" in run("add-region", "eu-west-2", "--file", file).out
    assert "regions: {us-east-1: {}, eu-west-1: {}, eu-west-2: {}}\n" in file.read_text()


def test_the_block_is_as_large_as_the_others_and_meets_nothing_even_where_little_is_left(run, tmp_path: Path) -> None:
    file = tmp_path / "fleet.yaml"
    file.write_text(
        "fleet: a\nhome: us-east-1\nregions: {us-east-1: {cidr: 10.255.128.0/17}, us-east-2: {cidr: 10.0.0.0/17}}\n"
        "tags: {CostCenter: a}\nnetwork: {}\n"
    )
    said = json.loads(run("add-region", "eu-west-1", "--file", file, "--json").out)
    assert IPv4Network(said["cidr"]) == IPv4Network("10.0.128.0/17"), "past the end it begins again"
