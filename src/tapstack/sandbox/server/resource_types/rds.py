"""AWS::RDS: clusters, instances, global clusters and their groups, all made through the RDS API.

MiniStack's own types write records only. Made through the API, a database is one that really runs where the sandbox
has a server for its engine.
"""

from __future__ import annotations

import time
from typing import Any, ClassVar

from tapstack.sandbox.server.resource_types.parameters import fitted
from tapstack.sandbox.server.resource_types.resource_type import (
    Properties,
    Resource,
    ResourceType,
    as_boolean,
    tag_list,
    tag_map,
)

_WAIT_SECONDS = 300


class _RdsType(ResourceType):
    service = "rds"

    def _retag(self, resource: Resource, arn: str) -> None:
        old, new = tag_map(resource.previous.get("Tags")), tag_map(resource.properties.get("Tags"))
        if dropped := [key for key in old if key not in new]:
            self.client().remove_tags_from_resource(ResourceName=arn, TagKeys=dropped)
        if new and new != old:
            self.client().add_tags_to_resource(ResourceName=arn, Tags=tag_list(new))

    def _tags(self, arn: str) -> list[Any]:
        return list(self.client().list_tags_for_resource(ResourceName=arn)["TagList"])

    def _modify(self, operation: str, identifier: Properties, resource: Resource, renamed: dict[str, str]) -> None:
        """Modify what differs and what the operation can modify."""
        client = self.client()
        model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
        known = {name.lower() for name in model.input_shape.members}
        names = {name for name in {*resource.properties, *resource.previous} if resource.changed(name)}
        changed = {
            renamed.get(name, name): resource.properties[name]
            for name in sorted(names)
            if name in resource.properties and renamed.get(name, name).lower() in known
        }
        # A property that the template no longer names goes back to off; for others the service keeps its value.
        for name in names - resource.properties.keys():
            if resource.previous[name] in (True, "true") and renamed.get(name, name).lower() in known:
                changed[renamed.get(name, name)] = False
        changed |= _log_exports(resource)
        if changed:
            immediately = {"ApplyImmediately": True} if "applyimmediately" in known else {}
            getattr(client, operation)(**fitted(client, operation, {**changed, **identifier, **immediately}))


def _log_exports(resource: Resource) -> Properties:
    old = set(resource.previous.get("EnableCloudwatchLogsExports") or ())
    new = set(resource.properties.get("EnableCloudwatchLogsExports") or ())
    change = {"EnableLogTypes": sorted(new - old), "DisableLogTypes": sorted(old - new)}
    wanted = {name: types for name, types in change.items() if types}
    return {"CloudwatchLogsExportConfiguration": wanted} if wanted and not resource.is_new else {}


