"""A typing error in a region's name shows only when the deployment reaches it."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.catalog.regions import REGIONS, nearest
from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Look every region up."""
    for name in subject.fleet.regions:
        if name in REGIONS:
            continue
        near = nearest(name)
        yield Problem(
            ("regions", name),
            f"'{name}' is not among the {len(REGIONS)} regions that this release knows.",
            f"Did you mean '{near}'?" if near else "",
        )


RULE = Rule(
    id="unknown-region",
    severity=Severity.ERROR,
    summary="AWS has no such region.",
    fix="Use a region's code as the console shows it; a region newer than this release can be acknowledged.",
    source="https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html",
    check=check,
)
