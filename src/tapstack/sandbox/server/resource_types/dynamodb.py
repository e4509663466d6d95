"""AWS::DynamoDB: tables, and tables with replicas in other regions."""

from __future__ import annotations

from typing import Any, ClassVar

from tapstack.sandbox.server import loopback
from tapstack.sandbox.server.resource_types.resource_type import (
    Properties,
    Resource,
    ResourceType,
    as_boolean,
    tag_list,
    tag_map,
)

_INDEX_APART = ("ContributorInsightsSpecification",)


class Table(ResourceType):
    """A table in one region."""

    name = "AWS::DynamoDB::Table"
    service = "dynamodb"
    replaced_by = ("TableName", "KeySchema", "LocalSecondaryIndexes", "ImportSourceSpecification")
    custom_name = "TableName"
    reads: ClassVar[tuple[str, ...]] = (
        "BillingMode", "ProvisionedThroughput", "StreamSpecification", "DeletionProtectionEnabled",
        "PointInTimeRecoverySpecification", "TimeToLiveSpecification", "SSESpecification", "Tags",
    )  # fmt: skip
    _apart: ClassVar[tuple[str, ...]] = (
        "PointInTimeRecoverySpecification", "TimeToLiveSpecification", "SSESpecification", "StreamSpecification",
        "KinesisStreamSpecification", "ContributorInsightsSpecification", "Tags", "ResourcePolicy",
        "ImportSourceSpecification",
    )  # fmt: skip

    def create(self, resource: Resource) -> str:
        """Create it, with its stream and its key."""
        wanted = {"TableName": resource.generated_name(255, lowercase=False), **resource.properties}
        self.call(
            "create_table",
            {"BillingMode": "PROVISIONED", **wanted},
            without=self._apart,
            **_stream(wanted),
            **_encryption(wanted),
        )
        return str(wanted["TableName"])

    def update(self, resource: Resource) -> None:
        """Change one aspect per call, as the service demands."""
        table, wanted = resource.physical_id, resource.properties
        update = self.client().update_table
        if resource.changed("BillingMode", "ProvisionedThroughput"):
            billing = wanted.get("BillingMode", "PROVISIONED")
            change: dict[str, Any] = {"BillingMode": billing} if resource.changed("BillingMode") else {}
            if billing == "PROVISIONED":
                change["ProvisionedThroughput"] = {
                    name: int(value) for name, value in wanted["ProvisionedThroughput"].items()
                }
            if change:
                update(TableName=table, **change)
        if resource.changed("StreamSpecification"):
            update(TableName=table, **(_stream(wanted) or {"StreamSpecification": {"StreamEnabled": False}}))
        if resource.changed("SSESpecification"):
            update(TableName=table, **(_encryption(wanted) or {"SSESpecification": {"Enabled": False}}))
        if resource.changed("TableClass"):
            update(TableName=table, TableClass=wanted.get("TableClass", "STANDARD"))
        if resource.changed("DeletionProtectionEnabled"):
            update(TableName=table, DeletionProtectionEnabled=as_boolean(wanted.get("DeletionProtectionEnabled")))
        if resource.changed("OnDemandThroughput"):
            self.call("update_table", {"TableName": table, "OnDemandThroughput": wanted.get("OnDemandThroughput", {})})
        self._update_indexes(resource)

    def _update_indexes(self, resource: Resource) -> None:
        old = {index["IndexName"]: index for index in resource.previous.get("GlobalSecondaryIndexes", ())}
        new = {index["IndexName"]: index for index in resource.properties.get("GlobalSecondaryIndexes", ())}
        changes = [{"Delete": {"IndexName": name}} for name in old if old[name] != new.get(name)]
        changes += [{"Create": new[name]} for name in new if new[name] != old.get(name)]
        for change in changes:
            self.call(
                "update_table",
                {
                    "TableName": resource.physical_id,
                    "AttributeDefinitions": resource.properties["AttributeDefinitions"],
                    "GlobalSecondaryIndexUpdates": [change],
                },
            )

    def configure(self, resource: Resource) -> None:
        """Apply recovery, expiry, policy and tags, each by its own call."""
        client, table, wanted = self.client(), resource.physical_id, resource.properties
        described = client.describe_table(TableName=table)["Table"]
        resource.attributes = {"Arn": described["TableArn"], "TableId": described.get("TableId", "")}
        if described.get("LatestStreamArn"):
            resource.attributes["StreamArn"] = described["LatestStreamArn"]
        if resource.changed("PointInTimeRecoverySpecification"):
            _recovery(client, table, wanted.get("PointInTimeRecoverySpecification"))
        _expire(client, table, resource)
        _policy(client, described["TableArn"], resource.previous, wanted)
        _tag(client, described["TableArn"], resource.previous.get("Tags"), wanted.get("Tags"))

    def delete(self, resource: Resource) -> None:
        """Delete it; deletion protection refuses."""
        self.client().delete_table(TableName=resource.physical_id)

    def read(self, resource: Resource) -> Properties | None:
        """Read the table as it is now."""
        found = _read(self.client(), resource.physical_id)
        found.setdefault("TimeToLiveSpecification", _expiry_off(resource))
        return found


