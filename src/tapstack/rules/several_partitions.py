"""Partitions share nothing: no account, no identity, no replication."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Compare every region's partition with the home's."""
    home = subject.plan.region(subject.plan.home).partition
    for region in subject.plan.regions:
        if region.partition != home:
            yield Problem(
                ("regions", region.name),
                f"{region.name} is in {region.partition}, the home in {home}: they share no accounts, no IAM, "
                "no replication.",
            )


RULE = Rule(
    id="several-partitions",
    severity=Severity.ERROR,
    summary="The regions are in different partitions.",
    fix="Make a fleet of its own for each partition.",
    source="https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html",
    check=check,
)
