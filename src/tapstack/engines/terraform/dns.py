"""DNS: the zone, and for each name a record and a health check per region.

Failing over asks nobody to change anything: every region's record is there all the time, and its health decides. A
check asks the region's own address for a real path, in every region, so that a dead standby is not answered either.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tapstack.engines import api_settings, names_in_dns
from tapstack.engines.names_in_dns import FIRST, LATER, PORTS, STANDBYS
from tapstack.engines.terraform import apis, load_balancers, zones
from tapstack.engines.terraform.expressions import Expression, expression, literal
from tapstack.engines.terraform.module import Resource, label
from tapstack.engines.terraform.unit import REGION, UnitModule
from tapstack.fleet.dns import Dns, DnsName, HealthCheck


@dataclass(frozen=True)
class Routing:
    """When a record is the answer among others of its name."""

    identifier: str | None = None
    failover: str | None = None
    latency: str | None = None
    weight: Expression | None = None


def add_zone(unit: UnitModule) -> None:
    """Add the hosted zone, if the fleet makes it."""
    zones.add(unit)


def add(unit: UnitModule) -> None:
    """Add this region's record and health check of every name."""
    dns = unit.fleet.dns
    if dns is None:
        return
    for name_label, name in dns.names.items():
        wanted = names_in_dns.checked(unit.fleet, name)
        check = _health_check(unit, dns, name_label, name, wanted) if wanted else None
        if name.routing == "failover" and unit.spreads:
            _failover(unit, dns, name_label, name, check)
        else:
            _record(unit, dns, name_label, name, check)


def health_check_id(unit: UnitModule, name_label: str) -> str:
    """The id of this region's health check of a name, where it has one.

    Route 53 publishes its state in us-east-1 alone, so only a module there can have an alarm on it, and on its own.
    """
    del unit
    return Resource[str]("aws_route53_health_check", label("health-check", names_in_dns.word(name_label))).ref("id")


def _health_check(unit: UnitModule, dns: Dns, name_label: str, name: DnsName, check: HealthCheck) -> Resource[Any]:
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
    return unit.resource.aws_route53_health_check(
        label("health-check", names_in_dns.word(name_label)),
        type=f"{protocol}_STR_MATCH" if check.search else protocol,
        fqdn=host,
        port=PORTS[protocol],
        resource_path=literal(path),
        request_interval=check.interval,
        failure_threshold=check.threshold,
        measure_latency=True,
        enable_sni=True if protocol == "HTTPS" else None,
        search_string=literal(check.search) if check.search else None,
        tags={"Name": f"{dns.full_name(name_label)} {REGION}".replace("*", "any")},
        depends_on=before,
        # A failover holds a check unhealthy by these two: a deployment must not lead clients back.
        lifecycle={"ignore_changes": ["disabled", "invert_healthcheck"]},
    )


def _record(unit: UnitModule, dns: Dns, name_label: str, name: DnsName, check: Resource[Any] | None) -> None:
    routing = Routing()
    if unit.spreads:
        by_weight = name.routing == "weighted"
        routing = Routing(REGION, weight=unit.by_region("weight")) if by_weight else Routing(REGION, latency=REGION)
    record = label("record", names_in_dns.word(name_label))
    _alias(unit, record, dns.full_name(name_label), _target(unit, name_label, name), check, routing)


def _failover(unit: UnitModule, dns: Dns, name_label: str, name: DnsName, check: Resource[Any] | None) -> None:
    """Home first, then the standbys in order: Route 53 knows one secondary only, so that one is a name of its own.

    The home is the last of those behind it, where clients never come: so the secondary stands with the home from the
    beginning, and keeps its identity whichever regions come and go.
    """
    full_name, standbys = dns.full_name(name_label), names_in_dns.standbys(dns, name_label)
    target, record = _target(unit, name_label, name), label("record", names_in_dns.word(name_label))
    is_first = f'var.region == "{unit.regions[1]}"'
    _alias(unit, record, full_name, target, check, Routing(REGION, failover="PRIMARY"), count=unit.only_at_home)
    weight = expression(f"{is_first} ? {FIRST} : {LATER}")
    standby = _alias(
        unit,
        label(record, "standby"),
        standbys,
        target,
        check,
        Routing(REGION, weight=weight),
    )
    _alias(
        unit,
        label(record, STANDBYS),
        full_name,
        (standbys, zones.zone_id(unit)),
        None,
        Routing(STANDBYS, failover="SECONDARY"),
        count=unit.only_at_home,
        depends_on=[standby],
    )


def _target(unit: UnitModule, name_label: str, name: DnsName) -> tuple[str, str]:
    """This region's load balancer or API, and the zone in which AWS keeps its name."""
    if name.api is not None:
        return apis.domain(name_label)
    balancer = name.load_balancer or ""
    return load_balancers.address(unit, balancer), load_balancers.address_zone(balancer)


def _alias(
    unit: UnitModule,
    record: str,
    full_name: str,
    target: tuple[str, str],
    check: Resource[Any] | None,
    routing: Routing,
    *,
    count: Expression | None = None,
    depends_on: Iterable[Resource[Any]] = (),
) -> Resource[Any]:
    """Add a record that answers with what AWS keeps under another name."""
    return unit.resource.aws_route53_record(
        record,
        zone_id=zones.zone_id(unit),
        name=full_name,
        type="A",
        alias={"name": target[0], "zone_id": target[1], "evaluate_target_health": True},
        health_check_id=check.ref("id") if check else None,
        set_identifier=routing.identifier,
        failover_routing_policy={"type": routing.failover} if routing.failover else None,
        latency_routing_policy={"region": routing.latency} if routing.latency else None,
        weighted_routing_policy={"weight": routing.weight} if routing.weight else None,
        count=count,
        depends_on=depends_on,
    )
