"""RDS refuses `admin` for PostgreSQL, and no template linter says so."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.catalog.databases import RESERVED_DATABASES, RESERVED_USERS
from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Look users and databases up among the engine's own."""
    for name, database in subject.fleet.databases.items():
        if database.user.lower() in RESERVED_USERS[database.engine]:
            yield Problem(
                ("databases", name, "user"),
                f"'{database.user}' is reserved by {database.engine}: RDS refuses to create the database.",
            )
        if database.name.lower() in RESERVED_DATABASES[database.engine]:
            yield Problem(("databases", name, "name"), f"'{database.name}' is reserved by {database.engine}.")


RULE = Rule(
    id="reserved-database-name",
    severity=Severity.ERROR,
    summary="The database engine keeps this name for itself.",
    fix="Choose another one.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
    check=check,
)
