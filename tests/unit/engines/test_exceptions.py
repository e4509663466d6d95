"""`docs/exceptions.md` lists every check of another tool that an engine does not meet on purpose, and why."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

DOCUMENT = Path(__file__).parents[3] / "docs" / "exceptions.md"
INTRODUCTION = """# Exceptions

The templates of the CloudFormation engine pass [cfn-lint](https://github.com/aws-cloudformation/cfn-lint),
[checkov](https://www.checkov.io), the AWS Solutions pack of [cdk-nag](https://github.com/cdklabs/cdk-nag) and CDK's own
validator without a failure; the modules of the Terraform engine pass `terraform validate` and checkov, which knows more
checks of Terraform's. Where a check cannot or should not be met, the resource says so, with its reason; nothing is
turned off as a whole. These are all of them, in the examples and in the tests' fleets. Which of them a fleet has
depends on what it asks for: the defaults need the fewest. This page is written by `make golden` and compared by a test.
"""

Row = tuple[str, str, str, str]
"""A tool with its engine, a check, the resource that does not meet it, the reason."""


@pytest.fixture(scope="module")
def rows(example_templates, golden_templates, example_modules, golden_modules) -> list[Row]:
    """All exceptions of both engines."""
    return sorted(
        {
            *_of_templates((*example_templates, *golden_templates)),
            *_of_modules((*example_modules, *golden_modules)),
        }
    )


def _of_templates(templates: tuple[Any, ...]) -> Iterator[Row]:
    for made in templates:
        for logical, exceptions in made.exceptions.items():
            kind = made.data["Resources"][logical]["Type"]
            for each in exceptions:
                yield f"CloudFormation: {each.tool}", each.check, kind, each.reason


def _of_modules(modules: tuple[Any, ...]) -> Iterator[Row]:
    for made in modules:
        for address, exceptions in made.exceptions.items():
            kind, _, _ = address.rpartition(".")
            for each in exceptions:
                yield f"Terraform: {each.tool}", each.check, kind, each.reason


def test_the_document_lists_every_exception(rows: list[Row]) -> None:
    lines = [INTRODUCTION]
    for tool, of_tool in groupby(rows, key=lambda row: row[0]):
        lines += [f"## {tool}\n", "| check | resource | reason |", "|---|---|---|"]
        lines += [f"| {check} | {kind} | {reason} |" for _, check, kind, reason in of_tool]
        lines.append("")
    text = "\n".join(lines)
    if os.environ.get("GOLDEN_UPDATE") == "1":
        DOCUMENT.write_text(text, encoding="utf-8")
    assert text == DOCUMENT.read_text(encoding="utf-8"), "If this change is meant, run: make golden"


def test_a_reason_is_a_sentence(rows: list[Row]) -> None:
    for _, check, _, reason in rows:
        assert reason.endswith("."), (check, reason)
        assert len(reason.split()) >= 4, (check, reason)
