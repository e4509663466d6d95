"""Facts about RDS and Aurora: versions that can still be created, reserved words, classes.

Sources (read 2026-11):
https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraMySQLReleaseNotes/AuroraMySQL.release-calendars.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.configuration.requirements.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

POSTGRES_MAJOR_ENDS: Mapping[int, date] = {
    11: date(2024, 2, 29),
    12: date(2025, 2, 28),
    13: date(2026, 2, 28),
    14: date(2027, 2, 28),
    15: date(2028, 2, 29),
    16: date(2029, 2, 28),
    17: date(2030, 2, 28),
}
"""End of standard support of each major version of RDS for PostgreSQL."""

POSTGRES_OLDEST_MINOR: Mapping[int, int] = {14: 18, 15: 13, 16: 9, 17: 5}
"""The oldest minor version of each major one that RDS still creates, since 2026-05."""

AURORA_MYSQL_MAJOR = 3
AURORA_MYSQL_OLDEST_MINOR = 8
"""The oldest 3.x of Aurora MySQL that can still be created: 3.01 to 3.07 are past their end."""

RESERVED_USERS: Mapping[str, frozenset[str]] = {
    "postgres": frozenset({"admin", "rdsadmin", "rds_superuser", "rdsrepladmin", "rds_replication", "postgres_admin",
                           "user", "public", "all", "table", "select", "current_user", "session_user", "none"}),
    "aurora-mysql": frozenset({"rdsadmin", "root", "mysql", "rdsrepladmin", "rds_superuser_role", "select", "table",
                               "user", "all"}),
}  # fmt: skip

RESERVED_DATABASES: Mapping[str, frozenset[str]] = {
    "postgres": frozenset({"rdsadmin", "template0", "template1", "user", "table", "all"}),
    "aurora-mysql": frozenset({"mysql", "sys", "information_schema", "performance_schema", "innodb", "test", "tmp"}),
}

AURORA_CLASS_FAMILIES = ("db.r5", "db.r6", "db.r7", "db.r8", "db.x2")
"""What the instances of an Aurora global database can be; the burstable db.t classes cannot."""

AURORA_BURSTABLE = ("db.t3.medium", "db.t3.large", "db.t4g.medium", "db.t4g.large")
"""What an Aurora cluster outside a global database can be besides."""
