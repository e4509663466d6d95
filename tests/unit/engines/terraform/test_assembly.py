from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tapstack.engines.synthesis import Synthesis
from tapstack.engines.terraform.assembly import synthesise
from tapstack.errors import FileAccessError
from tapstack.fleet.loading import FleetFile
from tapstack.plan.planning import make

ROOT = Path(__file__).parents[4]


def write(
    output: Path, *, file: Path = ROOT / "examples" / "data-platform" / "fleet.yaml", environment="dev"
) -> Synthesis:
    fleet = FleetFile.read(file).describe(environment).fleet
    assert fleet is not None
    return synthesise(fleet, make(fleet, environment), source=file.parent, output=output)


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_region_gets_the_same_module_byte_for_byte(tmp_path: Path) -> None:
    made = write(tmp_path)
    for kind in ("foundation", "links", "regional"):
        modules = {
            (made.folder / "stacks" / name / "cdk.tf.json").read_bytes()
            for unit, name in made.units.items()
            if unit.startswith(f"{kind}/")
        }
        assert len(modules) == 1


def test_stacks_lie_and_are_named_as_cdktf_does_it(tmp_path: Path) -> None:
    write(tmp_path)
    stacks = read(tmp_path / "manifest.json")["stacks"]
    assert {name for name in stacks if name.startswith("tap-stack-")} == {
        "tap-stack-us-east-1",
        "tap-stack-us-east-2",
        "tap-stack-eu-west-1",
    }
    for stack in stacks.values():
        assert (tmp_path / stack["synthesizedStackPath"]).is_file()


def test_a_region_has_its_own_state_and_variables(tmp_path: Path) -> None:
    write(tmp_path)
    folder = tmp_path / "stacks" / "tap-stack-us-east-2"
    assert read(folder / "backend.tf.json")["terraform"]["backend"]["s3"] == {
        "bucket": "terraform-state-dev-us-east-2",
        "key": "infrastructure/us-east-2/terraform.tfstate",
        "region": "us-east-2",
        "encrypt": True,
        "use_lockfile": True,
    }
    assert read(folder / "region.auto.tfvars.json")["tags"]["Region"] == "us-east-2"


def test_no_two_units_share_a_state(tmp_path: Path) -> None:
    made = write(tmp_path)
    backends = [(tmp_path / "stacks" / name / "backend.tf.json").read_text() for name in made.units.values()]
    assert len(set(backends)) == len(backends)


def test_an_unchanged_fleet_is_not_written_again(tmp_path: Path) -> None:
    assert not write(tmp_path).reused
    assert write(tmp_path).reused
    (tmp_path / "stacks" / "tap-stack-us-east-1" / "cdk.tf.json").write_text("{}")
    assert not write(tmp_path).reused
    assert write(tmp_path).reused


def test_what_terraform_keeps_in_the_folder_stays(tmp_path: Path) -> None:
    write(tmp_path)
    saved = tmp_path / "stacks" / "tap-stack-us-east-1" / "errored.tfstate"
    saved.write_text("precious")
    write(tmp_path, environment="prod")
    assert saved.read_text() == "precious"


def test_a_region_that_is_no_more_loses_its_folder(tmp_path: Path) -> None:
    example = tmp_path / "fleet"
    shutil.copytree(ROOT / "examples" / "data-platform", example)
    file = example / "fleet.yaml"
    write(tmp_path / "out", file=file)
    file.write_text(file.read_text().replace("  eu-west-1: {cidr: 10.2.0.0/16}\n", ""))
    write(tmp_path / "out", file=file)
    assert not list((tmp_path / "out" / "stacks").glob("*-eu-west-1"))


def test_a_folder_of_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(FileAccessError):
        write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
