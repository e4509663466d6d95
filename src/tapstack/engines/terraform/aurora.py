"""Aurora MySQL: a cluster in every region, joined to a global database whose writer is at home."""

from __future__ import annotations

from typing import Any

from tapstack.engines.database_settings import (
    AURORA,
    AURORA_FAMILY,
    aurora_parameters,
    cluster_parameters,
    instance_class,
    no_backtrack,
)
from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform import database_surroundings as surrounding
from tapstack.engines.terraform.database_secrets import password
from tapstack.engines.terraform.database_surroundings import GROUP_LIFECYCLE, Surroundings
from tapstack.engines.terraform.expressions import Expression
from tapstack.engines.terraform.module import Resource, label
from tapstack.engines.terraform.unit import UnitModule
from tapstack.fleet.databases import AuroraMysql, Serverless
from tapstack.plan.names import NameKind

DAY = 86400
PROMOTION_TIER = 1
"""What RDS takes where nothing is said; the provider would say 0."""


def add_global(unit: UnitModule, name: str, database: AuroraMysql) -> None:
    """Add the global database, empty: the home's cluster joins first and so becomes the writer."""
    unit.resource.aws_rds_global_cluster(
        label("database", name),
        global_cluster_identifier=unit.name(NameKind.GLOBAL_DATABASE, name),
        engine=AURORA,
        engine_version=database.version,
        storage_encrypted=database.encryption != "unencrypted",
        deletion_protection=unit.fleet.protection.deletion,
        # Changed here, it would change in all regions at once; each region's cluster changes in its own wave.
        lifecycle={**(unit.lifecycle or {}), "ignore_changes": ["engine_version"]},
    )


def add(unit: UnitModule, name: str, database: AuroraMysql, surroundings: Surroundings) -> None:
    """Add the region's cluster with its instances."""
    cluster = _cluster(unit, name, database, surroundings)
    parameters = _instance_parameters(unit, name)
    counts = (database.instances, database.standby_instances if surroundings.is_writer else database.instances)
    instances = []
    for number in range(1, max(counts) + 1):
        only = unit.only_at_home if counts[0] > counts[1] else unit.only_in_standbys
        count = None if number <= min(counts) else only
        instances.append(_instance(unit, name, database, surroundings, cluster, parameters, number, count))
    # A cluster takes a new password only while an instance runs; the first one runs wherever there is a writer.
    surrounding.attach_secret(unit, name, database, surroundings, cluster, needs=instances[:1])


def _cluster(unit: UnitModule, name: str, database: AuroraMysql, surroundings: Surroundings) -> Resource[Any]:
    joined = surroundings.is_writer is not None
    encrypted = database.encryption != "unencrypted"
    capacity = database.capacity
    return unit.resource.aws_rds_cluster(
        surrounding.database(name, cluster=True).label,
        cluster_identifier=unit.name(NameKind.DATABASE, name),
        global_cluster_identifier=unit.name(NameKind.GLOBAL_DATABASE, name) if joined else None,
        # Where a standby copies from: RDS hands over what is encrypted to a request signed for that region alone.
        source_region=surroundings.at_reader(unit.plan.home) if encrypted else None,
        engine=AURORA,
        engine_version=database.version,
        # A cluster that follows another takes these from it, and must not be told.
        database_name=surroundings.at_writer(database.name),
        master_username=surroundings.at_writer(database.user),
        master_password_wo=password(name, count=surroundings.count),
        master_password_wo_version=surroundings.number_at_writer(1),
        db_subnet_group_name=surroundings.subnet_group.ref("name"),
        vpc_security_group_ids=[surroundings.security_group.ref("id")],
        db_cluster_parameter_group_name=_cluster_parameters(unit, name, database).ref("name"),
        storage_encrypted=encrypted,
        kms_key_id=surrounding.key(unit, database, surroundings),
        iam_database_authentication_enabled=True,
        enabled_cloudwatch_logs_exports=surroundings.logs or None,
        backup_retention_period=database.backup_retention // DAY,
        copy_tags_to_snapshot=True,
        apply_immediately=True,
        serverlessv2_scaling_configuration={"min_capacity": capacity.minimum, "max_capacity": capacity.maximum}
        if isinstance(capacity, Serverless)
        else None,
        **surrounding.ending(unit, name),
        depends_on=surroundings.log_groups,
        # RDS says there whom a cluster follows, and a switchover turns that round.
        lifecycle=surrounding.lifecycle(unit, "replication_source_identifier"),
        exceptions=[
            *surrounding.exceptions(unit, database),
            LintException("checkov", "CKV2_AWS_8", "Aurora backs itself up; `backup_retention` says for how long."),
            LintException("checkov", "CKV_AWS_326", no_backtrack(joined=joined)),
            *_unlogged(database),
        ],
    )


def _instance(
    unit: UnitModule,
    name: str,
    database: AuroraMysql,
    surroundings: Surroundings,
    cluster: Resource[Any],
    parameters: Resource[Any],
    number: int,
    count: Expression | None,
) -> Resource[Any]:
    """Add one instance; Aurora spreads those of a cluster over the zones of its subnets."""
    return unit.resource.aws_rds_cluster_instance(
        label("database", name, str(number)),
        identifier=unit.name(NameKind.DATABASE, f"{name}-{number}"),
        cluster_identifier=cluster.ref("id"),
        instance_class=instance_class(database),
        engine=AURORA,
        db_parameter_group_name=parameters.ref("name"),
        publicly_accessible=False,
        auto_minor_version_upgrade=True,
        promotion_tier=PROMOTION_TIER,
        apply_immediately=True,
        **surrounding.watch(unit, database, surroundings),
        count=count,
        exceptions=surrounding.watch_exceptions(database),
    )


def _unlogged(database: AuroraMysql) -> list[LintException]:
    if database.log_exports:
        return []
    reason = "The fleet turns this database's logs off."
    return [LintException("checkov", check, reason) for check in ("CKV_AWS_324", "CKV_AWS_325")]


def _cluster_parameters(unit: UnitModule, name: str, database: AuroraMysql) -> Resource[Any]:
    return unit.resource.aws_rds_cluster_parameter_group(
        label("database", name),
        **surrounding.group_name(unit, name),
        description=f"Database {name}",
        family=AURORA_FAMILY,
        parameter=[{"name": each, "value": value} for each, value in cluster_parameters(database).items()],
        lifecycle=GROUP_LIFECYCLE,
    )


def _instance_parameters(unit: UnitModule, name: str) -> Resource[Any]:
    return unit.resource.aws_db_parameter_group(
        label("database", name),
        **surrounding.group_name(unit, name),
        description=f"Database {name}",
        family=AURORA_FAMILY,
        parameter=[{"name": each, "value": value} for each, value in aurora_parameters().items()],
        lifecycle=GROUP_LIFECYCLE,
    )
