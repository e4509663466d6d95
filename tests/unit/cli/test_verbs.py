"""The verbs that need no AWS: init, validate, plan, schema, rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "examples").glob("*/fleet.yaml"))
BLUEPRINTS = [path.parent.name for path in EXAMPLES]
FLEET = "fleet: shop\nhome: us-east-1\nregions: {us-east-1: {}}\ntags: {CostCenter: shop}\n"


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    file = tmp_path / "fleet.yaml"
    file.write_text(FLEET)
    return file


def test_there_are_four_blueprints() -> None:
    assert BLUEPRINTS == ["aurora-failover", "data-platform", "serverless-api", "web-platform"]


@pytest.mark.parametrize("blueprint", BLUEPRINTS)
def test_what_init_writes_validates_and_plans(blueprint: str, run, tmp_path: Path) -> None:
    written = run("init", tmp_path / "new", "--blueprint", blueprint, "--name", "my-shop")
    assert written.code == 0
    file = tmp_path / "new" / "fleet.yaml"
    lines = file.read_text().splitlines()
    assert lines[0] == "# yaml-language-server: $schema=fleet.schema.json"
    assert "fleet: my-shop" in lines
    assert any(line.startswith("#") for line in lines[1:]), "comments are the point of a blueprint"
    assert json.loads((tmp_path / "new" / "fleet.schema.json").read_text())["title"] == "TapStack fleet"
    assert run("validate", "--file", file, "--strict").code == 0
    assert run("plan", "--offline", "--file", file, "--environment", "prod").code == 0


def test_init_needs_no_answers_and_begins_where_one_stands(run, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    written = run("init")
    assert written.code == 0
    assert "tapstack validate\n" in written.out
    assert run("validate").code == 0


def test_init_overwrites_only_when_told(run, tmp_path: Path) -> None:
    (tmp_path / "fleet.yaml").write_text("mine")
    refused = run("init", tmp_path)
    assert refused.code == 6
    assert "is there already" in refused.err
    assert (tmp_path / "fleet.yaml").read_text() == "mine"
    assert list(tmp_path.iterdir()) == [tmp_path / "fleet.yaml"], "nothing was written"
    assert run("init", tmp_path, "--force").code == 0
    assert (tmp_path / "fleet.yaml").read_text() != "mine"


def test_init_where_nothing_can_be_written(run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = run("init", tmp_path / "file" / "below")
    assert refused.code == 6
    assert "cannot be written" in refused.err


def test_init_lists_blueprints_and_says_what_it_wrote_as_json(run, tmp_path: Path) -> None:
    assert [line.split()[0] for line in run("init", "--list").out.splitlines()] == BLUEPRINTS
    assert [one["name"] for one in json.loads(run("init", "--list", "--json").out)] == BLUEPRINTS
    written = json.loads(run("init", tmp_path, "--json").out)
    assert str(tmp_path / "fleet.yaml") in written["files"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--blueprint", "web-platfrom"], "Did you mean 'web-platform'?"),
        (["--name", "My Shop"], "cannot be a fleet's name"),
        (["--name", "x" * 31], "cannot be a fleet's name"),
    ],
)
def test_init_refuses_what_cannot_be(arguments: list[str], said: str, run, tmp_path: Path) -> None:
    refused = run("init", tmp_path, *arguments)
    assert refused.code == 9
    assert said in refused.err
    assert list(tmp_path.iterdir()) == []


def test_validate_takes_what_the_shell_makes_of_a_pattern(run) -> None:
    answer = run("validate", "--file", *EXAMPLES, "--environment", "prod")
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert len([line for line in lines if ": 0 errors, 0 warnings" in line]) == len(EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.parent.name)
def test_the_examples_hold_in_every_environment(example: Path, run) -> None:
    answer = run("validate", "--file", example, "--strict")
    assert answer.code == 0, answer.out
    assert "in dev, staging, prod" in answer.out


def test_validate_reports_every_file_and_ends_with_the_worst(run, tmp_path: Path, fleet: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("fleet: [")
    answer = run("validate", "--json", "--file", fleet, broken, tmp_path / "none.yaml", EXAMPLES[0])
    assert answer.code == 6
    assert "There is no file" in answer.err
    files = json.loads(answer.out)["files"]
    assert [Path(one["file"]).name for one in files] == ["fleet.yaml", "broken.yaml", "fleet.yaml"]
    assert [one["counts"]["error"] for one in files] == [0, 1, 0]


@pytest.mark.parametrize(
    ("more", "arguments", "code"),
    [
        ("", [], 0),
        ("", ["--strict"], 0),
        ("network: {nat: one}\n", [], 0),
        ("network: {nat: one}\n", ["--strict"], 3),
        ("netwrok: {}\n", [], 3),
        ("required_tags: [Owner]\n", [], 3),
        ("", ["--environment", "prod"], 4),
        ("netwrok: [\n", ["--environment", "prod"], 3),
    ],
)
def test_exit_codes_of_validate(more: str, arguments: list[str], code: int, run, fleet: Path) -> None:
    fleet.write_text(FLEET + more)
    answer = run("validate", "--file", fleet, *arguments)
    assert answer.code == code
    assert "Traceback" not in answer.out + answer.err


def test_validate_prints_sarif(run, fleet: Path) -> None:
    fleet.write_text(FLEET + "netwrok: {}\n")
    answer = run("validate", "--file", fleet, "--format", "sarif")
    assert answer.code == 3
    (result,) = json.loads(answer.out)["runs"][0]["results"]
    assert result["ruleId"] == "invalid-fleet"
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 5


def test_versions_are_judged_by_the_day_that_is_given(run, fleet: Path, monkeypatch) -> None:
    fleet.write_text(FLEET + "functions: {f: {inline: x, runtime: python3.11}}\n")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert "deprecated" not in run("validate", "--file", fleet).out
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1900000000")
    assert run("validate", "--file", fleet).code == 3
    for nonsense in ("soon", "9" * 40, "²"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", nonsense)
        assert run("validate", "--file", fleet).code in (0, 3)


def test_plan_shows_one_environment_and_refuses_a_fleet_that_does_not_hold(run, fleet: Path) -> None:
    shown = run("plan", "--offline", "--file", EXAMPLES[0], "--environment", "staging")
    assert shown.code == 0
    assert shown.out.startswith("aurora-failover in staging")
    assert shown.err == ""
    fleet.write_text(FLEET + "required_tags: [Owner]\n")
    refused = run("plan", "--offline", "--file", fleet)
    assert refused.code == 3
    assert refused.out == ""
    assert "missing-tag" in refused.err


def test_plan_for_scripts(run) -> None:
    data = json.loads(run("plan", "--offline", "--json", "--file", EXAMPLES[1], "--environment", "prod").out)
    assert (data["fleet"], data["environment"], data["home"]) == ("data-platform", "prod", "us-east-1")
    assert len(data["regions"]) == 3


def test_schema_prints_the_schema(run) -> None:
    assert json.loads(run("schema").out)["$schema"].endswith("2020-12/schema")


def test_rules_are_listed_and_explained(run) -> None:
    listed = run("rules").out.splitlines()
    data = json.loads(run("rules", "--json").out)
    assert [line.split()[0] for line in listed] == [rule["id"] for rule in data]
    explained = run("rules", "single-nat").out
    assert "acknowledged:" in explained
    assert "https://" in explained
    misspelt = run("rules", "single-nta")
    assert misspelt.code == 64
    assert "Did you mean 'single-nat'?" in misspelt.err


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.parent.name)
def test_examples_are_whole(example: Path) -> None:
    fleet = YAML(typ="safe", pure=True).load(example)
    for function in fleet["functions"].values():
        assert (example.parent / function["code"] / "index.py").is_file()
