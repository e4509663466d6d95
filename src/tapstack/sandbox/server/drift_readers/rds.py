"""AWS::RDS: clusters, instances, global clusters and their groups, as they are after whatever failover."""

from __future__ import annotations

from typing import Any

from tapstack.sandbox.server.drift_readers.reader import Properties, Reader

# A local server listens where there is room, whatever port was asked for.
_PORT = ("Port",)
_CLUSTER_WRITE_ONLY = (
    "ClusterScalabilityType", "DBInstanceParameterGroupName", "DeleteAutomatedBackups", "MasterUserAuthenticationType",
    "MasterUserPassword", "RestoreToTime", "RestoreType", "SnapshotIdentifier", "SourceDBClusterIdentifier",
    "SourceDbClusterResourceId", "SourceRegion", "UseLatestRestorableTime",
)  # fmt: skip
_INSTANCE_WRITE_ONLY = (
    "AllowMajorVersionUpgrade", "ApplyImmediately", "AutomaticBackupReplicationKmsKeyId",
    "CertificateRotationRestart", "DBSnapshotIdentifier", "DeleteAutomatedBackups", "MasterUserAuthenticationType",
    "MasterUserPassword", "RestoreTime", "SourceDBInstanceAutomatedBackupsArn", "SourceDBInstanceIdentifier",
    "SourceDbiResourceId", "SourceRegion", "TdeCredentialPassword", "UseDefaultProcessorFeatures",
    "UseLatestRestorableTime",
)  # fmt: skip


def _cluster(rds: Any, identifier: str, declared: Properties) -> Properties | None:
    found = rds.describe_db_clusters(DBClusterIdentifier=identifier)["DBClusters"][0]
    joined = found.get("GlobalClusterIdentifier") or _global_cluster_of(rds, found["DBClusterArn"])
    return {
        **found,
        "DBClusterIdentifier": _as_named(found["DBClusterIdentifier"], declared.get("DBClusterIdentifier")),
        "DBClusterParameterGroupName": found.get("DBClusterParameterGroup"),
        "DBSubnetGroupName": found.get("DBSubnetGroup"),
        "EnableCloudwatchLogsExports": found.get("EnabledCloudwatchLogsExports", []),
        "EnableHttpEndpoint": found.get("HttpEndpointEnabled", False),
        "EnableIAMDatabaseAuthentication": found.get("IAMDatabaseAuthenticationEnabled", False),
        "GlobalClusterIdentifier": joined,
        "ManageMasterUserPassword": bool(found.get("MasterUserSecret")),
        "VpcSecurityGroupIds": [group["VpcSecurityGroupId"] for group in found.get("VpcSecurityGroups", ())],
    }


def _global_cluster_of(rds: Any, cluster: str) -> str | None:
    """The global cluster that a cluster is a member of, as writer or as reader."""
    for found in rds.describe_global_clusters()["GlobalClusters"]:
        members = found.get("GlobalClusterMembers", ())
        readers = [reader for member in members for reader in member.get("Readers", ())]
        if cluster in (*readers, *(member["DBClusterArn"] for member in members)):
            return str(found["GlobalClusterIdentifier"])
    return None


def _instance(rds: Any, identifier: str, declared: Properties) -> Properties | None:
    found = rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"][0]
    groups = found.get("DBParameterGroups") or [{}]
    return {
        **found,
        "DBInstanceIdentifier": _as_named(found["DBInstanceIdentifier"], declared.get("DBInstanceIdentifier")),
        "DBParameterGroupName": groups[0].get("DBParameterGroupName"),
        "DBSubnetGroupName": (found.get("DBSubnetGroup") or {}).get("DBSubnetGroupName"),
        "EnableCloudwatchLogsExports": found.get("EnabledCloudwatchLogsExports", []),
        "EnableIAMDatabaseAuthentication": found.get("IAMDatabaseAuthenticationEnabled", False),
        "EnablePerformanceInsights": found.get("PerformanceInsightsEnabled", False),
        "ManageMasterUserPassword": bool(found.get("MasterUserSecret")),
        "PerformanceInsightsKMSKeyId": found.get("PerformanceInsightsKMSKeyId"),
        "VPCSecurityGroups": [group["VpcSecurityGroupId"] for group in found.get("VpcSecurityGroups", ())],
    }


