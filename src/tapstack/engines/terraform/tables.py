"""Tables: regional ones, and global ones that every standby replicates under a key of its own.

An eventually consistent table is made at home, and each standby adds its own replica: it knows its key and its tags,
and a region that is taken down takes its replica along. A strongly consistent table takes all its replicas at once,
so the home makes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from tapstack.engines.exceptions import LintException
from tapstack.engines.table_settings import PROJECTIONS, STREAMS, attributes
from tapstack.engines.terraform.expressions import expression
from tapstack.engines.terraform.module import Lifecycle, label
from tapstack.engines.terraform.unit import UnitModule
from tapstack.fleet.tables import Table
from tapstack.plan.names import NameKind

if TYPE_CHECKING:
    from tapstack.engines.terraform import arguments

STRONG_PROVIDER = (6, 9)
"""The first versions of the provider that know strong consistency, and how to protect a replica that the home makes.

https://github.com/hashicorp/terraform-provider-aws/pull/43236
"""


def add_global(unit: UnitModule) -> None:
    """Add the tables that every region shares, at home."""
    for name, table in unit.fleet.tables.items():
        if table.scope == "global":
            _table(unit, name, table)


def add(unit: UnitModule) -> None:
    """Add the tables that each region has for itself, and what a standby adds to those that all share."""
    for name, table in unit.fleet.tables.items():
        if table.scope == "regional":
            _table(unit, name, table)
        elif unit.spreads and table.consistency == "eventual":
            _replica(unit, name, table)
        elif unit.spreads:
            _replica_tags(unit, name)


def _table(unit: UnitModule, name: str, table: Table) -> None:
    shared = table.scope == "global" and unit.spreads
    strong = shared and table.consistency == "strong"
    lifecycle: Lifecycle = dict(unit.lifecycle or {})  # type: ignore[assignment] # a copy of a TypedDict
    if shared and not strong:
        # Other modules add the replicas; this one would take them away again.
        lifecycle["ignore_changes"] = ["replica"]
    if strong:
        unit.module.need_provider(*STRONG_PROVIDER)
    unit.resource.aws_dynamodb_table(
        label("table", name),
        name=unit.name(NameKind.TABLE, name),
        billing_mode="PAY_PER_REQUEST",
        hash_key=table.partition_key.name,
        range_key=table.sort_key.name if table.sort_key else None,
        attribute=[{"name": attribute, "type": kind} for attribute, kind in attributes(table).items()],
        global_secondary_index=[
            {
                "name": index_name,
                "hash_key": index.partition_key.name,
                "range_key": index.sort_key.name if index.sort_key else None,
                "projection_type": PROJECTIONS[index.projection],
            }
            for index_name, index in table.indexes.items()
        ]
        or None,
        stream_enabled=table.stream != "none",
        stream_view_type=STREAMS.get(table.stream),
        ttl={"attribute_name": table.time_to_live, "enabled": True} if table.time_to_live else None,
        point_in_time_recovery={"enabled": table.point_in_time_recovery},
        deletion_protection_enabled=unit.fleet.protection.deletion,
        server_side_encryption={"enabled": True, "kms_key_arn": unit.key_arn("data")} if _encrypted(table) else None,
        replica=[_strong_replica(unit, table, region) for region in unit.regions[1:]] if strong else None,
        lifecycle=lifecycle or None,
        exceptions=_exceptions(table),
    )


def _replica(unit: UnitModule, name: str, table: Table) -> None:
    unit.resource.aws_dynamodb_table_replica(
        label("table", name),
        global_table_arn=_arn(unit, name, unit.plan.home),
        kms_key_arn=unit.key_arn("data") if _encrypted(table) else None,
        point_in_time_recovery=table.point_in_time_recovery,
        deletion_protection_enabled=unit.fleet.protection.deletion,
        count=unit.only_in_standbys,
        lifecycle=unit.lifecycle,
        exceptions=_exceptions(table),
    )


def _strong_replica(unit: UnitModule, table: Table, region: str) -> arguments.DynamodbTableReplica:
    """A replica as the home makes it; what the oldest provider does not know is not in its types either."""
    replica: dict[str, Any] = {
        "region_name": region,
        "consistency_mode": "STRONG",
        "point_in_time_recovery": table.point_in_time_recovery,
        "deletion_protection_enabled": unit.fleet.protection.deletion,
    }
    if _encrypted(table):
        key = unit.name(NameKind.KEY_ALIAS, "data")
        # Not the alias: DynamoDB answers with the key itself, and Terraform would make the replica anew every time.
        found = unit.module.add_data("aws_kms_alias", label("key-data", region), name=key, region=region)
        replica["kms_key_arn"] = found.ref("target_key_arn")
    return cast("arguments.DynamodbTableReplica", replica)


def _replica_tags(unit: UnitModule, name: str) -> None:
    """The tags of a replica that the home has made: they are the region's own, as everywhere else."""
    unit.resource.aws_dynamodb_tag(
        label("table", name),
        resource_arn=_arn(unit, name),
        key=expression("each.key"),
        value=expression("each.value"),
        for_each=expression(f"{{ for key, value in var.tags : key => value if !{unit.is_home.code} }}"),
    )


def _arn(unit: UnitModule, name: str, region: str = "${var.region}") -> str:
    return unit.arn("dynamodb", f"table/{unit.name(NameKind.TABLE, name)}", region=region)


def _encrypted(table: Table) -> bool:
    """Tell whether a key of the fleet's own encrypts it; DynamoDB's own key needs no word."""
    return table.encryption == "customer-key"


def _exceptions(table: Table) -> list[LintException]:
    found = []
    if not table.point_in_time_recovery:
        reason = "The fleet turns this table's point-in-time recovery off."
        found.append(LintException("checkov", "CKV_AWS_28", reason))
    if not _encrypted(table):
        reason = "The fleet leaves this table to DynamoDB's own key."
        found.append(LintException("checkov", "CKV_AWS_119", reason))
    return found
