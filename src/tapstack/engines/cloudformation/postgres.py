"""RDS PostgreSQL: an instance in every region, of which those in the standbys replicate the home's."""

from __future__ import annotations

from tapstack.engines.cloudformation import database_surroundings as surrounding
from tapstack.engines.cloudformation.database_secrets import password
from tapstack.engines.cloudformation.database_surroundings import Surroundings
from tapstack.engines.cloudformation.template import LintException, Resource, Value, logical_id, when
from tapstack.engines.cloudformation.unit import IS_STANDBY, UnitTemplate
from tapstack.engines.database_settings import POSTGRES, postgres_family, postgres_parameters
from tapstack.fleet.databases import Postgres
from tapstack.plan.names import NameKind

DAY = 86400


def add(unit: UnitTemplate, name: str, database: Postgres, surroundings: Surroundings) -> None:
    """Add the region's instance: one resource everywhere, so a standby that is promoted stays the resource it was."""
    unit.template.add(
        surrounding.database_id(name),
        "AWS::RDS::DBInstance",
        {
            "DBInstanceIdentifier": unit.name(NameKind.DATABASE, name),
            "SourceDBInstanceIdentifier": _source(unit, name) if surroundings.writer else None,
            "SourceRegion": surrounding.source_region(unit, database, surroundings),
            "Engine": POSTGRES,
            "EngineVersion": database.version,
            "DBInstanceClass": database.instance_class,
            "AllocatedStorage": str(database.storage_gib),
            "StorageType": database.storage_type,
            # A replica takes these from its source, and must not be told.
            "DBName": surroundings.at_writer(database.name),
            "MasterUsername": surroundings.at_writer(database.user),
            "MasterUserPassword": surroundings.at_writer(password(name)),
            "MultiAZ": database.multi_az,
            "DBSubnetGroupName": surrounding.subnet_group_name(surroundings),
            "VPCSecurityGroups": [surroundings.security_group.get("GroupId")],
            "Port": str(surrounding.port_number(unit, name)),
            "PubliclyAccessible": False,
            "DBParameterGroupName": _parameters(unit, name, database).ref,
            **surrounding.encryption(unit, database, surroundings),
            "StorageEncrypted": surroundings.at_writer(database.encryption != "unencrypted"),
            "EnableIAMDatabaseAuthentication": True,
            "EnableCloudwatchLogsExports": list(surroundings.logs) or None,
            "BackupRetentionPeriod": database.backup_retention // DAY,
            "CopyTagsToSnapshot": True,
            "DeletionProtection": unit.fleet.protection.deletion,
            "AutoMinorVersionUpgrade": True,
            **surrounding.watch(unit, database, surroundings),
        },
        depends_on=surroundings.log_groups,
        removal=unit.database_removal,
        exceptions=_exceptions(unit, database, surroundings),
    )
    surrounding.attach_secret(unit, name, database, surroundings)


def _source(unit: UnitTemplate, name: str) -> Value:
    planned = unit.text_name(NameKind.DATABASE, name)
    return when(IS_STANDBY, unit.arn("rds", f"db:{planned}", region=unit.plan.home))


def _parameters(unit: UnitTemplate, name: str, database: Postgres) -> Resource:
    return unit.template.add(
        logical_id("database", name, "parameters"),
        "AWS::RDS::DBParameterGroup",
        {
            "Description": f"Database {name}",
            "Family": postgres_family(database),
            "Parameters": postgres_parameters(database),
        },
    )


def _exceptions(unit: UnitTemplate, database: Postgres, surroundings: Surroundings) -> list[LintException]:
    found = surrounding.exceptions(unit, database) + surrounding.watch_exceptions(database)
    if surroundings.writer:
        reason = "What a replica must not be told is told at home alone; the validator looks through the condition."
        found.append(LintException("cdk", "CloudFormation-Validate::F3020", reason))
    if surroundings.writer and database.encryption != "unencrypted":
        reason = "A replica in another region needs its own key, and takes from its source that it is encrypted."
        found.append(LintException("cfn-lint", "E3720", reason))
        reason = "Encrypted at home, and a replica is as its source is: linters see only that the home alone says so."
        found.append(LintException("checkov", "CKV_AWS_16", reason))
        found.append(LintException("cdk-nag", "AwsSolutions-RDS2", reason))
    if not database.multi_az:
        reason = "The fleet wants no spare in another zone in this environment."
        found.append(LintException("cdk-nag", "AwsSolutions-RDS3", reason))
        found.append(LintException("checkov", "CKV_AWS_157", reason))
    return found
