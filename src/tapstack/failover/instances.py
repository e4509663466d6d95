"""PostgreSQL instances of a database in all regions: who follows whom, and who may not write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tapstack.errors import AwsError, RefusedError
from tapstack.failover import routing
from tapstack.failover.site import Site
from tapstack.plan.names import NameKind

FENCE = "default_transaction_read_only"
"""The parameter that keeps writes from an old writer; it is also how a later run knows which of two that is."""
ON = ("1", "on", "true")
STOPPED = ("stopped", "stopping")
LONGEST_IDENTIFIER = 63
ASIDE = "-aside-"


@dataclass(frozen=True)
class Instance:
    """One instance, as RDS describes it."""

    region: str
    identifier: str
    status: str
    source: str
    """The region that it follows; empty for one that stands on its own."""
    group: str
    """Its parameter group."""
    is_fenced: bool
    followers: tuple[str, ...]
    """The regions that follow it."""
    described: Mapping[str, Any] = field(repr=False)

    @property
    def is_stopped(self) -> bool:
        """Tell whether it does not run."""
        return self.status in STOPPED

    @property
    def aside(self) -> str:
        """The name under which it is kept once another takes its own."""
        suffix = f"{ASIDE}{str(self.described['DbiResourceId'])[-6:].lower()}"
        return self.identifier[: LONGEST_IDENTIFIER - len(suffix)].rstrip("-") + suffix


@dataclass(frozen=True)
class Members:
    """All instances of one database."""

    name: str
    identifier: str
    by_region: Mapping[str, Instance]
    aside: Mapping[str, tuple[Instance, ...]]
    """What was set aside, by region."""
    silent: Mapping[str, str]
    """Regions that do not answer, with what they say."""

    @property
    def alone(self) -> tuple[Instance, ...]:
        """Those that follow nobody."""
        return tuple(one for one in self.by_region.values() if not one.source)

    def template(self, region: str) -> Instance | None:
        """What an instance of that region is like: the one that stands, or the one that was set aside."""
        return self.by_region.get(region) or next(iter(self.aside.get(region, ())), None)


def read(site: Site, name: str) -> Members:
    """Ask every region."""
    identifier = site.name(NameKind.DATABASE, name)
    by_region: dict[str, Instance] = {}
    aside: dict[str, tuple[Instance, ...]] = {}
    silent: dict[str, str] = {}
    for region in site.regions:
        try:
            found = list(_in_region(site, region, identifier))
        except AwsError as error:
            silent[region] = error.summary
            continue
        for one in found:
            if one.identifier == identifier:
                by_region[region] = one
            else:
                aside[region] = (*aside.get(region, ()), one)
    return Members(name, identifier, by_region, aside, silent)


def read_one(site: Site, name: str, region: str) -> Instance | None:
    """Ask one region."""
    identifier = site.name(NameKind.DATABASE, name)
    return next((one for one in _in_region(site, region, identifier) if one.identifier == identifier), None)


def read_aside(site: Site, name: str, region: str, identifier: str) -> Instance | None:
    """Ask for one that was set aside."""
    planned = site.name(NameKind.DATABASE, name)
    return next((one for one in _in_region(site, region, planned) if one.identifier == identifier), None)


def writer(site: Site, members: Members) -> str:
    """The region of the instance that takes the fleet's writes; empty where no region tells."""
    alone = members.alone
    if len(alone) == 1:
        return alone[0].region
    free = [one.region for one in alone if not one.is_fenced and not one.is_stopped]
    if len(free) > 1:
        held = {check.region for check in routing.find(site) if routing.is_held(site, check)}
        free = [region for region in free if region not in held]
    if len(free) == 1:
        return free[0]
    if not alone:
        return ""
    raise RefusedError(
        f"{members.name} has {len(alone)} writers: {', '.join(one.region for one in alone)}.",
        "Each stands on its own, and nothing tells which one clients use. Decide it, and keep writes from the other: "
        f"set {FENCE} to 1 in its parameter group and reboot it. The same command then goes on.",
    )


def _in_region(site: Site, region: str, identifier: str) -> Iterator[Instance]:
    for described in site.pages("rds", region, "describe_db_instances", "DBInstances"):
        name = described["DBInstanceIdentifier"]
        if name != identifier and not name.startswith(identifier[: LONGEST_IDENTIFIER - 13].rstrip("-") + ASIDE):
            continue
        groups = described.get("DBParameterGroups") or [{}]
        group = str(groups[0].get("DBParameterGroupName", ""))
        source = str(described.get("ReadReplicaSourceDBInstanceIdentifier") or "")
        yield Instance(
            region=region,
            identifier=name,
            status=described["DBInstanceStatus"],
            source=_followed(source, region, identifier),
            group=group,
            is_fenced=_is_fenced(site, region, group),
            followers=tuple(
                arn.split(":")[3] if arn.startswith("arn:") else region
                for arn in described.get("ReadReplicaDBInstanceIdentifiers", ())
            ),
            described=described,
        )


def _followed(source: str, region: str, identifier: str) -> str:
    """The region of the instance that is followed, if that one has its planned name still."""
    if not source:
        return ""
    _, _, name = source.rpartition(":")
    there = source.split(":")[3] if source.startswith("arn:") else region
    return there if name == identifier else f"{name} in {there}"


def _is_fenced(site: Site, region: str, group: str) -> bool:
    if not group or group.startswith("default."):
        return False
    parameters = site.pages(
        "rds", region, "describe_db_parameters", "Parameters", DBParameterGroupName=group, Source="user"
    )
    return any(
        parameter["ParameterName"] == FENCE and str(parameter.get("ParameterValue", "")).lower() in ON
        for parameter in parameters
    )
