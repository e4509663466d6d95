"""What stands in one zone falls with it."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject, worse_in_production


def check(subject: Subject) -> Iterator[Problem]:
    """Find networks and databases that one zone can take down."""
    fleet = subject.fleet
    if not subject.claims_high_availability:
        return
    severity = worse_in_production(subject)
    for region in subject.plan.regions:
        if region.zones == 1:
            path = ("regions", region.name, "zones") if fleet.regions[region.name].zones else ("network", "zones")
            yield Problem(path, f"{region.name} uses a single zone.", severity=severity)
    for name, database in fleet.databases.items():
        if database.engine == "postgres" and not database.multi_az:
            yield Problem(
                ("databases", name, "multi_az"),
                f"Database '{name}' has no spare in another zone.",
                "Leave `multi_az` at true.",
                severity,
            )
        if database.engine == "aurora-mysql" and database.instances == 1:
            yield Problem(
                ("databases", name, "instances"),
                f"Database '{name}' has one instance and nobody to take over from it.",
                "Use two instances or more.",
                severity,
            )


RULE = Rule(
    id="single-zone",
    severity=Severity.WARNING,
    summary="One zone under a claim of high availability.",
    fix="Use two zones or more, or claim `availability: standard`.",
    source="https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/use-fault-isolation-to-protect-your-workload.html",
    check=check,
)
