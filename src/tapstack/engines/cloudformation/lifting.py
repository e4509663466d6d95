"""Deletion protection taken off by each service's own call: for stacks that take no update any more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tapstack.engines.cloudformation.protection import BALANCER_ATTRIBUTE
from tapstack.engines.cloudformation.site import Site

Lift = Callable[[Site, str], Any]


def lift(site: Site, kind: str, identity: str) -> None:
    """Take the protection off one resource, if its kind has any and it is there."""
    from botocore.exceptions import ClientError

    call = LIFTS.get(kind)
    if call is None:
        return
    try:
        call(site, identity)
    except ClientError as error:
        # What is not there needs no lifting, and what cannot be lifted now is told when its deletion fails.
        if not any(word in str(error) for word in ("NotFound", "not found", "does not exist", "InvalidDB", "InUse")):
            raise


def _instance(site: Site, identity: str) -> None:
    site.target.client("rds", site.region).modify_db_instance(
        DBInstanceIdentifier=identity, DeletionProtection=False, ApplyImmediately=True
    )


def _cluster(site: Site, identity: str) -> None:
    site.target.client("rds", site.region).modify_db_cluster(
        DBClusterIdentifier=identity, DeletionProtection=False, ApplyImmediately=True
    )


def _global_cluster(site: Site, identity: str) -> None:
    site.target.client("rds", site.region).modify_global_cluster(
        GlobalClusterIdentifier=identity, DeletionProtection=False
    )


def _table(site: Site, identity: str) -> None:
    """Each replica is protected by itself, in its own region."""
    table = site.target.client("dynamodb", site.region).describe_table(TableName=identity)["Table"]
    for region in {site.region, *(replica["RegionName"] for replica in table.get("Replicas", ()))}:
        site.target.client("dynamodb", region).update_table(TableName=identity, DeletionProtectionEnabled=False)


def _balancer(site: Site, identity: str) -> None:
    site.target.client("elbv2", site.region).modify_load_balancer_attributes(
        LoadBalancerArn=identity, Attributes=[{"Key": BALANCER_ATTRIBUTE, "Value": "false"}]
    )


LIFTS: Mapping[str, Lift] = {
    "AWS::DynamoDB::GlobalTable": _table,
    "AWS::DynamoDB::Table": _table,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _balancer,
    "AWS::RDS::DBCluster": _cluster,
    "AWS::RDS::DBInstance": _instance,
    "AWS::RDS::GlobalCluster": _global_cluster,
}
