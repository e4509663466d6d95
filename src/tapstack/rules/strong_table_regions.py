"""Multi-region strong consistency is offered for sets of three regions alone."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Count the regions."""
    for name, table in subject.fleet.tables.items():
        if table.consistency == "strong" and len(subject.fleet.regions) != 3:
            yield Problem(
                ("tables", name, "consistency"),
                f"Table '{name}' is to be strongly consistent across {len(subject.fleet.regions)} regions.",
            )
        if table.consistency == "strong" and table.time_to_live is not None:
            yield Problem(
                ("tables", name, "time_to_live"),
                f"Table '{name}' is strongly consistent: DynamoDB offers no time to live there.",
                "Delete old items yourself, or use `consistency: eventual`.",
            )


RULE = Rule(
    id="strong-table-regions",
    severity=Severity.ERROR,
    summary="Strong consistency needs exactly three regions.",
    fix="Use three regions, or `consistency: eventual`.",
    source="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html",
    check=check,
)