class Cluster(_RdsType):
    """An Aurora or Multi-AZ cluster, on its own or as a member of a global cluster."""

    name = "AWS::RDS::DBCluster"
    replaced_by = (
        "AvailabilityZones", "ClusterScalabilityType", "DBClusterIdentifier", "DBSubnetGroupName", "DBSystemId",
        "DatabaseName", "EngineMode", "KmsKeyId", "PubliclyAccessible", "RestoreToTime", "RestoreType",
        "SnapshotIdentifier", "SourceDBClusterIdentifier", "SourceDbClusterResourceId", "SourceRegion",
        "StorageEncrypted", "UseLatestRestorableTime",
    )  # fmt: skip
    custom_name = "DBClusterIdentifier"
    gone = ("DBClusterNotFoundFault",)
    reads = (
        "BackupRetentionPeriod", "CopyTagsToSnapshot", "DeletionProtection", "EngineVersion",
        "EnableCloudwatchLogsExports", "PreferredBackupWindow", "PreferredMaintenanceWindow",
        "ServerlessV2ScalingConfiguration", "DBClusterParameterGroupName", "Port", "Tags",
    )  # fmt: skip
    _renamed: ClassVar = {"PerformanceInsightsEnabled": "EnablePerformanceInsights"}
    _apart = ("Tags", "AssociatedRoles", "MasterUserSecret", "ReadEndpoint", "DBInstanceParameterGroupName")

    def create(self, resource: Resource) -> str:
        """Create it and wait until it is available."""
        wanted = {"DBClusterIdentifier": resource.generated_name(), **resource.properties}
        if secret := wanted.get("MasterUserSecret"):
            wanted["MasterUserSecretKmsKeyId"] = secret.get("KmsKeyId")
        wanted = {self._renamed.get(name, name): value for name, value in wanted.items()}
        identifier = str(wanted["DBClusterIdentifier"]).lower()
        self.call("create_db_cluster", {**wanted, "DBClusterIdentifier": identifier}, without=self._apart)
        return identifier

    def update(self, resource: Resource) -> None:
        """Modify it at once."""
        identifier = {"DBClusterIdentifier": resource.physical_id}
        self._modify("modify_db_cluster", identifier, resource, self._renamed)
        old = resource.previous.get("GlobalClusterIdentifier")
        if old and not resource.properties.get("GlobalClusterIdentifier"):
            arn = self._described(resource.physical_id)["DBClusterArn"]
            self.client().remove_from_global_cluster(GlobalClusterIdentifier=old, DbClusterIdentifier=arn)

    def configure(self, resource: Resource) -> None:
        """Associate roles and tag it."""
        client, identifier = self.client(), resource.physical_id
        described = self._available(identifier)
        for role in _added(resource, "AssociatedRoles"):
            client.add_role_to_db_cluster(DBClusterIdentifier=identifier, **role)
        for role in _dropped(resource, "AssociatedRoles"):
            client.remove_role_from_db_cluster(DBClusterIdentifier=identifier, **role)
        self._retag(resource, described["DBClusterArn"])
        resource.attributes = {
            "DBClusterArn": described["DBClusterArn"],
            "DBClusterResourceId": described.get("DbClusterResourceId", ""),
            "Endpoint.Address": described.get("Endpoint", ""),
            "Endpoint.Port": str(described.get("Port", "")),
            "ReadEndpoint.Address": described.get("ReaderEndpoint", ""),
            "StorageThroughput": str(described.get("StorageThroughput", "")),
        }
        if described.get("MasterUserSecret"):
            resource.attributes["MasterUserSecret.SecretArn"] = described["MasterUserSecret"]["SecretArn"]

    def delete(self, resource: Resource) -> None:
        """Take it out of its global cluster and delete it; deletion protection refuses."""
        client, identifier = self.client(), resource.physical_id
        described = self._described(identifier)
        if described.get("DeletionProtection"):
            client.delete_db_cluster(DBClusterIdentifier=identifier, SkipFinalSnapshot=True)
        if joined := described.get("GlobalClusterIdentifier"):
            client.remove_from_global_cluster(
                GlobalClusterIdentifier=joined, DbClusterIdentifier=described["DBClusterArn"]
            )
        client.delete_db_cluster(DBClusterIdentifier=identifier, SkipFinalSnapshot=True)

    def read(self, resource: Resource) -> Properties | None:
        """Read it as it is now."""
        described = self._described(resource.physical_id)
        found = {name: described.get(name) for name in self.reads if name in described}
        found["EnableCloudwatchLogsExports"] = described.get("EnabledCloudwatchLogsExports", [])
        found["DBClusterParameterGroupName"] = described.get("DBClusterParameterGroup")
        found["Tags"] = self._tags(described["DBClusterArn"])
        declared = resource.properties.get("ServerlessV2ScalingConfiguration")
        if declared and described.get("ServerlessV2ScalingConfiguration"):
            found["ServerlessV2ScalingConfiguration"] = {
                name: value for name, value in described["ServerlessV2ScalingConfiguration"].items() if name in declared
            }
        return found

    def _described(self, identifier: str) -> Properties:
        return dict(self.client().describe_db_clusters(DBClusterIdentifier=identifier)["DBClusters"][0])

    def _available(self, identifier: str) -> Properties:
        return _available(lambda: self._described(identifier), "Status", identifier)


