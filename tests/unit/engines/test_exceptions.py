"""`docs/exceptions.md` lists every check of another tool that the engine does not meet on purpose, and why."""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path

DOCUMENT = Path(__file__).parents[3] / "docs" / "exceptions.md"
INTRODUCTION = """# Exceptions

The templates of the CloudFormation engine pass [cfn-lint](https://github.com/aws-cloudformation/cfn-lint),
[checkov](https://www.checkov.io), the AWS Solutions pack of [cdk-nag](https://github.com/cdklabs/cdk-nag) and CDK's own
validator without a failure. Where a check cannot or should not be met, the resource says so, with its reason; nothing
is turned off as a whole. These are all of them, in the examples and in the tests' fleets. Which of them a fleet has
depends on what it asks for: the defaults need the fewest. This page is written by `make golden` and compared by a test.
"""


def test_the_document_lists_every_exception(example_templates, golden_templates) -> None:
    found = {
        (exception.tool, exception.check, made.data["Resources"][logical]["Type"], exception.reason)
        for made in (*example_templates, *golden_templates)
        for logical, exceptions in made.exceptions.items()
        for exception in exceptions
    }
    lines = [INTRODUCTION]
    for tool, of_tool in groupby(sorted(found), key=lambda row: row[0]):
        lines += [f"## {tool}\n", "| check | resource | reason |", "|---|---|---|"]
        lines += [f"| {check} | {kind} | {reason} |" for _, check, kind, reason in of_tool]
        lines.append("")
    text = "\n".join(lines)
    if os.environ.get("GOLDEN_UPDATE") == "1":
        DOCUMENT.write_text(text, encoding="utf-8")
    assert text == DOCUMENT.read_text(encoding="utf-8"), "If this change is meant, run: make golden"


def test_a_reason_is_a_sentence(example_templates, golden_templates) -> None:
    for made in (*example_templates, *golden_templates):
        for exceptions in made.exceptions.values():
            for exception in exceptions:
                assert exception.reason.endswith("."), exception
                assert len(exception.reason.split()) >= 4, exception
