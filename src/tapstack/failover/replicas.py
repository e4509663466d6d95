"""A new replica in the place of an instance that cannot follow any more; that one is renamed and kept.

It takes the planned name, so that templates, secrets and functions find it where they always did: the address of an
instance is made of its name, the account and the region.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tapstack.errors import RefusedError
from tapstack.failover import instances
from tapstack.failover.calls import Call
from tapstack.failover.instances import Instance, Members
from tapstack.failover.site import Site
from tapstack.failover.steps import Step
from tapstack.plan.names import NameKind

AVAILABLE = "available"
COPY_PATIENCE = 6 * 3600.0
COPIED = (
    "AutoMinorVersionUpgrade",
    "CopyTagsToSnapshot",
    "DBInstanceClass",
    "DeletionProtection",
    "MonitoringInterval",
    "MonitoringRoleArn",
    "MultiAZ",
    "PubliclyAccessible",
    "StorageType",
)
RENAMED = {
    "IAMDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
    "PerformanceInsightsEnabled": "EnablePerformanceInsights",
    "PerformanceInsightsKMSKeyId": "PerformanceInsightsKMSKeyId",
    "PerformanceInsightsRetentionPeriod": "PerformanceInsightsRetentionPeriod",
    "EnabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
    "KmsKeyId": "KmsKeyId",
}


def creating(identifier: str, region: str, source_arn: str, described: Mapping[str, Any]) -> Call:
    """A replica that is in everything else like the instance whose place it takes."""
    parameters: dict[str, Any] = {
        "DBInstanceIdentifier": identifier,
        "SourceDBInstanceIdentifier": source_arn,
    }
    parameters |= {name: described[name] for name in COPIED if described.get(name) not in (None, "")}
    parameters |= {new: described[old] for old, new in RENAMED.items() if described.get(old) not in (None, "", [])}
    if group := (described.get("DBSubnetGroup") or {}).get("DBSubnetGroupName"):
        parameters["DBSubnetGroupName"] = group
    if groups := described.get("DBParameterGroups"):
        parameters["DBParameterGroupName"] = groups[0]["DBParameterGroupName"]
    if groups := described.get("VpcSecurityGroups"):
        parameters["VpcSecurityGroupIds"] = [group["VpcSecurityGroupId"] for group in groups]
    if tags := [tag for tag in described.get("TagList", ()) if not tag["Key"].startswith("aws:")]:
        parameters["Tags"] = tags
    if described.get("StorageEncrypted"):
        # What is encrypted is handed over only to a request that is signed for the source's region, too.
        parameters["SourceRegion"] = source_arn.split(":")[3]
    return Call("rds", "create_db_instance_read_replica", region, parameters)


def rebuild(site: Site, members: Members, region: str, *, source: str, follows: bool) -> Iterator[Step]:
    """Set aside what stands there, unless it follows already, and make a replica in its place."""
    template = members.template(region)
    if template is None:
        raise RefusedError(
            f"There is no {members.identifier} in {region}, nor what was set aside of it.",
            f"Nothing tells how a new replica is to be. `tapstack deploy --region {region}` makes one.",
        )
    standing = members.by_region.get(region)
    if standing is not None and not follows:
        if standing.is_stopped:
            yield _start(site, members.name, standing)
        yield _set_aside(site, members.name, standing, source)
    yield _create(site, members, template, region, source)
    yield _keep_backups(site, members.name, region)
    for kept in (standing,) if standing is not None and not follows else members.aside.get(region, ()):
        yield _stop_aside(site, members.name, kept)


def _start(site: Site, name: str, standing: Instance) -> Step:
    def missing() -> str:
        now = instances.read_one(site, name, standing.region)
        if now is None or now.described["DbiResourceId"] != standing.described["DbiResourceId"]:
            return ""
        return "" if now.status == AVAILABLE else f"{standing.identifier} is {now.status}"

    def begun() -> bool:
        now = instances.read_one(site, name, standing.region)
        return now is not None and now.status != "stopped"

    return Step(
        standing.region,
        f"start {name} in {standing.region}",
        "An instance that is stopped cannot be renamed. It stays read-only.",
        missing,
        (Call("rds", "start_db_instance", standing.region, {"DBInstanceIdentifier": standing.identifier}),),
        begun=begun,
    )


def _set_aside(site: Site, name: str, standing: Instance, source: str) -> Step:
    def missing() -> str:
        now = instances.read_one(site, name, standing.region)
        kept = instances.read_aside(site, name, standing.region, standing.aside)
        if now is not None and now.described["DbiResourceId"] == standing.described["DbiResourceId"]:
            return f"{standing.identifier} has its name still ({now.status})"
        return (
            "" if kept is None or kept.status == AVAILABLE or kept.is_stopped else f"{kept.identifier} is {kept.status}"
        )

    def begun() -> bool:
        now = instances.read_one(site, name, standing.region)
        return now is None or now.status in ("renaming", "modifying")

    renamed = {
        "DBInstanceIdentifier": standing.identifier,
        "NewDBInstanceIdentifier": standing.aside,
        "ApplyImmediately": True,
    }
    return Step(
        standing.region,
        f"set {name} in {standing.region} aside",
        f"Renamed to {standing.aside} and kept: it cannot follow {source} any more, and may hold writes that nobody "
        "else has. Delete it when it has been looked through.",
        missing,
        (Call("rds", "modify_db_instance", standing.region, renamed),),
        begun=begun,
    )


def _create(site: Site, members: Members, template: Instance, region: str, source: str) -> Step:
    def missing() -> str:
        now = instances.read_one(site, members.name, region)
        if now is None:
            return f"there is no {members.identifier} in {region}"
        if now.source != source:
            return f"{now.identifier} in {region} follows {now.source or 'nobody'}"
        return "" if now.status == AVAILABLE else f"{now.identifier} in {region} is {now.status}"

    return Step(
        region,
        f"make {members.name} in {region} a replica of {source}",
        "A copy of everything: it takes as long as the database is large, and disturbs nobody.",
        missing,
        (creating(members.identifier, region, site.rds_arn(source, f"db:{members.identifier}"), template.described),),
        begun=lambda: instances.read_one(site, members.name, region) is not None,
        patience=COPY_PATIENCE,
    )


def _keep_backups(site: Site, name: str, region: str) -> Step:
    days = site.fleet.databases[name].backup_retention // 86400

    def missing() -> str:
        now = instances.read_one(site, name, region)
        if now is None:
            return f"there is no {name} in {region}"
        kept = int(now.described.get("BackupRetentionPeriod") or 0)
        return "" if kept == days else f"{now.identifier} keeps its backups {kept} days"

    parameters = {
        "DBInstanceIdentifier": site.name(NameKind.DATABASE, name),
        "BackupRetentionPeriod": days,
        "ApplyImmediately": True,
    }
    return Step(
        region,
        f"keep backups of {name} in {region}",
        "A replica is made without backups of its own.",
        missing,
        (Call("rds", "modify_db_instance", region, parameters),),
    )


def _stop_aside(site: Site, name: str, kept: Instance) -> Step:
    aside = kept.aside if instances.ASIDE not in kept.identifier else kept.identifier

    def missing() -> str:
        now = instances.read_aside(site, name, kept.region, aside)
        if now is None or now.followers:
            return ""
        return "" if now.status == "stopped" else f"{aside} is {now.status}"

    def begun() -> bool:
        now = instances.read_aside(site, name, kept.region, aside)
        return now is not None and now.status == "stopping"

    return Step(
        kept.region,
        f"stop {aside}",
        "It costs its storage alone; AWS starts it again after seven days.",
        missing,
        (Call("rds", "stop_db_instance", kept.region, {"DBInstanceIdentifier": aside}),),
        begun=begun,
        may_be_owed=True,
    )
