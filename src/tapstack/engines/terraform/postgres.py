"""RDS PostgreSQL: an instance in every region, of which those in the standbys replicate the home's."""

from __future__ import annotations

from typing import Any

from tapstack.engines.database_settings import POSTGRES, postgres_family, postgres_parameters
from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform import database_surroundings as surrounding
from tapstack.engines.terraform.database_secrets import password
from tapstack.engines.terraform.database_surroundings import GROUP_LIFECYCLE, Surroundings
from tapstack.engines.terraform.module import Resource, label
from tapstack.engines.terraform.unit import UnitModule
from tapstack.fleet.databases import Postgres
from tapstack.plan.names import NameKind

DAY = 86400


def add(unit: UnitModule, name: str, database: Postgres, surroundings: Surroundings) -> None:
    """Add the region's instance: one resource everywhere, so a standby that is promoted stays the resource it was."""
    planned = unit.name(NameKind.DATABASE, name)
    instance = unit.resource.aws_db_instance(
        surrounding.database(name, cluster=False).label,
        identifier=planned,
        replicate_source_db=surroundings.at_reader(unit.arn("rds", f"db:{planned}", region=unit.plan.home)),
        engine=POSTGRES,
        engine_version=database.version,
        instance_class=database.instance_class,
        allocated_storage=database.storage_gib,
        storage_type=database.storage_type,
        # A replica takes these from its source, and must not be told.
        db_name=surroundings.at_writer(database.name),
        username=surroundings.at_writer(database.user),
        password_wo=password(name, count=surroundings.count),
        password_wo_version=surroundings.number_at_writer(1),
        multi_az=database.multi_az,
        db_subnet_group_name=surroundings.subnet_group.ref("name"),
        vpc_security_group_ids=[surroundings.security_group.ref("id")],
        publicly_accessible=False,
        parameter_group_name=_parameters(unit, name, database).ref("name"),
        storage_encrypted=database.encryption != "unencrypted",
        kms_key_id=surrounding.key(unit, database, surroundings),
        iam_database_authentication_enabled=True,
        enabled_cloudwatch_logs_exports=surroundings.logs or None,
        backup_retention_period=database.backup_retention // DAY,
        copy_tags_to_snapshot=True,
        auto_minor_version_upgrade=True,
        apply_immediately=True,
        **surrounding.watch(unit, database, surroundings),
        # A replica leaves no snapshot: RDS refuses to make a last one of it.
        **surrounding.ending(unit, name, leaves_snapshot=surroundings.is_writer),
        depends_on=surroundings.log_groups,
        # A standby that was promoted has no source any more, and must not become a replica again.
        lifecycle=surrounding.lifecycle(unit, "replicate_source_db"),
        exceptions=_exceptions(unit, database),
    )
    surrounding.attach_secret(unit, name, database, surroundings, instance)


def _parameters(unit: UnitModule, name: str, database: Postgres) -> Resource[Any]:
    return unit.resource.aws_db_parameter_group(
        label("database", name),
        **surrounding.group_name(unit, name),
        description=f"Database {name}",
        family=postgres_family(database),
        parameter=[{"name": each, "value": value} for each, value in postgres_parameters(database).items()],
        lifecycle=GROUP_LIFECYCLE,
    )


def _exceptions(unit: UnitModule, database: Postgres) -> list[LintException]:
    found = surrounding.exceptions(unit, database) + surrounding.watch_exceptions(database)
    if not database.multi_az:
        reason = "The fleet wants no spare in another zone in this environment."
        found.append(LintException("checkov", "CKV_AWS_157", reason))
    return found
