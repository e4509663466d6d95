"""What every database stands in, whatever its engine: subnets, a group that lets nobody in, logs, a watch, a secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tapstack.engines.cloudformation import database_secrets, log_groups, network
from tapstack.engines.cloudformation.template import LintException, Resource, Value, logical_id, ref, when
from tapstack.engines.cloudformation.unit import IS_HOME, IS_STANDBY, UnitTemplate, allow
from tapstack.engines.database_settings import (
    AWS_KEY,
    FREE_RETENTION_DAYS,
    LOGS,
    MONITORING_GROUP_ACTIONS,
    MONITORING_LOGS,
    MONITORING_STREAM_ACTIONS,
    PORTS,
    has_insights,
    is_cluster,
    log_group,
)
from tapstack.fleet.databases import Database
from tapstack.plan.names import NameKind


@dataclass(frozen=True)
class Surroundings:
    """What an engine's own part refers to."""

    subnet_group: Resource
    security_group: Resource
    logs: tuple[str, ...]
    log_groups: tuple[Resource, ...]
    monitoring_role: Resource | None
    writer: str | None
    """The condition under which this region has the writer and the secret; None where every region has them."""

    def at_writer(self, value: Value) -> Value:
        """A value that readers do not have: they take it from their writer."""
        return value if self.writer is None else when(self.writer, value)


def add(unit: UnitTemplate, name: str, database: Database) -> Surroundings:
    """Add them, and the secret that the database gets its password from."""
    writer = IS_HOME if follows_home(unit, database) else None
    database_secrets.add(unit, name, database, writer)
    group = network.security_group(unit, f"{name}-database", f"Database {name}")
    subnet_group = unit.template.add(
        logical_id("database", name, "subnets"),
        "AWS::RDS::DBSubnetGroup",
        {
            "DBSubnetGroupDescription": f"Database {name}",
            "SubnetIds": network.subnets(unit, "isolated", "private"),
        },
    )
    logs = LOGS[database.engine] if database.log_exports else ()
    return Surroundings(
        subnet_group=subnet_group,
        security_group=group,
        logs=logs,
        log_groups=tuple(_log_group(unit, name, database, log) for log in logs),
        monitoring_role=_monitoring_role(unit, name) if database.enhanced_monitoring else None,
        writer=writer,
    )


def follows_home(unit: UnitTemplate, database: Database) -> bool:
    """Tell whether the standbys have the home's data."""
    return database.cross_region and unit.spreads


def database_id(name: str) -> str:
    """The logical ID of a database's cluster or instance."""
    return logical_id("database", name)


def security_group(name: str) -> Resource:
    """The group that lets clients in."""
    return Resource(logical_id("group", f"{name}-database"))


def port_number(unit: UnitTemplate, name: str) -> int:
    """The port on which a database listens."""
    return PORTS[unit.fleet.databases[name].engine]


def encryption(unit: UnitTemplate, database: Database, surroundings: Surroundings) -> dict[str, Value]:
    """Whose key encrypts the storage; what comes from another region needs to be told, even for AWS's own."""
    if database.encryption == "unencrypted":
        return {"StorageEncrypted": False}
    if database.encryption == "customer-key":
        return {"StorageEncrypted": True, "KmsKeyId": unit.key_arn("data")}
    key = None if surroundings.writer is None else when(surroundings.writer, {"Ref": "AWS::NoValue"}, AWS_KEY)
    return {"StorageEncrypted": True, "KmsKeyId": key}


def source_region(unit: UnitTemplate, database: Database, surroundings: Surroundings) -> Value:
    """Where a standby copies from: RDS wants a request signed for that region before it hands over what is encrypted.

    It refuses the same request for what is not, so nobody else may name a region.
    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/719
    """
    if surroundings.writer is None or database.encryption == "unencrypted":
        return None
    return when(IS_STANDBY, unit.plan.home)


def watch(unit: UnitTemplate, database: Database, surroundings: Surroundings) -> dict[str, Value]:
    """What is measured inside an instance: by its operating system, and by its queries."""
    properties: dict[str, Value] = {}
    if surroundings.monitoring_role is not None:
        properties["MonitoringInterval"] = database.enhanced_monitoring
        properties["MonitoringRoleArn"] = surroundings.monitoring_role.get("Arn")
    if has_insights(database):
        properties["EnablePerformanceInsights"] = True
        properties["PerformanceInsightsRetentionPeriod"] = FREE_RETENTION_DAYS
        if database.encryption == "customer-key":
            properties["PerformanceInsightsKMSKeyId"] = unit.key_arn("data")
    return properties


def attach_secret(
    unit: UnitTemplate, name: str, database: Database, surroundings: Surroundings, *, needs: Sequence[str] = ()
) -> None:
    """Connect the finished database with its secret."""
    resource = Resource(database_id(name))
    database_secrets.attach(unit, name, database, surroundings.writer, resource, needs=list(needs))


def exceptions(unit: UnitTemplate, database: Database) -> list[LintException]:
    """What linters say of every database, and why it stands, or that the fleet wants it so."""
    found = [
        LintException(
            "cdk-nag",
            "AwsSolutions-RDS11",
            "A port is no secret; the security group lets in the functions that use the database and nobody else.",
        )
    ]
    if database.encryption == "unencrypted":
        reason = "The fleet says so, and `validate` names it."
        found.append(LintException("cdk-nag", "AwsSolutions-RDS2", reason))
        found.append(LintException("checkov", "CKV_AWS_96" if is_cluster(database) else "CKV_AWS_16", reason))
    if not unit.fleet.protection.deletion:
        reason = "The fleet takes the protection off in this environment."
        found.append(LintException("cdk-nag", "AwsSolutions-RDS10", reason))
    return found


def watch_exceptions(database: Database) -> list[LintException]:
    """What linters say of an instance that nobody watches."""
    if database.enhanced_monitoring:
        return []
    return [LintException("checkov", "CKV_AWS_118", "The fleet wants no samples of this database's systems.")]


def _log_group(unit: UnitTemplate, name: str, database: Database, log: str) -> Resource:
    """RDS would make the group by itself, without a key and without an end."""
    planned = unit.text_name(NameKind.DATABASE, name)
    return log_groups.add(unit, logical_id("database", name, log, "log"), log_group(database, planned, log))


def _monitoring_role(unit: UnitTemplate, name: str) -> Resource:
    return unit.role(
        logical_id("database", name, "monitoring-role"),
        f"{name}-monitoring",
        "monitoring.rds.amazonaws.com",
        [
            allow(MONITORING_GROUP_ACTIONS, unit.arn("logs", MONITORING_LOGS)),
            allow(MONITORING_STREAM_ACTIONS, unit.arn("logs", f"{MONITORING_LOGS}:log-stream:*")),
        ],
        exceptions=[
            LintException("cdk-nag", "AwsSolutions-IAM5", "RDS chooses the names below RDS itself, one per database.")
        ],
    )


def subnet_group_name(surroundings: Surroundings) -> Value:
    """How a database names its subnets."""
    return ref(surroundings.subnet_group.logical_id)
