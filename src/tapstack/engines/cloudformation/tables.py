"""Tables: global ones with a replica in every region, each under that region's key, and regional ones."""

from __future__ import annotations

from tapstack.engines.cloudformation.template import LintException, Value, logical_id, select
from tapstack.engines.cloudformation.unit import UnitTemplate
from tapstack.engines.table_settings import PROJECTIONS, STREAMS, attributes
from tapstack.fleet.tables import Attribute, Table
from tapstack.plan.names import NameKind


def add_global(unit: UnitTemplate) -> None:
    """Add the tables that every region shares, from the home."""
    for name, table in unit.fleet.tables.items():
        if table.scope == "global":
            _table(unit, name, table, unit.regions)


def add(unit: UnitTemplate) -> None:
    """Add the tables that each region has for itself."""
    for name, table in unit.fleet.tables.items():
        if table.scope == "regional":
            _table(unit, name, table, ())


def _table(unit: UnitTemplate, name: str, table: Table, regions: tuple[str, ...]) -> None:
    """Add a table; one that stays in its region is a global table with a single replica, and can spread later."""
    replicas = [_replica(unit, table, region) for region in regions] or [_replica(unit, table, None)]
    encrypted = table.encryption == "customer-key"
    strong = table.consistency == "strong"
    unit.template.add(
        logical_id("table", name),
        "AWS::DynamoDB::GlobalTable",
        {
            "TableName": unit.name(NameKind.TABLE, name),
            "AttributeDefinitions": [
                {"AttributeName": attribute, "AttributeType": kind} for attribute, kind in attributes(table).items()
            ],
            "KeySchema": _key(table.partition_key, table.sort_key),
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": index_name,
                    "KeySchema": _key(index.partition_key, index.sort_key),
                    "Projection": {"ProjectionType": PROJECTIONS[index.projection]},
                }
                for index_name, index in table.indexes.items()
            ]
            or None,
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": {"StreamViewType": STREAMS[table.stream]} if table.stream != "none" else None,
            "TimeToLiveSpecification": {"AttributeName": table.time_to_live, "Enabled": True}
            if table.time_to_live
            else None,
            # Global tables say here that KMS encrypts, and in each replica with which key.
            "SSESpecification": {"SSEEnabled": True, "SSEType": "KMS"} if encrypted else {"SSEEnabled": False},
            "MultiRegionConsistency": "STRONG" if strong else None,
            "Replicas": replicas,
        },
        removal=unit.removal,
        exceptions=()
        if table.point_in_time_recovery
        else [LintException("checkov", "CKV_AWS_165", "The fleet turns this table's point-in-time recovery off.")],
    )


def _replica(unit: UnitTemplate, table: Table, region: str | None) -> Value:
    replica: dict[str, Value] = {
        "Region": region if region is not None else {"Ref": "AWS::Region"},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": table.point_in_time_recovery},
        "DeletionProtectionEnabled": unit.fleet.protection.deletion,
        "Tags": [{"Key": key, "Value": value} for key, value in _tags(unit, region).items()],
    }
    if table.encryption == "customer-key":
        key = _key_id(unit) if region is None else unit.key_alias_arn("data", region)
        replica["SSESpecification"] = {"KMSMasterKeyId": key}
    return replica


def _key_id(unit: UnitTemplate) -> Value:
    """The id of the region's own key: DynamoDB tells it so, and any other way to name the key seems to be drift.

    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2232
    """
    return select(1, {"Fn::Split": ["/", unit.key_arn("data")]})


def _tags(unit: UnitTemplate, region: str | None) -> dict[str, Value]:
    """A replica's own tags: those of the stack reach the home's table alone."""
    return {**unit.plan.tags, "Region": region if region is not None else {"Ref": "AWS::Region"}}


def _key(partition: Attribute, sort: Attribute | None) -> list[Value]:
    key: list[Value] = [{"AttributeName": partition.name, "KeyType": "HASH"}]
    if sort is not None:
        key.append({"AttributeName": sort.name, "KeyType": "RANGE"})
    return key
