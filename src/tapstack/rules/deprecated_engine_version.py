"""RDS refuses versions past their end, and bills extended support for majors past theirs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tapstack.catalog.databases import (
    AURORA_MYSQL_MAJOR,
    AURORA_MYSQL_OLDEST_MINOR,
    POSTGRES_MAJOR_ENDS,
    POSTGRES_OLDEST_MINOR,
)
from tapstack.findings import Severity
from tapstack.fleet.databases import AuroraMysql, Postgres
from tapstack.rules.rule import Problem, Rule, Subject

NOTICE = timedelta(days=180)


def check(subject: Subject) -> Iterator[Problem]:
    """Look each version up in its engine's calendar."""
    for name, database in subject.fleet.databases.items():
        found = _aurora(database) if isinstance(database, AuroraMysql) else _postgres(subject, database)
        if found is not None:
            detail, fix, severity = found
            yield Problem(("databases", name, "version"), detail, fix, severity)


def _aurora(database: AuroraMysql) -> tuple[str, str, Severity] | None:
    major, minor = map(int, database.version.split(".")[3:5])
    if (major, minor) >= (AURORA_MYSQL_MAJOR, AURORA_MYSQL_OLDEST_MINOR):
        return None
    return (
        f"Aurora MySQL {database.version.removeprefix('8.0.mysql_aurora.')} is past its end.",
        "Use 8.0.mysql_aurora.3.10.3, which is supported for years.",
        Severity.ERROR,
    )


def _postgres(subject: Subject, database: Postgres) -> tuple[str, str, Severity] | None:
    major, _, minor = database.version.partition(".")
    last = POSTGRES_MAJOR_ENDS.get(int(major))
    oldest = POSTGRES_OLDEST_MINOR.get(int(major), 0)
    if (last is None and int(major) < min(POSTGRES_MAJOR_ENDS)) or (last is not None and last <= subject.today):
        since = f" since {last}" if last else ""
        return f"PostgreSQL {major} is out of standard support{since}.", "Use 17.7.", Severity.ERROR
    if minor and int(minor) < oldest:
        return (
            f"RDS no longer creates PostgreSQL {database.version}; the oldest it does is {major}.{oldest}.",
            f"Use {major}.{oldest} or newer.",
            Severity.ERROR,
        )
    if last is not None and last <= subject.today + NOTICE:
        return f"PostgreSQL {major} leaves standard support on {last}.", "Plan the upgrade.", Severity.WARNING
    return None


RULE = Rule(
    id="deprecated-engine-version",
    severity=Severity.ERROR,
    summary="The database's version can no longer be created, or soon.",
    fix="Move to a newer version.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html",
    check=check,
)
