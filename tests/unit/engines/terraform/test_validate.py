"""Terraform's own judgement: `terraform validate` accepts every module of every example in every environment."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from terraform import is_installed, run

pytestmark = pytest.mark.skipif(not is_installed(), reason="there is no terraform on PATH to validate with")

FAILED = 1
GIVEN = {"region": "string", "tags": "map(string)"}
"""Variables of every module: handed on from above, so that nobody knows their values."""


@pytest.fixture(scope="module")
def modules(example_modules, golden_modules) -> dict[str, Mapping[str, Any]]:
    """Every module that differs from the others, under one of its names, but for those that need a later provider."""
    of_examples = {_needed(made.data) for made in example_modules}
    found = {
        json.dumps(made.data, sort_keys=True): (f"{made.fleet}-{made.environment}-{made.shape}", made.data)
        for made in (*example_modules, *golden_modules)
        if _needed(made.data) in of_examples
    }
    assert len(of_examples) == 1
    return dict(found.values())


def _needed(module: Mapping[str, Any]) -> str:
    return str(module["terraform"]["required_providers"]["aws"]["version"])


def validate(folder: Path, modules: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What Terraform has against these modules.

    One run for all, with one provider above them: each would have to load what the provider knows.
    """
    calls = {}
    for name, data in modules.items():
        (folder / name).mkdir()
        shared = {section: content for section, content in data.items() if section != "provider"}
        (folder / name / "cdk.tf.json").write_text(json.dumps(shared), encoding="utf-8")
        calls[name] = {"source": f"./{name}", **{variable: f"${{var.{variable}}}" for variable in GIVEN}}
    variables = {name: {"type": kind} for name, kind in GIVEN.items()}
    (provider,) = {json.dumps(data["provider"]) for data in modules.values()}
    above = {"provider": json.loads(provider), "variable": variables, "module": calls}
    (folder / "main.tf.json").write_text(json.dumps(above), encoding="utf-8")
    run(folder, "init", "-backend=false", "-no-color")
    told = json.loads(run(folder, "validate", "-json", "-no-color", allowed=(0, FAILED)).stdout)
    assert told["valid"] == (told["error_count"] == 0)
    return [
        f"{found['severity']} in {found.get('range', {}).get('filename')}: {found['summary']} {found['detail']}"
        for found in told["diagnostics"]
    ]


def test_terraform_accepts_every_module_without_a_warning(modules: dict[str, Any], tmp_path: Path) -> None:
    assert len(modules) > 60
    assert validate(tmp_path, modules) == []
    shutil.rmtree(tmp_path / ".terraform")


def test_a_mistake_would_be_found(modules: dict[str, Any], tmp_path: Path) -> None:
    name = "data-platform-dev-foundation"
    broken = json.loads(json.dumps(modules[name]))
    (key, *_) = broken["resource"]["aws_kms_key"]
    broken["resource"]["aws_kms_key"][key] |= {"deletion_window_in_days": 99, "colour": "red"}
    broken["output"]["more"] = {"value": "${aws_kms_key.nobody.arn}"}
    found = "\n".join(validate(tmp_path, {name: broken}))
    assert "colour" in found
    assert "aws_kms_key" in found
    assert "nobody" in found