class GlobalTable(Table):
    """A table with replicas, of which one lives in the stack's own region."""

    name = "AWS::DynamoDB::GlobalTable"
    tags = None
    reads = ("BillingMode", "StreamSpecification", "TimeToLiveSpecification", "MultiRegionConsistency", "Replicas")
    _apart = (
        "TimeToLiveSpecification", "SSESpecification", "StreamSpecification", "Replicas", "MultiRegionConsistency",
        "WriteProvisionedThroughputSettings", "WriteOnDemandThroughputSettings", "ReadProvisionedThroughputSettings",
        "ReadOnDemandThroughputSettings", "GlobalTableWitnesses", "GlobalTableSourceArn",
        "GlobalTableSettingsReplicationMode",
    )  # fmt: skip

    def create(self, resource: Resource) -> str:
        """Create the table of the stack's region; `configure` adds the other replicas."""
        wanted = {"TableName": resource.generated_name(255, lowercase=False), **resource.properties}
        if resource.region not in _replicas(wanted):
            raise ValueError(f"Replicas of {resource.logical_id} must name the stack's own region {resource.region}.")
        self.call(
            "create_table",
            {"BillingMode": "PROVISIONED", **wanted},
            without=self._apart,
            **_provisioned(wanted),
            **_stream(wanted),
            **_encryption(_for_replica(wanted, resource.region)),
        )
        return str(wanted["TableName"])

    def update(self, resource: Resource) -> None:
        """Change the table; replicas are looked at in `configure`."""
        table, wanted = resource.physical_id, resource.properties
        update = self.client().update_table
        throughput = ("BillingMode", "WriteProvisionedThroughputSettings", "ReadProvisionedThroughputSettings")
        if resource.changed(*throughput):
            billing = {"BillingMode": wanted.get("BillingMode", "PROVISIONED")}
            update(TableName=table, **billing, **_provisioned(wanted))
        if resource.changed("StreamSpecification"):
            update(TableName=table, **(_stream(wanted) or {"StreamSpecification": {"StreamEnabled": False}}))
        self._update_indexes(resource)

    def configure(self, resource: Resource) -> None:
        """Add, change and remove replicas; then apply what each replica has of its own."""
        home, table, wanted = self.client(), resource.physical_id, resource.properties
        old, new = _replicas(resource.previous), _replicas(wanted)
        present = {replica["RegionName"] for replica in _described(home, table).get("Replicas", ())}
        for region in old:
            if region not in new and region != resource.region:
                home.update_table(TableName=table, ReplicaUpdates=[{"Delete": {"RegionName": region}}])
        missing = [region for region in new if region not in present and region != resource.region]
        self._create_replicas(table, {region: new[region] for region in missing}, wanted)
        for region, replica in new.items():
            self._configure_replica(resource, region, old.get(region, {}), replica)
        described = _described(home, table)
        resource.attributes = {"Arn": described["TableArn"], "TableId": described.get("TableId", "")}
        if described.get("LatestStreamArn"):
            resource.attributes["StreamArn"] = described["LatestStreamArn"]
        _expire(home, table, resource)

    def _create_replicas(self, table: str, missing: dict[str, Properties], wanted: Properties) -> None:
        """Add replicas: one by one, or all at once where they are strongly consistent, as the service demands."""
        creations: list[Properties] = []
        for region, replica in missing.items():
            create = {"RegionName": region, **_key(replica)}
            if replica.get("TableClass"):
                create["TableClassOverride"] = replica["TableClass"]
            creations.append({"Create": create})
        consistency = wanted.get("MultiRegionConsistency")
        more: Properties = {"MultiRegionConsistency": consistency} if consistency else {}
        if witnesses := wanted.get("GlobalTableWitnesses"):
            more["GlobalTableWitnessUpdates"] = [{"Create": {"RegionName": each["Region"]}} for each in witnesses]
        together = consistency == "STRONG" and creations
        for batch in [creations] if together else [[each] for each in creations]:
            self.client().update_table(TableName=table, ReplicaUpdates=batch, **more)

    def _configure_replica(self, resource: Resource, region: str, old: Properties, new: Properties) -> None:
        client, table = loopback.client("dynamodb", region), resource.physical_id
        if old.get("PointInTimeRecoverySpecification") != new.get("PointInTimeRecoverySpecification"):
            _recovery(client, table, new.get("PointInTimeRecoverySpecification"))
        if as_boolean(old.get("DeletionProtectionEnabled")) != as_boolean(new.get("DeletionProtectionEnabled")):
            client.update_table(
                TableName=table, DeletionProtectionEnabled=as_boolean(new.get("DeletionProtectionEnabled"))
            )
        if old and _key(old) != _key(new) and _key(new):
            specification = _encryption(_for_replica(resource.properties, region))
            client.update_table(TableName=table, **specification)
        if old and old.get("TableClass") != new.get("TableClass"):
            client.update_table(TableName=table, TableClass=new.get("TableClass", "STANDARD"))
        arn = _described(client, table)["TableArn"]
        _policy(client, arn, old, new)
        _tag(client, arn, old.get("Tags"), new.get("Tags"))

    def delete(self, resource: Resource) -> None:
        """Delete the other replicas, then the table."""
        home, table = self.client(), resource.physical_id
        described = _described(home, table)
        if described.get("DeletionProtectionEnabled"):
            home.delete_table(TableName=table)  # refused, with the service's own words
        for replica in described.get("Replicas", ()):
            if replica["RegionName"] != resource.region:
                update = {"Delete": {"RegionName": replica["RegionName"]}}
                home.update_table(TableName=table, ReplicaUpdates=[update])
        home.delete_table(TableName=table)

    def read(self, resource: Resource) -> Properties | None:
        """Read the table and each of its replicas."""
        home, table = self.client(), resource.physical_id
        found = _read(home, table)
        found.setdefault("TimeToLiveSpecification", _expiry_off(resource))
        described = _described(home, table)
        found["MultiRegionConsistency"] = described.get("MultiRegionConsistency", "EVENTUAL")
        regions = [replica["RegionName"] for replica in described.get("Replicas", ())]
        declared = _replicas(resource.properties)
        ordered = [region for region in declared if region in regions or region == resource.region]
        ordered += [region for region in regions if region not in declared and region != resource.region]
        found["Replicas"] = [_read_replica(table, region, declared.get(region, {})) for region in ordered]
        return found


