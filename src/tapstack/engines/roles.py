"""What a failover leaves behind in AWS: how to see that a database's writer has left a region, and that clients have.

Only roles, health and parameters change in a failover, never a template. Whoever compares what stands with what was
deployed recognises it here, whichever engine it is.
"""

from __future__ import annotations

from typing import Any

FENCE = "default_transaction_read_only"
"""The parameter that keeps writes from an old PostgreSQL writer."""
ON = ("1", "on", "true")
STOPPED = ("stopped", "stopping")
SUFFIX_LENGTH = 7
"""What Secrets Manager adds to a secret's name in its ARN."""

SWAPPED = "The roles are swapped: a failover or switchover moved the writer. This is no drift."
HELD = "A failover holds this health check unhealthy, so that clients go elsewhere, until the failback. No drift."
PAUSED = "The rotation rests while the writer is in another region, until the failback. This is no drift."
FENCED = "A failover keeps writes from this database, which is not the writer any more. This is no drift."


def has_left(rds: Any, region: str, planned: str) -> bool:
    """Tell whether the writer of a database, by its planned name, has left this region."""
    for group in rds.describe_global_clusters()["GlobalClusters"]:
        for member in group.get("GlobalClusterMembers", ()):
            arn = member["DBClusterArn"]
            if member["IsWriter"] and arn.endswith(f":cluster:{planned}"):
                return bool(arn.split(":")[3] != region)
    pages = rds.get_paginator("describe_db_instances").paginate()
    for instance in (one for page in pages for one in page["DBInstances"]):
        if instance["DBInstanceIdentifier"] != planned:
            continue
        if instance.get("ReadReplicaSourceDBInstanceIdentifier") or instance["DBInstanceStatus"] in STOPPED:
            return True
        return any(is_fenced(rds, group["DBParameterGroupName"]) for group in instance.get("DBParameterGroups", ()))
    return False


def rests(rds: Any, region: str, secret: str) -> bool:
    """Tell whether a rotation is paused because the writer is elsewhere, rather than taken away by hand."""
    # A database and its secret are named alike.
    return has_left(rds, region, secret.rpartition(":secret:")[2][:-SUFFIX_LENGTH])


def is_fenced(rds: Any, group: str) -> bool:
    """Tell whether a parameter group keeps writes from its databases."""
    pages = rds.get_paginator("describe_db_parameters").paginate(DBParameterGroupName=group, Source="user")
    return any(
        parameter["ParameterName"] == FENCE and str(parameter.get("ParameterValue", "")).lower() in ON
        for page in pages
        for parameter in page["Parameters"]
    )