class Instance(_RdsType):
    """A database server: on its own, a member of a cluster, or a replica of another."""

    name = "AWS::RDS::DBInstance"
    replaced_by = (
        "AvailabilityZone", "BackupTarget", "CharacterSetName", "CustomIAMInstanceProfile", "DBClusterIdentifier",
        "DBInstanceIdentifier", "DBName", "DBSubnetGroupName", "KmsKeyId", "MasterUsername", "NcharCharacterSetName",
        "Port", "SourceRegion", "StorageEncrypted", "Timezone",
    )  # fmt: skip
    perhaps_replaced_by = ("DBSnapshotIdentifier", "SourceDBInstanceIdentifier", "Engine")
    custom_name = "DBInstanceIdentifier"
    gone = ("DBInstanceNotFound", "DBInstanceNotFoundFault")
    reads = (
        "AllocatedStorage", "BackupRetentionPeriod", "CopyTagsToSnapshot", "DBInstanceClass", "DeletionProtection",
        "MonitoringInterval", "MultiAZ", "EnablePerformanceInsights", "EnableCloudwatchLogsExports",
        "PreferredBackupWindow", "PreferredMaintenanceWindow", "PubliclyAccessible", "Tags",
    )  # fmt: skip
    _renamed: ClassVar = {
        "VPCSecurityGroups": "VpcSecurityGroupIds",
        "PerformanceInsightsKMSKeyId": "PerformanceInsightsKMSKeyId",
    }
    _apart = (
        "Tags", "AssociatedRoles", "MasterUserSecret", "DeleteAutomatedBackups", "AllowMajorVersionUpgrade",
        "ApplyImmediately", "CertificateDetails", "CertificateRotationRestart", "UseDefaultProcessorFeatures",
        "SourceDBInstanceIdentifier", "SourceRegion", "DBSnapshotIdentifier", "AutomaticBackupReplicationRegion",
        "AutomaticBackupReplicationKmsKeyId", "AutomaticBackupReplicationRetentionPeriod",
    )  # fmt: skip
    # What a replica takes from its source, so that its creation does not accept it.
    _of_the_source = ("Engine", "EngineVersion", "MasterUsername", "MasterUserPassword", "DBName", "StorageEncrypted")

    def create(self, resource: Resource) -> str:
        """Create it, as a replica where it names a source, and wait until it is available."""
        wanted = {"DBInstanceIdentifier": resource.generated_name(), **resource.properties}
        if secret := wanted.get("MasterUserSecret"):
            wanted["MasterUserSecretKmsKeyId"] = secret.get("KmsKeyId")
        wanted = {self._renamed.get(name, name): value for name, value in wanted.items()}
        identifier = str(wanted["DBInstanceIdentifier"]).lower()
        wanted["DBInstanceIdentifier"] = identifier
        source = wanted.get("SourceDBInstanceIdentifier")
        if not source:
            self.call("create_db_instance", wanted, without=self._apart)
            return identifier
        if str(source).startswith("arn:") and wanted.get("SourceRegion", region := str(source).split(":")[3]) != region:
            raise ValueError(f"SourceRegion is {wanted['SourceRegion']}, but {source} is in {region}.")
        without = (*self._apart, *self._of_the_source, "BackupRetentionPeriod", "PreferredBackupWindow",
                   "PreferredMaintenanceWindow", "DBClusterIdentifier", "SourceRegion")  # fmt: skip
        self.call("create_db_instance_read_replica", wanted, without=without, SourceDBInstanceIdentifier=str(source))
        self._available(identifier)
        later = ("BackupRetentionPeriod", "PreferredBackupWindow", "PreferredMaintenanceWindow")
        if afterwards := {name: wanted[name] for name in later if name in wanted}:
            self.call(
                "modify_db_instance",
                {"DBInstanceIdentifier": identifier, **afterwards},
                ApplyImmediately=True,
            )
        return identifier

    def update(self, resource: Resource) -> None:
        """Modify it at once; a replica whose source is taken away is promoted."""
        client, identifier = self.client(), resource.physical_id
        if resource.previous.get("SourceDBInstanceIdentifier") and not resource.properties.get(
            "SourceDBInstanceIdentifier"
        ):
            client.promote_read_replica(DBInstanceIdentifier=identifier)
        self._modify("modify_db_instance", {"DBInstanceIdentifier": identifier}, resource, self._renamed)

    def configure(self, resource: Resource) -> None:
        """Associate roles and tag it."""
        client, identifier = self.client(), resource.physical_id
        described = self._available(identifier)
        for role in _added(resource, "AssociatedRoles"):
            client.add_role_to_db_instance(DBInstanceIdentifier=identifier, **role)
        for role in _dropped(resource, "AssociatedRoles"):
            client.remove_role_from_db_instance(DBInstanceIdentifier=identifier, **role)
        self._retag(resource, described["DBInstanceArn"])
        endpoint = described.get("Endpoint", {})
        resource.attributes = {
            "DBInstanceArn": described["DBInstanceArn"],
            "DbiResourceId": described.get("DbiResourceId", ""),
            "Endpoint.Address": endpoint.get("Address", ""),
            "Endpoint.Port": str(endpoint.get("Port", "")),
            "Endpoint.HostedZoneId": endpoint.get("HostedZoneId", ""),
        }
        if described.get("MasterUserSecret"):
            resource.attributes["MasterUserSecret.SecretArn"] = described["MasterUserSecret"]["SecretArn"]

    def delete(self, resource: Resource) -> None:
        """Delete it; deletion protection refuses."""
        parameters: dict[str, Any] = {"DBInstanceIdentifier": resource.physical_id, "SkipFinalSnapshot": True}
        if "DeleteAutomatedBackups" in resource.properties:
            parameters["DeleteAutomatedBackups"] = as_boolean(resource.properties["DeleteAutomatedBackups"])
        self.client().delete_db_instance(**parameters)

    def read(self, resource: Resource) -> Properties | None:
        """Read it as it is now."""
        described = self._described(resource.physical_id)
        found = {name: described[name] for name in self.reads if name in described}
        found["EnablePerformanceInsights"] = described.get("PerformanceInsightsEnabled", False)
        found["EnableCloudwatchLogsExports"] = described.get("EnabledCloudwatchLogsExports", [])
        found["Tags"] = self._tags(described["DBInstanceArn"])
        return found

    def _described(self, identifier: str) -> Properties:
        return dict(self.client().describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"][0])

    def _available(self, identifier: str) -> Properties:
        return _available(lambda: self._described(identifier), "DBInstanceStatus", identifier)


class GlobalCluster(_RdsType):
    """What joins clusters of several regions."""

    name = "AWS::RDS::GlobalCluster"
    replaced_by = ("Engine", "GlobalClusterIdentifier", "SourceDBClusterIdentifier", "StorageEncrypted")
    custom_name = "GlobalClusterIdentifier"
    gone = ("GlobalClusterNotFoundFault",)
    reads = ("DeletionProtection", "EngineVersion", "Tags")

    def create(self, resource: Resource) -> str:
        """Create it, around a cluster where it names one."""
        wanted = {"GlobalClusterIdentifier": resource.generated_name(), **resource.properties}
        wanted["GlobalClusterIdentifier"] = str(wanted["GlobalClusterIdentifier"]).lower()
        self.call("create_global_cluster", wanted, without=("Tags",))
        return str(wanted["GlobalClusterIdentifier"])

    def update(self, resource: Resource) -> None:
        """Modify it."""
        identifier = {"GlobalClusterIdentifier": resource.physical_id}
        self._modify("modify_global_cluster", identifier, resource, {})

    def configure(self, resource: Resource) -> None:
        """Tag it."""
        described = self._described(resource.physical_id)
        self._retag(resource, described["GlobalClusterArn"])
        resource.attributes = {"GlobalEndpoint.Address": described.get("Endpoint", "")}

    def delete(self, resource: Resource) -> None:
        """Let its members go and delete it."""
        client, identifier = self.client(), resource.physical_id
        described = self._described(identifier)
        if described.get("DeletionProtection"):
            client.delete_global_cluster(GlobalClusterIdentifier=identifier)
        members = described.get("GlobalClusterMembers", ())
        for member in sorted(members, key=lambda member: bool(member.get("IsWriter"))):
            client.remove_from_global_cluster(
                GlobalClusterIdentifier=identifier, DbClusterIdentifier=member["DBClusterArn"]
            )
        client.delete_global_cluster(GlobalClusterIdentifier=identifier)

    def read(self, resource: Resource) -> Properties | None:
        """Read it as it is now."""
        described = self._described(resource.physical_id)
        found = {name: described[name] for name in self.reads if name in described}
        found["Tags"] = self._tags(described["GlobalClusterArn"])
        return found

    def _described(self, identifier: str) -> Properties:
        answer = self.client().describe_global_clusters(GlobalClusterIdentifier=identifier)
        return dict(answer["GlobalClusters"][0])


def _available(describe: Any, status: str, identifier: str) -> Properties:
    deadline = time.monotonic() + _WAIT_SECONDS
    while (described := describe())[status] != "available":
        if described[status] in ("failed", "incompatible-parameters") or time.monotonic() > deadline:
            raise ValueError(f"{identifier} did not become available: it is {described[status]}.")
        time.sleep(0.2)
    return dict(described)


def _roles(properties: Properties, name: str) -> list[Properties]:
    return list(properties.get(name) or ())


def _added(resource: Resource, name: str) -> list[Properties]:
    return [role for role in _roles(resource.properties, name) if role not in _roles(resource.previous, name)]


def _dropped(resource: Resource, name: str) -> list[Properties]:
    return [role for role in _roles(resource.previous, name) if role not in _roles(resource.properties, name)]


TYPES = (Cluster, Instance, GlobalCluster)
