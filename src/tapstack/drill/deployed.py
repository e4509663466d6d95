"""What stands in Route 53 for each of the fleet's names: whose address is which region's, and by which check.

Read from AWS and not from the description: a drill is about what is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tapstack.errors import RefusedError
from tapstack.fleet.dns import Dns
from tapstack.fleet.fleet import Fleet
from tapstack.targets.target import Target

_OF_API = re.compile(r"\.execute-api\.(?P<region>[a-z0-9-]+)\.amazonaws\.com")
_OF_LOAD_BALANCER = re.compile(r"\.(?P<region>[a-z]{2,4}(?:-[a-z]+)+-\d)\.elb\.amazonaws\.com")


@dataclass(frozen=True)
class Check:
    """A health check as it stands."""

    id: str
    interval: int
    threshold: int
    is_inverted: bool
    is_disabled: bool

    @property
    def is_held(self) -> bool:
        """Tell whether Route 53 takes it for unhealthy whatever it sees: a disabled check is healthy, inverted not."""
        return self.is_disabled and self.is_inverted


@dataclass(frozen=True)
class DeployedRecord:
    """One record that leads to one region."""

    region: str
    address: str
    """The name that AWS gave the region's load balancer or API."""
    failover: str
    check: Check | None
    by_target: bool
    """Whether Route 53 goes by the health of what the record points at, too."""


def records(fleet: Fleet, target: Target, home: str, name: str) -> tuple[DeployedRecord, ...]:
    """The records that stand for a name, those behind other names of the zone included."""
    if fleet.dns is None:
        return ()
    client = target.client("route53", home)
    sets = list(_record_sets(client, _zone_id(fleet.dns, client)))
    found: dict[tuple[str, str], DeployedRecord] = {}
    leading = _leading_from(name, sets, client, seen=frozenset())
    # The home stands behind the standbys' own name, too; its clients come by the primary.
    for record in sorted(leading, key=lambda record: record.failover != "PRIMARY"):
        found.setdefault((record.region, record.address), record)
    return tuple(found.values())


def region_of(address: str) -> str:
    """The region in the name of a load balancer or an API; empty where there is none."""
    match = _OF_API.search(address) or _OF_LOAD_BALANCER.search(address)
    return match["region"] if match else ""


def _leading_from(
    name: str, sets: list[Mapping[str, Any]], client: Any, seen: frozenset[str]
) -> Iterator[DeployedRecord]:
    known = {_plain(one["Name"]) for one in sets}
    for one in sets:
        if _plain(one["Name"]) != name or "AliasTarget" not in one or one["Type"] != "A":
            continue
        address = _plain(one["AliasTarget"]["DNSName"]).removeprefix("dualstack.")
        if address in known and address not in seen:
            yield from _leading_from(address, sets, client, seen | {name, address})
        elif region := region_of(address):
            yield DeployedRecord(
                region,
                address,
                one.get("Failover", ""),
                _check(client, one["HealthCheckId"]) if one.get("HealthCheckId") else None,
                bool(one["AliasTarget"].get("EvaluateTargetHealth")),
            )


def _record_sets(client: Any, zone: str) -> Iterator[Mapping[str, Any]]:
    for page in client.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone):
        yield from page["ResourceRecordSets"]


def _zone_id(dns: Dns, client: Any) -> str:
    if dns.hosted_zone != "create":
        return dns.hosted_zone
    found = client.list_hosted_zones_by_name(DNSName=dns.zone)["HostedZones"]
    for zone in found:
        if _plain(zone["Name"]) == dns.zone and not zone.get("Config", {}).get("PrivateZone"):
            return str(zone["Id"]).rpartition("/")[2]
    raise RefusedError(
        f"The zone {dns.zone} does not stand.", "A drill measures a fleet that is deployed.", command="tapstack deploy"
    )


def _check(client: Any, identifier: str) -> Check | None:
    try:
        config = client.get_health_check(HealthCheckId=identifier)["HealthCheck"]["HealthCheckConfig"]
    except client.exceptions.NoSuchHealthCheck:
        return None
    return Check(
        identifier,
        int(config.get("RequestInterval", 30)),
        int(config.get("FailureThreshold", 3)),
        bool(config.get("Inverted")),
        bool(config.get("Disabled")),
    )


def _plain(name: str) -> str:
    # Route 53 writes `*` as an octal escape.
    return name.replace("\\052", "*").rstrip(".").lower()
