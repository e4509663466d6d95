"""Other people's judgement: cfn-lint, checkov and cdk-nag find nothing in any example, in any environment.

What they find on purpose is said at its resource, with the reason; an exception that nothing needs any more is an
error too, where the tool lets us see it.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tapstack.engines.cloudformation.cdk_app import lift
from tapstack.engines.cloudformation.node import prepare
from tapstack.engines.cloudformation.templates import Built
from tapstack.plan.model import UnitKind

ROOT = Path(__file__).parents[3]
CFN_LINT = Path(sys.executable).with_name("cfn-lint")
CHECKOV = ROOT / ".cache" / "tools" / "checkov" / "bin" / "checkov"
PACK = "AwsSolutions"


@pytest.fixture(scope="module")
def templates(example_templates, golden_templates) -> tuple[Any, ...]:
    return (*example_templates, *golden_templates)


@pytest.fixture(scope="module")
def folder(templates, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with all templates in it."""
    folder = tmp_path_factory.mktemp("templates")
    for made in templates:
        (folder / f"{made.name}.json").write_text(json.dumps(made.data, indent=1), encoding="utf-8")
    return folder


def test_cfn_lint_finds_nothing(folder: Path, templates) -> None:
    regions = sorted({region for made in templates for region in made.regions})
    files = sorted(str(file) for file in folder.glob("*.json"))
    command = [CFN_LINT, "--format", "parseable", "--regions", *regions, "--", *files]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")


def test_checkov_fails_nothing(folder: Path) -> None:
    assert CHECKOV.exists(), "run: make tools"
    # Without --skip-download it would ask its makers for their guidelines.
    command = [CHECKOV, "--directory", folder, "--framework", "cloudformation", "--skip-download", "--output", "json"]
    answer = subprocess.run([*command, "--compact", "--quiet"], capture_output=True, text=True, check=False)
    assert answer.stdout, answer.stderr
    report = json.loads(answer.stdout)
    failed = [
        f"{check['check_id']} {check['file_path']} {check['resource']}" for check in report["results"]["failed_checks"]
    ]
    assert not failed, "\n".join(failed)
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["passed"] > 1000


def test_cdk_nag_finds_what_is_excepted_and_nothing_else(templates, tmp_path: Path) -> None:
    prepare()
    import aws_cdk
    from cdk_nag import AwsSolutionsChecks

    app = aws_cdk.App(outdir=str(tmp_path / "out"), analytics_reporting=False, builtin_cloud_formation_validation=False)
    aws_cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    for made in templates:
        lift(app, Built(made.name, UnitKind(made.shape.split("-")[0]), made.data, made.exceptions))
    # A synthesis with findings fails, and the report tells which.
    with contextlib.suppress(RuntimeError):
        app.synth()
    report = json.loads((tmp_path / "out" / "validation-report.json").read_text(encoding="utf-8"))
    found = {
        (construct["constructPath"].replace("/Fleet/", " "), violation["ruleName"].split("[")[0])
        for plugin in report["pluginReports"]
        if plugin["pluginName"] == PACK
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    }
    excepted = {
        (f"{made.name} {logical}", exception.check)
        for made in templates
        for logical, exceptions in made.exceptions.items()
        for exception in exceptions
        if exception.tool == "cdk-nag"
    }
    assert "\n".join(f"{where} {rule}" for where, rule in sorted(found - excepted)) == ""
    stale = "\n".join(f"{where} {rule}" for where, rule in sorted(excepted - found))
    assert stale == "", "These exceptions are needed no more"
