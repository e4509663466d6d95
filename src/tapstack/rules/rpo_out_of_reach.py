"""What was written but not yet copied is lost with the region."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.catalog import replication
from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Compare what each store usually lags, or that it does not replicate at all, with the promise."""
    fleet = subject.fleet
    rpo = fleet.objectives.rpo
    if rpo is None or len(fleet.regions) == 1:
        return
    for name, table in fleet.tables.items():
        if table.scope == "regional":
            yield Problem(("tables", name, "scope"), f"Table '{name}' stays in its region: an outage loses all of it.")
        elif table.consistency == "eventual" and rpo < replication.GLOBAL_TABLE:
            yield Problem(
                ("tables", name, "consistency"),
                f"Table '{name}' is about a second behind in the other regions; the `rpo` is {rpo} s.",
                "With three regions, `consistency: strong` loses nothing.",
            )
    for name, database in fleet.databases.items():
        if not database.cross_region:
            yield Problem(
                ("databases", name, "cross_region"),
                f"Database '{name}' stays in its region: an outage loses all of it.",
            )
            continue
        lag = replication.AURORA_GLOBAL if database.engine == "aurora-mysql" else replication.POSTGRES_REPLICA
        if rpo < lag:
            yield Problem(
                ("databases", name),
                f"The copies of '{name}' may be {lag} s behind or more; the `rpo` is {rpo} s.",
                severity=Severity.ERROR if rpo == 0 else Severity.WARNING,
            )
    for name, bucket in fleet.buckets.items():
        if bucket.replication == "none":
            yield Problem(
                ("buckets", name, "replication"),
                f"Bucket '{name}' stays in its region: an outage loses all of it.",
                severity=Severity.WARNING,
            )
        elif rpo < replication.BUCKET:
            yield Problem(
                ("buckets", name, "replication"),
                f"S3 promises nothing below {replication.BUCKET // 60} minutes, even with time control; the `rpo` of "
                f"{rpo} s does not hold for '{name}'.",
                severity=Severity.WARNING,
            )


RULE = Rule(
    id="rpo-out-of-reach",
    severity=Severity.ERROR,
    summary="Replication cannot keep the `rpo`.",
    fix="Replicate it, promise less, or acknowledge that this data may be lost.",
    source="https://docs.aws.amazon.com/whitepapers/latest/disaster-recovery-workloads-on-aws/disaster-recovery-options-in-the-cloud.html",
    check=check,
)
