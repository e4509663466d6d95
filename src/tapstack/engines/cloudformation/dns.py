"""DNS: the zone, and for each name a record and a health check per region.

Failing over asks nobody to change anything: every region's record is there all the time, and its health decides. A
check asks the region's own address for a real path, in every region, so that a dead standby is not answered either.
"""

from __future__ import annotations

from tapstack.engines import api_settings, names_in_dns
from tapstack.engines.cloudformation import apis, load_balancers, zones
from tapstack.engines.cloudformation.template import REGION, Resource, Value, logical_id, ref, when
from tapstack.engines.cloudformation.unit import IS_HOME, UnitTemplate
from tapstack.engines.names_in_dns import FIRST, LATER, PORTS, STANDBYS
from tapstack.fleet.dns import Dns, DnsName, HealthCheck


def add_zone(unit: UnitTemplate) -> None:
    """Add the hosted zone, if the fleet makes it."""
    zones.add(unit)


def add(unit: UnitTemplate) -> None:
    """Add this region's record and health check of every name."""
    dns = unit.fleet.dns
    if dns is None:
        return
    for label, name in dns.names.items():
        wanted = names_in_dns.checked(unit.fleet, name)
        check = _health_check(unit, dns, label, name, wanted) if wanted else None
        if name.routing == "failover" and unit.spreads:
            _failover(unit, dns, label, name, check)
        else:
            _record(unit, dns, label, name, check)


def health_check_id(unit: UnitTemplate, label: str) -> Value:  # noqa: ARG001 - as all that alarms are made of
    """The id of this region's health check of a name, where it has one.

    Route 53 publishes its state in us-east-1 alone, so only a stack there can have an alarm on it, and only on its own.
    """
    return ref(logical_id("health-check", names_in_dns.word(label)))


def _health_check(unit: UnitTemplate, dns: Dns, label: str, name: DnsName, check: HealthCheck) -> Resource:
    """Add a check of this region's own endpoint; checkers do not mind that its certificate has another name.

    It begins once there is something to see: a region that is only being made is not unhealthy, and nobody is to be
    called for it.
    """
    protocol, path = names_in_dns.protocol(unit.fleet, name), check.path
    if name.api is not None:
        host, before = apis.host(unit, name.api), apis.answering(unit, name.api)
        path = api_settings.path_of(unit.fleet.apis[name.api], check.path)
    else:
        balancer = name.load_balancer or ""
        host, before = load_balancers.address(unit, balancer), load_balancers.answering(unit, balancer)
    config: dict[str, Value] = {
        "Type": f"{protocol}_STR_MATCH" if check.search else protocol,
        "FullyQualifiedDomainName": host,
        "Port": PORTS[protocol],
        "ResourcePath": path,
        "RequestInterval": check.interval,
        "FailureThreshold": check.threshold,
        "MeasureLatency": True,
    }
    if protocol == "HTTPS":
        config["EnableSNI"] = True
    if check.search:
        config["SearchString"] = check.search
    tag = {"Fn::Sub": f"{dns.full_name(label)} ${{AWS::Region}}".replace("*", "any")}
    return unit.template.add(
        logical_id("health-check", names_in_dns.word(label)),
        "AWS::Route53::HealthCheck",
        {"HealthCheckConfig": config, "HealthCheckTags": [{"Key": "Name", "Value": tag}]},
        depends_on=before,
    )


def _record(unit: UnitTemplate, dns: Dns, label: str, name: DnsName, check: Resource | None) -> None:
    routing: dict[str, Value] = {}
    if unit.spreads:
        by_weight = name.routing == "weighted"
        routing = {"Weight": unit.by_region("Weight")} if by_weight else {"Region": REGION}
        routing["SetIdentifier"] = REGION
    _alias(unit, logical_id("record", names_in_dns.word(label)), dns.full_name(label), label, name, check, routing)


def _failover(unit: UnitTemplate, dns: Dns, label: str, name: DnsName, check: Resource | None) -> None:
    """Home first, then the standbys in order: Route 53 knows one secondary only, so that one is a name of its own.

    The home is the last of those behind it, where clients never come: so the secondary stands with the home from the
    beginning, and keeps its identity whichever regions come and go.
    """
    word, standbys = names_in_dns.word(label), names_in_dns.standbys(dns, label)
    _alias(
        unit,
        logical_id("record", word),
        dns.full_name(label),
        label,
        name,
        check,
        {"Failover": "PRIMARY", "SetIdentifier": REGION},
        condition=IS_HOME,
    )
    first = unit.is_region(unit.regions[1])
    own = _alias(
        unit,
        logical_id("record", word, "standby"),
        standbys,
        label,
        name,
        check,
        {"Weight": when(first, FIRST, LATER), "SetIdentifier": REGION},
    )
    unit.template.add(
        logical_id("record", word, "standbys"),
        "AWS::Route53::RecordSet",
        {
            "HostedZoneId": zones.zone_id(unit),
            "Name": f"{dns.full_name(label)}.",
            "Type": "A",
            "AliasTarget": {
                "DNSName": f"{standbys}.",
                "HostedZoneId": zones.zone_id(unit),
                "EvaluateTargetHealth": True,
            },
            "Failover": "SECONDARY",
            "SetIdentifier": STANDBYS,
        },
        condition=IS_HOME,
        depends_on=[own],
    )


def _alias(
    unit: UnitTemplate,
    logical: str,
    full_name: str,
    label: str,
    name: DnsName,
    check: Resource | None,
    routing: dict[str, Value],
    *,
    condition: str | None = None,
) -> Resource:
    """Add a record that answers with this region's load balancer or API."""
    if name.api is not None:
        target, zone = apis.domain(label)
    else:
        balancer = name.load_balancer or ""
        target, zone = load_balancers.address(unit, balancer), load_balancers.address_zone(balancer)
    return unit.template.add(
        logical,
        "AWS::Route53::RecordSet",
        {
            # Not by name: a zone that an earlier fleet left behind, or a private one, may have the same.
            "HostedZoneId": zones.zone_id(unit),
            "Name": f"{full_name}.",
            "Type": "A",
            "AliasTarget": {"DNSName": target, "HostedZoneId": zone, "EvaluateTargetHealth": True},
            "HealthCheckId": check.ref if check else None,
            **routing,
        },
        condition=condition,
    )
