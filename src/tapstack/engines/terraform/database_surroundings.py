"""What every database stands in, whatever its engine: subnets, a group that lets nobody in, logs, a watch, a secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

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
from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform import database_secrets, log_groups, network
from tapstack.engines.terraform.expressions import Expression, expression, literal, quoted
from tapstack.engines.terraform.module import Lifecycle, Resource, label
from tapstack.engines.terraform.unit import UnitModule, allow
from tapstack.fleet.databases import Database
from tapstack.plan.names import NameKind

GROUP_LIFECYCLE: Lifecycle = {"create_before_destroy": True}
NOW = expression('formatdate("YYYYMMDD-hhmmss", timestamp())')


class Watch(TypedDict, total=False):
    """What is measured inside an instance, in the provider's words."""

    monitoring_interval: int | None
    monitoring_role_arn: str | None
    performance_insights_enabled: bool
    performance_insights_retention_period: int
    performance_insights_kms_key_id: str | None


class GroupName(TypedDict):
    """How a group of subnets or parameters is named."""

    name_prefix: str


class Ending(TypedDict):
    """What becomes of the data when the database goes."""

    skip_final_snapshot: bool | Expression
    final_snapshot_identifier: str
    deletion_protection: bool


@dataclass(frozen=True)
class Surroundings:
    """What an engine's own part refers to."""

    subnet_group: Resource[Any]
    security_group: Resource[Any]
    logs: tuple[str, ...]
    log_groups: tuple[Resource[Any], ...]
    monitoring_role: Resource[Any] | None
    is_writer: Expression | None
    """Whether this region has the writer and the secret; None where every region has them."""
    count: Expression | None
    """The same as a number, for what stands beside the writer alone."""

    def at_writer(self, value: str) -> str:
        """A value that readers do not have: they take it from their writer."""
        return value if self.is_writer is None else expression(f"{self.is_writer.code} ? {quoted(value)} : null")

    def number_at_writer(self, value: int) -> Expression | int:
        """The same for a number."""
        return value if self.is_writer is None else expression(f"{self.is_writer.code} ? {value} : null")

    def at_reader(self, value: str) -> Expression | None:
        """A value that only readers have."""
        return None if self.is_writer is None else expression(f"{self.is_writer.code} ? null : {quoted(value)}")


def add(unit: UnitModule, name: str, database: Database) -> Surroundings:
    """Add them, and the secret that the database gets its password from."""
    follows = follows_home(unit, database)
    count = unit.only_at_home if follows else None
    database_secrets.add(unit, name, database, count)
    group = network.security_group(unit, f"{name}-database", f"Database {name}")
    subnet_group = unit.resource.aws_db_subnet_group(
        label("database", name),
        **group_name(unit, name),
        description=f"Database {name}",
        subnet_ids=network.subnets(unit, "isolated", "private"),
        lifecycle=GROUP_LIFECYCLE,
    )
    logs = LOGS[database.engine] if database.log_exports else ()
    return Surroundings(
        subnet_group=subnet_group,
        security_group=group,
        logs=logs,
        log_groups=tuple(_log_group(unit, name, database, log) for log in logs),
        monitoring_role=_monitoring_role(unit, name) if database.enhanced_monitoring else None,
        is_writer=unit.is_home if follows else None,
        count=count,
    )


def group_name(unit: UnitModule, name: str) -> GroupName:
    """The beginning of a group's name: of one that takes another's place, the end has to differ."""
    return {"name_prefix": f"{unit.name(NameKind.DATABASE, name)}-"}


def follows_home(unit: UnitModule, database: Database) -> bool:
    """Tell whether the standbys have the home's data."""
    return database.cross_region and unit.spreads


def database(name: str, *, cluster: bool) -> Resource[str]:
    """A database's cluster or instance."""
    return Resource("aws_rds_cluster" if cluster else "aws_db_instance", label("database", name))


def security_group(name: str) -> Resource[str]:
    """The group that lets clients in."""
    return Resource("aws_security_group", label(f"{name}-database"))


def port_number(unit: UnitModule, name: str) -> int:
    """The port on which a database listens: its engine's own, which RDS takes where nothing is said."""
    return PORTS[unit.fleet.databases[name].engine]


