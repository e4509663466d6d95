"""What databases are told and asked, in the words of RDS, whichever engine says it."""

from __future__ import annotations

from collections.abc import Mapping

from tapstack.fleet.databases import AuroraMysql, Database, Postgres, Serverless

AURORA, POSTGRES = "aurora-mysql", "postgres"
LOGS: Mapping[str, tuple[str, ...]] = {AURORA: ("audit", "error", "slowquery"), POSTGRES: ("postgresql", "upgrade")}
PORTS: Mapping[str, int] = {AURORA: 3306, POSTGRES: 5432}
AURORA_FAMILY = "aurora-mysql8.0"
AWS_KEY = "alias/aws/rds"
FREE_RETENTION_DAYS = 7
"""How long Performance Insights keeps for nothing what it has seen."""
PASSWORD_LENGTH = 40
ROTATION_TIMEOUT = 600
SLOW_MILLISECONDS = "1000"
SERVERLESS_CLASS = "db.serverless"
BURSTABLE = "db.t"

MONITORING_LOGS = "log-group:RDS*"
"""RDS writes everything that it sees to one log group of this name."""
MONITORING_GROUP_ACTIONS = ("logs:CreateLogGroup", "logs:PutRetentionPolicy")
MONITORING_STREAM_ACTIONS = (
    "logs:CreateLogStream",
    "logs:DescribeLogStreams",
    "logs:GetLogEvents",
    "logs:PutLogEvents",
)
ROTATION_SECRET_ACTIONS = (
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
)
ROTATION_KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")


def is_cluster(database: Database) -> bool:
    """Tell whether RDS calls it a cluster, with instances in it."""
    return isinstance(database, AuroraMysql)


def rotation_target(database: Database, planned: str) -> tuple[list[str], str]:
    """The calls that change its password, and the resource by its planned name that they are for."""
    if is_cluster(database):
        return ["rds:DescribeDBClusters", "rds:ModifyDBCluster"], f"cluster:{planned}"
    return ["rds:DescribeDBInstances", "rds:ModifyDBInstance"], f"db:{planned}"


def log_group(database: Database, planned: str, log: str) -> str:
    """The log group to which RDS sends one of its logs."""
    return f"/aws/rds/{'cluster' if is_cluster(database) else 'instance'}/{planned}/{log}"


def instance_class(database: AuroraMysql) -> str:
    """The class of an Aurora cluster's instances."""
    return SERVERLESS_CLASS if isinstance(database.capacity, Serverless) else database.capacity


def no_backtrack(*, joined: bool) -> str:
    """Why a cluster cannot be rewound in place; `joined` is one of a global database."""
    if joined:
        return "Aurora has no backtrack for global databases; point-in-time recovery takes its place."
    return "Point-in-time recovery makes a second cluster; nobody asked to rewind the only one in place."


def has_insights(database: Database) -> bool:
    """Tell whether queries can be watched; the burstable classes of Aurora have no room for it."""
    return not (isinstance(database, AuroraMysql) and instance_class(database).startswith(BURSTABLE))


def cluster_parameters(database: AuroraMysql) -> dict[str, str]:
    """How a cluster behaves."""
    parameters = {
        "require_secure_transport": "ON" if database.require_tls else "OFF",
        "tls_version": "TLSv1.2,TLSv1.3",
    }
    if database.log_exports:
        parameters["server_audit_logging"] = "1"
        parameters["server_audit_events"] = "CONNECT,QUERY_DCL,QUERY_DDL"
    return parameters


def aurora_parameters() -> dict[str, str]:
    """How each instance of a cluster behaves."""
    return {"slow_query_log": "1", "long_query_time": "1"}


def postgres_family(database: Postgres) -> str:
    """The family of its parameters: that of its major version."""
    return f"{POSTGRES}{database.version.split('.')[0]}"


def postgres_parameters(database: Postgres) -> dict[str, str]:
    """How an instance behaves."""
    return {
        "rds.force_ssl": "1" if database.require_tls else "0",
        "ssl_min_protocol_version": "TLSv1.2",
        "log_connections": "1",
        "log_disconnections": "1",
        "log_min_duration_statement": SLOW_MILLISECONDS,
        "log_statement": "ddl",
    }
