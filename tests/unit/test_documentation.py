"""What the documents say is so: verbs exist, tables are complete, links lead somewhere, blocks of YAML hold."""

from __future__ import annotations

import importlib
import re
import subprocess
from pathlib import Path

import click
import pytest
from ruamel.yaml import YAML

from tapstack.cli import VERBS
from tapstack.cli.rules import rules as rules_verb
from tapstack.cli.schema import schema as schema_verb
from tapstack.fleet.loading import FleetFile
from tapstack.rules.table import BY_ID

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
EXAMPLES = sorted((ROOT / "examples").glob("*/fleet.yaml"))


def printed(verb, *arguments: str) -> str:
    from click.testing import CliRunner

    return CliRunner().invoke(verb, arguments).output


def commands(text: str) -> list[list[str]]:
    """Every `tapstack …` in a block of code."""
    lines = [line for block in re.findall(r"(?ms)^```(?:sh|bash)?\n(.*?)^```", text) for line in block.splitlines()]
    return [line.split("#")[0].split() for line in lines if re.match(r"(\.venv/bin/)?tapstack ", line)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_verbs_and_targets_of_make_that_documents_name_exist(document: Path) -> None:
    text = document.read_text()
    for command in commands(text):
        assert command[1] in VERBS or command[1].startswith(("--", "'")), command
    targets = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text()))
    assert set(re.findall(r"`make ([a-z-]+)`", text)) <= targets
    assert {line.split()[1] for line in re.findall(r"(?m)^make [a-z-]+", text)} <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_inside_the_project_lead_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text()):
        if "://" not in link and not link.startswith("mailto:"):
            assert (document.parent / link).exists(), link


def test_the_readme_lists_every_verb() -> None:
    text = (ROOT / "README.md").read_text()
    listed = set(re.findall(r"(?m)^\| `([a-z-]+)", text))
    assert listed == set(VERBS)


def test_the_readmes_fleet_holds() -> None:
    (fleet,) = re.findall(r"(?ms)^```yaml\n(.*?)^```", (ROOT / "README.md").read_text())
    described = FleetFile.parse(fleet.encode()).describe("dev")
    assert described.findings == ()


def test_continuous_integration_runs_the_readmes_test_command() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert lines[-1] == "make test"
    assert "make test" in (ROOT / "README.md").read_text()


def test_rules_are_documented_as_they_are() -> None:
    assert printed(rules_verb, "--markdown") in (ROOT / "docs" / "rules.md").read_text(), (
        "write the table again: tapstack rules --markdown"
    )


def test_the_reference_is_made_of_the_schema() -> None:
    assert printed(schema_verb, "--markdown") == (ROOT / "docs" / "fleet-reference.md").read_text(), (
        "write it again: tapstack schema --markdown > docs/fleet-reference.md"
    )


@pytest.mark.parametrize("block", re.findall(r"(?ms)^```yaml\n(.*?)^```", (ROOT / "docs" / "fleet.md").read_text()))
def test_the_guides_parts_have_keys_that_exist(block: str) -> None:
    whole = YAML(typ="safe", pure=True).load(block)
    data = {"fleet": "shop", "home": "us-east-1", "regions": {"us-east-1": {}}, **whole}
    found = FleetFile.parse(str(data).replace("'", '"').replace("True", "true").replace("None", "null").encode())
    unknown = [f.summary for e in found.environments for f in found.describe(e).findings if f.rule == "invalid-fleet"]
    assert [summary for summary in unknown if "no key" in summary] == []


def rows() -> list[list[str]]:
    lines = (ROOT / "docs" / "seeds.md").read_text().splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in lines
        if line.startswith("|") and not line.startswith(("|---", "| requirement"))
    ]


def test_every_requirement_of_the_reference_systems_has_its_place() -> None:
    assert len(rows()) > 100
    for row in rows():
        assert len(row) == 4, row
        assert all(row), row


def test_the_reference_systems_are_the_examples() -> None:
    text = (ROOT / "docs" / "seeds.md").read_text()
    assert re.findall(r"(?m)^## (.+)$", text) == ["aurora-failover", "web-platform", "serverless-api", "data-platform"]
    assert {path.parent.name for path in EXAMPLES} == set(re.findall(r"(?m)^## (.+)$", text))


def test_rules_and_verbs_that_hold_requirements_exist() -> None:
    for *_, held in rows():
        for name in re.findall(r"`([^`]+)`", held):
            verb = name.split()[0]
            assert name in BY_ID or verb in VERBS or verb == "make", name


def test_the_licence_is_there() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text()


def test_nothing_generated_is_tracked() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a clone")
    assert not re.search(r"(?m)^(\.venv|cdk\.out|cdktf\.out|.*__pycache__|.*\.egg-info)/", tracked.stdout)


def test_the_pull_request_example_asks_for_verbs_and_options_that_exist() -> None:
    workflow = YAML(typ="safe").load(ROOT / "examples" / "github-actions" / "pull-request.yaml")
    assert workflow["permissions"] == {"contents": "read"}
    runs = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    found = set()
    for line in (line.strip() for run in runs for line in run.splitlines()):
        if not line.startswith("tapstack "):
            continue
        verb, *words = line.split()[1:]
        known = {option for param in group(verb).params for option in param.opts}
        if isinstance(group(verb), click.Group):
            known = {option for command in group(verb).commands.values() for p in command.params for option in p.opts}
        assert {word for word in words if word.startswith("--")} <= known, line
        found.add(verb)
    assert {"validate", "plan", "drill"} <= found


def group(verb: str) -> click.Command:
    return getattr(importlib.import_module(VERBS[verb].module), verb.replace("-", "_"))
