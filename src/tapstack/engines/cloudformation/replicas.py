"""Replicas of global tables outlive their region's foundation, though they are encrypted by its key."""

from __future__ import annotations

from tapstack.engines.cloudformation import protection, stacks
from tapstack.engines.cloudformation.site import Site
from tapstack.engines.cloudformation.stacks import Stack
from tapstack.errors import RefusedError
from tapstack.fleet.fleet import Fleet
from tapstack.plan.names import NameKind, name_of
from tapstack.targets.problems import code_of

KEY = "AWS::KMS::Key"


def refuse_to_orphan(fleet: Fleet, site: Site, foundation: Stack | None, *, delete_data: bool) -> None:
    """Keep a region's keys from being deleted under tables that still have a replica there.

    DynamoDB gives a replica up for good when it cannot use its key for 20 hours.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
    """
    encrypted = [
        name for name, table in fleet.tables.items() if table.scope == "global" and table.encryption == "customer-key"
    ]
    if not encrypted or foundation is None or not foundation.is_there:
        return
    if not _loses_keys(site, foundation, delete_data=delete_data):
        return
    here = [name for name in encrypted if _has_replica(site, name)]
    if here:
        raise RefusedError(
            f"Tables still have replicas in {site.region}: {', '.join(here)}.",
            "They are encrypted by a key that would be deleted with the region's foundation, and would be lost. "
            "Replicas belong to the home's global unit: take the region out of the fleet and deploy, then remove it.",
            command=f"tapstack remove-region {site.region}",
        )


def _loses_keys(site: Site, foundation: Stack, *, delete_data: bool) -> bool:
    resources = stacks.template_of(site.client, foundation.name).get("Resources", {})
    return any(
        resource["Type"] == KEY and (delete_data or not protection.is_kept(resource)) for resource in resources.values()
    )


def _has_replica(site: Site, table: str) -> bool:
    from botocore.exceptions import ClientError

    name = name_of(NameKind.TABLE, site.plan.fleet, site.plan.environment, table).text
    try:
        described = site.target.client("dynamodb", site.region).describe_table(TableName=name)
    except ClientError as error:
        if code_of(error) == "ResourceNotFoundException":
            return False
        raise
    return bool(described["Table"]["TableStatus"] != "DELETING")
