"""Bucket names are one namespace for the whole world."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Look for what keeps state apart: accounts, environments and regions."""
    if subject.fleet.engine != "terraform":
        return
    state = subject.fleet.terraform
    if "{account}" not in state.bucket:
        yield Problem(
            ("terraform", "bucket"), f"Bucket names are shared by all of AWS, and '{state.bucket}' names no account."
        )
    for gap in ("{environment}", "{region}"):
        if gap not in state.bucket + state.key:
            yield Problem(
                ("terraform",),
                f"Neither `bucket` nor `key` holds {gap}: states would overwrite each other.",
                f"Add {gap}.",
                Severity.ERROR,
            )
    if state.lock == "dynamodb":
        yield Problem(
            ("terraform", "lock"),
            "Terraform has deprecated locking by DynamoDB.",
            "Use `lock: lock-file`.",
            Severity.INFO,
        )


RULE = Rule(
    id="ambiguous-state-bucket",
    severity=Severity.WARNING,
    summary="The state bucket's name may be taken.",
    fix="Add {account} to `terraform.bucket`.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
    check=check,
)
