"""Deploying to a region that is not enabled fails with an error about credentials."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.catalog.regions import REGIONS
from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Name the regions that new accounts cannot use yet."""
    for name in subject.fleet.regions:
        facts = REGIONS.get(name)
        if facts is not None and facts.needs_opt_in:
            yield Problem(("regions", name), f"{name} must be enabled in the account, which takes minutes to hours.")


RULE = Rule(
    id="region-needs-opt-in",
    severity=Severity.INFO,
    summary="The region is off until the account turns it on.",
    fix="Enable it once under Account, AWS Regions.",
    source="https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html",
    check=check,
)