def _read_replica(table: str, region: str, declared: Properties) -> Properties:
    found = _read(loopback.client("dynamodb", region), table)
    replica: Properties = {"Region": region}
    for name in ("PointInTimeRecoverySpecification", "DeletionProtectionEnabled", "Tags"):
        if name in declared or (name == "Tags" and found[name]):
            replica[name] = found.get(name)
    if "SSESpecification" in declared:
        key = found.get("SSESpecification", {}).get("KMSMasterKeyId", "")
        wanted = str(declared["SSESpecification"].get("KMSMasterKeyId", ""))
        # The service reports a key's ARN whatever name it was given by.
        replica["SSESpecification"] = {"KMSMasterKeyId": wanted if key.endswith(wanted) else key}
    unread = {name: value for name, value in declared.items() if name not in replica and name != "Tags"}
    return {**replica, **unread}


def _described(client: Any, table: str) -> Properties:
    return dict(client.describe_table(TableName=table)["Table"])


def _replicas(properties: Properties) -> dict[str, Properties]:
    return {replica["Region"]: replica for replica in properties.get("Replicas", ())}


def _for_replica(properties: Properties, region: str) -> Properties:
    """The encryption that a global table wants in one region: on by the table, keyed by the replica."""
    shared = properties.get("SSESpecification")
    if not shared:
        return {}
    key = _replicas(properties).get(region, {}).get("SSESpecification", {})
    return {"SSESpecification": {**shared, **key}}


def _key(replica: Properties) -> Properties:
    key = replica.get("SSESpecification", {}).get("KMSMasterKeyId")
    return {"KMSMasterKeyId": key} if key else {}


