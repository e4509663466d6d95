"""Aurora MySQL: a cluster in every region, joined to a global database whose writer is at home."""

from __future__ import annotations

from tapstack.engines.cloudformation import database_surroundings as surrounding
from tapstack.engines.cloudformation.database_secrets import password
from tapstack.engines.cloudformation.database_surroundings import Surroundings
from tapstack.engines.cloudformation.template import LintException, Removal, Resource, Value, logical_id
from tapstack.engines.cloudformation.unit import IS_HOME, IS_STANDBY, UnitTemplate
from tapstack.engines.database_settings import (
    AURORA,
    AURORA_FAMILY,
    aurora_parameters,
    cluster_parameters,
    instance_class,
    no_backtrack,
)
from tapstack.fleet.databases import AuroraMysql, Serverless
from tapstack.plan.names import NameKind

DAY = 86400
FIRST_VERSION = "FirstVersion"
"""How a parameter ends that keeps the value of the creation."""


def add_global(unit: UnitTemplate, name: str, database: AuroraMysql) -> None:
    """Add the global database, empty: the home's cluster joins first and so becomes the writer."""
    unit.template.add(
        logical_id("database", name, "global"),
        "AWS::RDS::GlobalCluster",
        {
            "GlobalClusterIdentifier": unit.name(NameKind.GLOBAL_DATABASE, name),
            "Engine": AURORA,
            # RDS refuses to change it here, but for a major one: the members change theirs, and it follows.
            "EngineVersion": unit.template.parameter(
                logical_id("database", name, FIRST_VERSION),
                f"The version with which the global database {name} began",
                default=database.version,
            ),
            "StorageEncrypted": database.encryption != "unencrypted",
            "DeletionProtection": unit.fleet.protection.deletion,
        },
        removal=unit.removal,
    )


def add(unit: UnitTemplate, name: str, database: AuroraMysql, surroundings: Surroundings) -> None:
    """Add the region's cluster with its instances."""
    cluster = _cluster(unit, name, database, surroundings)
    parameters = _instance_parameters(unit, name)
    counts = (database.instances, database.standby_instances if surroundings.writer else database.instances)
    instances = []
    for number in range(1, max(counts) + 1):
        only_in = None if number <= min(counts) else IS_HOME if counts[0] > counts[1] else IS_STANDBY
        instances.append(_instance(unit, name, database, surroundings, cluster, parameters, number, only_in))
    # A cluster takes a new password only while an instance runs; the first one runs wherever there is a writer.
    surrounding.attach_secret(unit, name, database, surroundings, needs=instances[:1])


def _cluster(unit: UnitTemplate, name: str, database: AuroraMysql, surroundings: Surroundings) -> Resource:
    joined = surroundings.writer is not None
    return unit.template.add(
        surrounding.database_id(name),
        "AWS::RDS::DBCluster",
        {
            "DBClusterIdentifier": unit.name(NameKind.DATABASE, name),
            "GlobalClusterIdentifier": unit.name(NameKind.GLOBAL_DATABASE, name) if joined else None,
            "SourceRegion": surrounding.source_region(unit, database, surroundings),
            "Engine": AURORA,
            "EngineVersion": database.version,
            # A cluster that follows another takes these from it, and must not be told.
            "DatabaseName": surroundings.at_writer(database.name),
            "MasterUsername": surroundings.at_writer(database.user),
            "MasterUserPassword": surroundings.at_writer(password(name)),
            "DBSubnetGroupName": surrounding.subnet_group_name(surroundings),
            "VpcSecurityGroupIds": [surroundings.security_group.get("GroupId")],
            "Port": surrounding.port_number(unit, name),
            "DBClusterParameterGroupName": _cluster_parameters(unit, name, database).ref,
            **surrounding.encryption(unit, database, surroundings),
            "EnableIAMDatabaseAuthentication": True,
            "EnableCloudwatchLogsExports": list(surroundings.logs) or None,
            "BackupRetentionPeriod": database.backup_retention // DAY,
            "CopyTagsToSnapshot": True,
            "DeletionProtection": unit.fleet.protection.deletion,
            "ServerlessV2ScalingConfiguration": _capacity(database),
        },
        depends_on=surroundings.log_groups,
        removal=unit.database_removal,
        exceptions=[
            *surrounding.exceptions(unit, database),
            LintException("cdk-nag", "AwsSolutions-RDS14", no_backtrack(joined=joined)),
        ],
    )


def _capacity(database: AuroraMysql) -> Value:
    capacity = database.capacity
    if isinstance(capacity, Serverless):
        return {"MinCapacity": capacity.minimum, "MaxCapacity": capacity.maximum}
    return None


def _instance(
    unit: UnitTemplate,
    name: str,
    database: AuroraMysql,
    surroundings: Surroundings,
    cluster: Resource,
    parameters: Resource,
    number: int,
    condition: str | None,
) -> str:
    """Add one instance; Aurora spreads those of a cluster over the zones of its subnets."""
    return unit.template.add(
        logical_id("database", name, "instance", str(number)),
        "AWS::RDS::DBInstance",
        {
            "DBInstanceIdentifier": unit.name(NameKind.DATABASE, f"{name}-{number}"),
            "DBClusterIdentifier": cluster.ref,
            "DBInstanceClass": instance_class(database),
            "Engine": AURORA,
            "DBParameterGroupName": parameters.ref,
            "PubliclyAccessible": False,
            "AutoMinorVersionUpgrade": True,
            **surrounding.watch(unit, database, surroundings),
        },
        condition=condition,
        removal=_instance_removal(unit),
        exceptions=surrounding.watch_exceptions(database)
        + [
            LintException("checkov", check, reason)
            for check, reason in (
                ("CKV_AWS_16", "The cluster's storage is encrypted; an instance has none of its own."),
                ("CKV_AWS_157", "Aurora has its spare instances in other zones instead."),
                ("CKV_AWS_161", "The cluster decides on IAM authentication."),
                ("CKV_AWS_129", "The cluster exports the logs."),
            )
        ],
    ).logical_id


def _instance_removal(unit: UnitTemplate) -> Removal:
    """Snapshots are the cluster's; what is retained is retained alive."""
    return "Delete" if unit.database_removal == "Snapshot" else unit.database_removal


def _cluster_parameters(unit: UnitTemplate, name: str, database: AuroraMysql) -> Resource:
    return unit.template.add(
        logical_id("database", name, "cluster-parameters"),
        "AWS::RDS::DBClusterParameterGroup",
        {
            "Description": f"Database {name}",
            "Family": AURORA_FAMILY,
            "Parameters": cluster_parameters(database),
        },
    )


def _instance_parameters(unit: UnitTemplate, name: str) -> Resource:
    return unit.template.add(
        logical_id("database", name, "parameters"),
        "AWS::RDS::DBParameterGroup",
        {"Description": f"Database {name}", "Family": AURORA_FAMILY, "Parameters": aurora_parameters()},
    )