def key(unit: UnitModule, database: Database, surroundings: Surroundings) -> str | None:
    """Whose key encrypts the storage; what comes from another region needs to be told, even for AWS's own."""
    if database.encryption == "customer-key":
        return unit.key_arn("data")
    if database.encryption == "unencrypted" or surroundings.is_writer is None:
        return None
    own = unit.data.aws_kms_alias("rds", name=AWS_KEY, count=unit.only_in_standbys)
    return own.ref("target_key_arn")


def watch(unit: UnitModule, database: Database, surroundings: Surroundings) -> Watch:
    """What is measured inside an instance: by its operating system, and by its queries."""
    watched: Watch = {}
    if surroundings.monitoring_role is not None:
        watched["monitoring_interval"] = database.enhanced_monitoring
        watched["monitoring_role_arn"] = surroundings.monitoring_role.ref("arn")
    if has_insights(database):
        watched["performance_insights_enabled"] = True
        watched["performance_insights_retention_period"] = FREE_RETENTION_DAYS
        if database.encryption == "customer-key":
            watched["performance_insights_kms_key_id"] = unit.key_arn("data")
    return watched


def ending(unit: UnitModule, name: str, *, leaves_snapshot: Expression | None = None) -> Ending:
    """A last snapshot where the fleet wants one, named after the moment in which its database was made."""
    skips: bool | Expression = unit.fleet.protection.when_removed == "destroy"
    if leaves_snapshot is not None and not skips:
        skips = expression(f"!({leaves_snapshot.code})")
    return {
        "skip_final_snapshot": skips,
        "final_snapshot_identifier": f"{unit.name(NameKind.DATABASE, name)}-last-{NOW}",
        "deletion_protection": unit.fleet.protection.deletion,
    }


def lifecycle(unit: UnitModule, *ignored: str) -> Lifecycle:
    """What a failover changes is left alone, and so is the last snapshot's name; what is retained is not destroyed."""
    settings: Lifecycle = {"ignore_changes": ["final_snapshot_identifier", *ignored]}
    if unit.fleet.protection.when_removed == "retain":
        settings["prevent_destroy"] = True
    return settings


def attach_secret(
    unit: UnitModule,
    name: str,
    database: Database,
    surroundings: Surroundings,
    resource: Resource[Any],
    *,
    needs: Sequence[Resource[Any]] = (),
) -> None:
    """Connect the finished database with its secret."""
    database_secrets.attach(unit, name, database, surroundings.count, resource, needs=list(needs))


def exceptions(unit: UnitModule, database: Database) -> list[LintException]:
    """What linters say of every database, and why it stands, or that the fleet wants it so."""
    found = []
    if database.encryption == "unencrypted":
        reason = "The fleet says so, and `validate` names it."
        checks = ("CKV_AWS_96", "CKV_AWS_327") if is_cluster(database) else ("CKV_AWS_16",)
        found += [LintException("checkov", check, reason) for check in checks]
    if not unit.fleet.protection.deletion:
        reason = "The fleet takes the protection off in this environment."
        found.append(LintException("checkov", "CKV_AWS_139" if is_cluster(database) else "CKV_AWS_293", reason))
    return found


def watch_exceptions(database: Database) -> list[LintException]:
    """What linters say of how an instance is watched."""
    found = []
    if not database.enhanced_monitoring:
        reason = "The fleet wants no samples of this database's systems."
        found.append(LintException("checkov", "CKV_AWS_118", reason))
    if not has_insights(database):
        found.append(LintException("checkov", "CKV_AWS_353", "Aurora's burstable classes have no room for it."))
    elif database.encryption != "customer-key":
        found.append(LintException("checkov", "CKV_AWS_354", "The fleet wants no key of its own for this database."))
    return found


def _log_group(unit: UnitModule, name: str, database: Database, log: str) -> Resource[Any]:
    """RDS would make the group by itself, without a key and without an end."""
    planned = unit.name(NameKind.DATABASE, name)
    return log_groups.add(unit, label("database", name, log), literal(log_group(database, planned, log)))


def _monitoring_role(unit: UnitModule, name: str) -> Resource[Any]:
    return unit.role(
        label("database", name, "monitoring"),
        f"{name}-monitoring",
        "monitoring.rds.amazonaws.com",
        [
            allow(MONITORING_GROUP_ACTIONS, unit.arn("logs", MONITORING_LOGS)),
            allow(MONITORING_STREAM_ACTIONS, unit.arn("logs", f"{MONITORING_LOGS}:log-stream:*")),
        ],
    )
