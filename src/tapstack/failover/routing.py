"""Where clients are led, by health alone: a region is passed over while its health check is held unhealthy.

Held is a check that is disabled and inverted: Route 53 takes a disabled check for healthy, and an inverted one for the
opposite. Inverted alone would lead clients back the moment the region really fails.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tapstack.engines import names_in_dns
from tapstack.errors import RefusedError
from tapstack.failover.calls import GLOBAL_REGION, Call
from tapstack.failover.site import Site
from tapstack.failover.steps import Step
from tapstack.fleet.dns import DnsName


@dataclass(frozen=True)
class Check:
    """The health check of one name in one region."""

    label: str
    name: str
    region: str
    id: str
    address: str
    """Where the region's own record leads."""


def holding(check: Check) -> Call:
    """The call after which Route 53 takes the region for unhealthy, whatever it is."""
    return _update(check, held=True)


def letting_go(check: Check) -> Call:
    """The call after which the region's own health counts again."""
    return _update(check, held=False)


def _update(check: Check, *, held: bool) -> Call:
    parameters = {"HealthCheckId": check.id, "Disabled": held, "Inverted": held}
    return Call("route53", "update_health_check", GLOBAL_REGION, parameters)


def is_held(site: Site, check: Check) -> bool:
    """Tell whether a failover keeps clients away from there."""
    config = site.route53("get_health_check", HealthCheckId=check.id)["HealthCheck"]["HealthCheckConfig"]
    return bool(config.get("Disabled")) and bool(config.get("Inverted"))


def in_the_way(site: Site, name: DnsName, to: str) -> tuple[str, ...]:
    """The regions that Route 53 would answer with rather than with that one, while all are healthy."""
    return regions_in_the_way(site.regions, name, to)


def regions_in_the_way(regions: Sequence[str], name: DnsName, to: str) -> tuple[str, ...]:
    """The same, of regions of which the first is the home.

    Names that spread their clients go on doing so: every region serves them.
    """
    home, *standbys = regions
    if name.routing != "failover" or to == home:
        return ()
    if to == standbys[0]:
        return (home,)
    # Behind the first standby the others share what is left of its clients: all of them stand aside.
    return tuple(region for region in regions if region != to)


def fixed_names(site: Site) -> tuple[str, ...]:
    """Names whose clients cannot be moved by health, as nothing looks at it from outside."""
    if site.fleet.dns is None:
        return ()
    return tuple(
        site.fleet.dns.full_name(label)
        for label, name in site.fleet.dns.names.items()
        if name.routing == "failover" and names_in_dns.checked(site.fleet, name) is None
    )


def find(site: Site) -> tuple[Check, ...]:
    """Every health check of the fleet's names, as the records name them."""
    dns = site.fleet.dns
    if dns is None:
        return ()
    checked = {label for label, name in dns.names.items() if names_in_dns.checked(site.fleet, name) is not None}
    if not checked:
        return ()
    records = _records(site, dns.zone, dns.hosted_zone)
    found = []
    for label in sorted(checked):
        name = dns.full_name(label)
        for region in site.regions:
            for owner in (name, names_in_dns.standbys(dns, label)):
                check = records.get((owner, region))
                if check:
                    found.append(Check(label, name, region, *check))
                    break
    return tuple(found)


def _records(site: Site, zone: str, known: str) -> dict[tuple[str, str], tuple[str, str]]:
    """The health check of each record and where it leads, by the record's name and region."""
    ids = [known] if known != "create" else _zones(site, zone)
    by_zone = []
    for identifier in ids:
        records = site.pages(
            "route53", GLOBAL_REGION, "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=identifier
        )
        found = {
            (_plain(record["Name"]), str(record["SetIdentifier"])): (
                str(record["HealthCheckId"]),
                _plain(str(record.get("AliasTarget", {}).get("DNSName", ""))),
            )
            for record in records
            if record.get("HealthCheckId") and record.get("SetIdentifier")
        }
        if found:
            by_zone.append(found)
    if len(by_zone) > 1:
        raise RefusedError(
            f"There are {len(by_zone)} zones named {zone}, each with records of this kind.",
            "Nobody can tell which of them clients ask. Write the right one's id as `dns.hosted_zone` into the fleet.",
        )
    return by_zone[0] if by_zone else {}


def _zones(site: Site, zone: str) -> list[str]:
    zones = site.pages("route53", GLOBAL_REGION, "list_hosted_zones", "HostedZones")
    return [
        one["Id"].rpartition("/")[2]
        for one in zones
        if one["Name"].rstrip(".") == zone and not one.get("Config", {}).get("PrivateZone")
    ]


def _plain(name: str) -> str:
    return name.rstrip(".").replace("\\052", "*")


def steps(site: Site, checks: Collection[Check], to: str) -> tuple[Step, ...]:
    """Hold what is in the way of the region, and let go of everything else."""
    dns = site.fleet.dns
    if dns is None:
        return ()
    found: list[Step] = []
    # The wanted way is opened before others are closed: where all are unhealthy, Route 53 answers as if none were.
    for held in (False, True):
        found += [
            _step(site, check, held=held)
            for check in checks
            if (check.region in in_the_way(site, dns.names[check.label], to)) is held
        ]
    return tuple(found)


def _step(site: Site, check: Check, *, held: bool) -> Step:
    def missing() -> str:
        if is_held(site, check) is held:
            return ""
        return f"the health check {check.id} is {'not held unhealthy' if held else 'held unhealthy'}"

    return Step(
        region=check.region,
        name=f"{'hold' if held else 'release'} {check.name} in {check.region}",
        why=(
            f"Route 53 passes over {check.region} from now on, whatever its health; no record changes."
            if held
            else f"The health of {check.region} counts again."
        ),
        missing=missing,
        calls=(holding(check) if held else letting_go(check),),
        may_be_owed=True,
    )
