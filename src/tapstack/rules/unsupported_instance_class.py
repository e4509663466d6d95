"""Burstable classes are no part of an Aurora global database."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.catalog.databases import AURORA_BURSTABLE, AURORA_CLASS_FAMILIES
from tapstack.findings import Severity
from tapstack.fleet.databases import AuroraMysql
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Look at the classes of Aurora, which takes fewer than RDS, and a global database fewer still."""
    for name, database in subject.fleet.databases.items():
        if not isinstance(database, AuroraMysql) or database.instance_class is None:
            continue
        chosen = database.instance_class
        if chosen.startswith(AURORA_CLASS_FAMILIES):
            continue
        path = ("databases", name, "instance_class")
        spreads = database.cross_region and len(subject.fleet.regions) > 1
        if chosen in AURORA_BURSTABLE and not spreads:
            continue
        where = "an Aurora global database" if spreads else "Aurora"
        yield Problem(path, f"{chosen} does not exist for {where}.")


RULE = Rule(
    id="unsupported-instance-class",
    severity=Severity.ERROR,
    summary="The database cannot have this instance class.",
    fix="Use a class of the families db.r6g, db.r7g or db.r8g, or serverless.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.configuration.requirements.html",
    check=check,
)
