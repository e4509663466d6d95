"""Checkov's judgement: it finds nothing in any example but what is excepted at its resource, with the reason.

An exception that nothing needs any more is an error, too.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hcl import written

ROOT = Path(__file__).parents[4]
CHECKOV = ROOT / ".cache" / "tools" / "checkov" / "bin" / "checkov"
PLANTED = {
    "aws_s3_bucket_public_access_block.mistake": "CKV_AWS_54",
    "aws_iam_role_policy.mistake": "CKV_AWS_62",
    "aws_cloudwatch_log_group.mistake": "CKV_AWS_158",
    "aws_vpc_security_group_ingress_rule.mistake": "CKV_AWS_24",
}
"""Mistakes, each with a check that finds it."""
MISTAKES = {
    "locals": {"account": "${data.aws_caller_identity.here.account_id}", "open": False},
    "resource": {
        "aws_s3_bucket_public_access_block": {
            "mistake": {"bucket": "mine", "block_public_acls": True, "block_public_policy": "${local.open}"}
        },
        "aws_iam_role_policy": {
            "mistake": {
                "role": "${aws_iam_role.mine.name}",
                "policy": json.dumps(
                    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
                ),
            }
        },
        "aws_cloudwatch_log_group": {"mistake": {"name": "mine", "retention_in_days": 365}},
        "aws_vpc_security_group_ingress_rule": {
            "mistake": {
                "security_group_id": "${aws_security_group.mine.id}",
                "cidr_ipv4": "0.0.0.0/0",
                "ip_protocol": "tcp",
                "from_port": 22,
                "to_port": 22,
            }
        },
    },
}


@dataclass(frozen=True)
class Judgement:
    """What checkov found: module, address, check."""

    failed: frozenset[tuple[str, str, str]]
    passed: int
    errors: int


@pytest.fixture(scope="module")
def modules(example_modules, golden_modules) -> dict[str, Any]:
    """Every module by a name of its own."""
    return {f"{made.fleet}-{made.environment}-{made.shape}": made for made in (*example_modules, *golden_modules)}


@pytest.fixture(scope="module")
def judgement(modules: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Judgement:
    """Of all modules, in one run: starting takes it as long as judging twenty."""
    assert CHECKOV.exists(), "run: make tools"
    folder = tmp_path_factory.mktemp("modules")
    for name, data in {"planted": MISTAKES, **{name: made.data for name, made in modules.items()}}.items():
        (folder / name).mkdir()
        (folder / name / "main.tf").write_text(written(data), encoding="utf-8")
    # Without --skip-download it would ask its makers for their guidelines.
    command = [CHECKOV, "--directory", folder, "--framework", "terraform", "--skip-download", "--output", "json"]
    answer = subprocess.run([*command, "--compact", "--quiet"], capture_output=True, text=True, check=False)
    assert answer.stdout, answer.stderr
    report = json.loads(answer.stdout)
    failed = frozenset(
        (Path(check["file_path"]).parent.name, check["resource"], check["check_id"])
        for check in report["results"]["failed_checks"]
    )
    return Judgement(failed, report["summary"]["passed"], report["summary"]["parsing_errors"])


def exceptions(modules: dict[str, Any]) -> Iterator[tuple[tuple[str, str, str], str]]:
    """What is excepted, and why."""
    for name, made in modules.items():
        for address, found in made.exceptions.items():
            for exception in found:
                yield (name, address.removeprefix("data."), exception.check), exception.reason


def test_checkov_finds_what_is_excepted_and_nothing_else(judgement: Judgement, modules: dict[str, Any]) -> None:
    excepted = dict(exceptions(modules))
    found = {each for each in judgement.failed if each[0] != "planted"}
    assert "\n".join(" ".join(each) for each in sorted(found - set(excepted))) == ""
    # It takes a bucket to which another one logs for one that is logged: what is needed somewhere is needed.
    needed = {(_kind(each), each[2], excepted[each]) for each in found}
    stale = {(_kind(each), each[2], reason) for each, reason in excepted.items()} - needed
    assert "\n".join(" ".join(each) for each in sorted(stale)) == "", "These exceptions are needed no more"


def test_checkov_judges_what_it_is_given(judgement: Judgement) -> None:
    assert judgement.errors == 0
    assert judgement.passed > 4000
    assert {("planted", address, check) for address, check in PLANTED.items()} <= judgement.failed


def _kind(found: tuple[str, str, str]) -> str:
    return found[1].split(".")[0]