def _stream(properties: Properties) -> Properties:
    wanted = properties.get("StreamSpecification")
    if not wanted:
        return {}
    return {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": wanted["StreamViewType"]}}


def _encryption(properties: Properties) -> Properties:
    wanted = properties.get("SSESpecification")
    if not wanted:
        return {}
    made: Properties = {"Enabled": as_boolean(wanted.get("SSEEnabled"))}
    if wanted.get("SSEType"):
        made["SSEType"] = wanted["SSEType"]
    if wanted.get("KMSMasterKeyId"):
        made |= {"KMSMasterKeyId": wanted["KMSMasterKeyId"], "SSEType": "KMS"}
    return {"SSESpecification": made}


def _provisioned(properties: Properties) -> Properties:
    if properties.get("BillingMode", "PROVISIONED") != "PROVISIONED":
        return {}
    write = properties.get("WriteProvisionedThroughputSettings", {}).get("WriteCapacityAutoScalingSettings", {})
    read = properties.get("ReadProvisionedThroughputSettings", {}).get("ReadCapacityAutoScalingSettings", {})
    return {
        "ProvisionedThroughput": {
            "ReadCapacityUnits": int(read.get("MinCapacity", 5)),
            "WriteCapacityUnits": int(write.get("MinCapacity", 5)),
        }
    }


def _recovery(client: Any, table: str, wanted: Properties | None) -> None:
    made: Properties = {"PointInTimeRecoveryEnabled": as_boolean((wanted or {}).get("PointInTimeRecoveryEnabled"))}
    if (wanted or {}).get("RecoveryPeriodInDays"):
        made["RecoveryPeriodInDays"] = int((wanted or {})["RecoveryPeriodInDays"])
    client.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=made)


def _expire(client: Any, table: str, resource: Resource) -> None:
    old = resource.previous.get("TimeToLiveSpecification") or {}
    new = resource.properties.get("TimeToLiveSpecification") or {}
    was, will = as_boolean(old.get("Enabled")), as_boolean(new.get("Enabled"))
    if was and (not will or old.get("AttributeName") != new.get("AttributeName")):
        off = {"Enabled": False, "AttributeName": old["AttributeName"]}
        client.update_time_to_live(TableName=table, TimeToLiveSpecification=off)
        was = False
    if will and not was:
        on = {"Enabled": True, "AttributeName": new["AttributeName"]}
        client.update_time_to_live(TableName=table, TimeToLiveSpecification=on)


def _expiry_off(resource: Resource) -> Properties:
    """Expiry that is off has no attribute's name any more: take the template's."""
    return {**resource.properties.get("TimeToLiveSpecification", {}), "Enabled": False}


def _policy(client: Any, arn: str, old: Properties, new: Properties) -> None:
    if old.get("ResourcePolicy") == new.get("ResourcePolicy"):
        return
    from json import dumps

    if new.get("ResourcePolicy"):
        client.put_resource_policy(ResourceArn=arn, Policy=dumps(new["ResourcePolicy"]["PolicyDocument"]))
    else:
        client.delete_resource_policy(ResourceArn=arn)


def _tag(client: Any, arn: str, old: Any, new: Any) -> None:
    before, after = tag_map(old), tag_map(new)
    if dropped := [key for key in before if key not in after]:
        client.untag_resource(ResourceArn=arn, TagKeys=dropped)
    if after != before:
        client.tag_resource(ResourceArn=arn, Tags=tag_list(after))


def _read(client: Any, table: str) -> Properties:
    described = _described(client, table)
    backups = client.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    recovery = backups["PointInTimeRecoveryDescription"]
    expiry = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    encryption = described.get("SSEDescription", {})
    throughput = described.get("ProvisionedThroughput", {})
    read: Properties = {
        "BillingMode": described.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
        "ProvisionedThroughput": {name: throughput.get(name) for name in ("ReadCapacityUnits", "WriteCapacityUnits")},
        "DeletionProtectionEnabled": described.get("DeletionProtectionEnabled", False),
        "PointInTimeRecoverySpecification": {
            "PointInTimeRecoveryEnabled": recovery["PointInTimeRecoveryStatus"] == "ENABLED"
        },
        "Tags": client.list_tags_of_resource(ResourceArn=described["TableArn"])["Tags"],
    }
    if described.get("StreamSpecification", {}).get("StreamEnabled"):
        read["StreamSpecification"] = {"StreamViewType": described["StreamSpecification"]["StreamViewType"]}
    if expiry["TimeToLiveStatus"] == "ENABLED":
        read["TimeToLiveSpecification"] = {"AttributeName": expiry["AttributeName"], "Enabled": True}
    if encryption.get("Status") == "ENABLED":
        read["SSESpecification"] = {"SSEEnabled": True, "SSEType": encryption.get("SSEType", "KMS")}
        if encryption.get("KMSMasterKeyArn"):
            read["SSESpecification"]["KMSMasterKeyId"] = encryption["KMSMasterKeyArn"]
    return read


TYPES = (Table, GlobalTable)
