"""Deletion protection, retention, backups: what a slip of the hand meets in production."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Path, Severity
from tapstack.rules.rule import Problem, Rule, Subject

WEEK = 7 * 86400


def check(subject: Subject) -> Iterator[Problem]:
    """Look at everything that stands between a mistake and the data, in production only."""
    if not subject.plan.production:
        return
    fleet = subject.fleet
    stores = [*fleet.databases, *fleet.tables, *fleet.buckets]
    if stores and not fleet.protection.deletion:
        yield Problem(("protection", "deletion"), f"Nothing refuses the deletion of {', '.join(stores)}.")
    if stores and fleet.protection.when_removed == "destroy":
        yield Problem(
            ("protection", "when_removed"), f"Removing a component, or the stack, destroys {', '.join(stores)}."
        )
    for path, broken, detail in _stores(subject):
        if broken:
            yield Problem(path, detail)


def _stores(subject: Subject) -> Iterator[tuple[Path, bool, str]]:
    fleet = subject.fleet
    for name, table in fleet.tables.items():
        yield (
            ("tables", name, "point_in_time_recovery"),
            not table.point_in_time_recovery,
            f"Table '{name}' has no backup; replication copies mistakes too.",
        )
    for name, bucket in fleet.buckets.items():
        yield (
            ("buckets", name, "versioned"),
            not bucket.versioned,
            f"Bucket '{name}' keeps nothing of what is overwritten or deleted.",
        )
    for name, database in fleet.databases.items():
        yield (
            ("databases", name, "backup_retention"),
            database.backup_retention < WEEK,
            f"Backups of '{name}' are gone after {database.backup_retention // 86400} days; keep a week at least.",
        )


RULE = Rule(
    id="unprotected-data",
    severity=Severity.ERROR,
    summary="Production data can be lost to a slip of the hand.",
    fix="Leave the protection at its default, or say it for the other environments only.",
    source="https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/back-up-data.html",
    check=check,
)