def _global_cluster(rds: Any, identifier: str, declared: Properties) -> Properties | None:
    found = rds.describe_global_clusters(GlobalClusterIdentifier=identifier)["GlobalClusters"][0]
    named = _as_named(found["GlobalClusterIdentifier"], declared.get("GlobalClusterIdentifier"))
    return {**found, "GlobalClusterIdentifier": named}


def _subnet_group(rds: Any, name: str, declared: Properties) -> Properties | None:
    found = rds.describe_db_subnet_groups(DBSubnetGroupName=name)["DBSubnetGroups"][0]
    return {
        **found,
        "DBSubnetGroupName": _as_named(found["DBSubnetGroupName"], declared.get("DBSubnetGroupName")),
        "SubnetIds": [subnet["SubnetIdentifier"] for subnet in found["Subnets"]],
        "Tags": _tags(rds, found["DBSubnetGroupArn"]),
    }


def _parameter_group(rds: Any, name: str, declared: Properties) -> Properties | None:
    found = rds.describe_db_parameter_groups(DBParameterGroupName=name)["DBParameterGroups"][0]
    pages = rds.get_paginator("describe_db_parameters").paginate(DBParameterGroupName=name, Source="user")
    return {
        **found,
        "DBParameterGroupName": _as_named(name, declared.get("DBParameterGroupName")),
        "Family": found["DBParameterGroupFamily"],
        "Parameters": _set_parameters(pages),
        "Tags": _tags(rds, found["DBParameterGroupArn"]),
    }


def _cluster_parameter_group(rds: Any, name: str, declared: Properties) -> Properties | None:
    groups = rds.describe_db_cluster_parameter_groups(DBClusterParameterGroupName=name)["DBClusterParameterGroups"]
    pages = rds.get_paginator("describe_db_cluster_parameters").paginate(
        DBClusterParameterGroupName=name, Source="user"
    )
    return {
        **groups[0],
        "DBClusterParameterGroupName": _as_named(name, declared.get("DBClusterParameterGroupName")),
        "Family": groups[0]["DBParameterGroupFamily"],
        "Parameters": _set_parameters(pages),
        "Tags": _tags(rds, groups[0]["DBClusterParameterGroupArn"]),
    }


def _set_parameters(pages: Any) -> Properties:
    return {
        parameter["ParameterName"]: parameter["ParameterValue"]
        for page in pages
        for parameter in page["Parameters"]
        if parameter.get("Source", "user") == "user" and parameter.get("ParameterValue") is not None
    }


def _as_named(found: str, declared: Any) -> str:
    """RDS keeps identifiers in lower case, and a template may write them in any."""
    return str(declared) if str(declared).lower() == found else found


def _tags(rds: Any, arn: str) -> list[Any]:
    return list(rds.list_tags_for_resource(ResourceName=arn)["TagList"])


READERS = {
    "AWS::RDS::DBCluster": Reader("rds", _cluster, unread=(*_CLUSTER_WRITE_ONLY, *_PORT), adds=True),
    "AWS::RDS::DBClusterParameterGroup": Reader("rds", _cluster_parameter_group),
    "AWS::RDS::DBInstance": Reader("rds", _instance, unread=(*_INSTANCE_WRITE_ONLY, *_PORT), adds=True),
    "AWS::RDS::DBParameterGroup": Reader("rds", _parameter_group),
    "AWS::RDS::DBSubnetGroup": Reader("rds", _subnet_group),
    "AWS::RDS::GlobalCluster": Reader("rds", _global_cluster, adds=True),
}
