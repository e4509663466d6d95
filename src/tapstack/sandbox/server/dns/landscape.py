"""What DNS answers depend on, read from the emulator's own state at the moment of the question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ministack.services import alb, apigateway, apigateway_v1, route53

from tapstack.sandbox.server.addresses import address_of
from tapstack.sandbox.server.dns.health_checks import HealthChecks
from tapstack.sandbox.server.dns.records import Alias, Record, Zone, canonical
from tapstack.sandbox.server.dns.region_watch import LOAD_BALANCING, RegionWatch
from tapstack.sandbox.server.dns.resolution import Endpoint
from tapstack.sandbox.server.target_health import TargetHealth

_API = re.compile(r"(?P<api>[a-z0-9]+)\.execute-api\.(?P<region>[a-z0-9-]+)\.amazonaws\.com")


class EmulatorLandscape:
    """The deployed zones, load balancers and APIs, and how they are."""

    def __init__(self, watch: RegionWatch, checks: HealthChecks, targets: TargetHealth) -> None:
        self._watch = watch
        self._checks = checks
        self._targets = targets

    def zones(self) -> Sequence[Zone]:
        """All public zones of all accounts."""
        zones = route53._zones.to_dict()
        records = route53._records.to_dict()
        return [
            Zone(canonical(zone["name"]), tuple(map(_record, records.get(key, ()))))
            for key, zone in zones.items()
            if not zone.get("private")
        ]

    def endpoint(self, name: str) -> Endpoint | None:
        """The load balancer or API behind a name that AWS gave it."""
        if name.endswith(".elb.amazonaws.com"):
            for (_, region, _), balancer in alb._lbs.all_items():
                if balancer["DNSName"].lower() == name:
                    return Endpoint(region, LOAD_BALANCING, address_of(region))
            return None
        if name.endswith(".amazonaws.com") and ".execute-api." in name:
            for (_, region, _), domain in apigateway_v1._domain_names.all_items():
                if domain["regionalDomainName"].lower() == name:
                    return Endpoint(region, "execute-api", address_of(region))
            match = _API.fullmatch(name)
            if match and _api_exists(match["api"], match["region"]):
                return Endpoint(match["region"], "execute-api", address_of(match["region"]))
        return None

    def is_check_healthy(self, identifier: str) -> bool:
        """The status of a health check."""
        return self._checks.is_healthy(identifier)

    def is_endpoint_healthy(self, name: str) -> bool:
        """A load balancer's health is its targets'; of an API AWS promises nothing, so it counts as healthy."""
        endpoint = self.endpoint(name)
        if endpoint is None or endpoint.service != LOAD_BALANCING:
            return endpoint is not None
        return not self._watch.is_out(endpoint.region, LOAD_BALANCING) and self._targets.is_load_balancer_healthy(name)


def _api_exists(api: str, region: str) -> bool:
    scopes = (apigateway_v1.find_api_scope(api), apigateway.find_api_scope(api))
    return any(scope is not None and scope[1] == region for scope in scopes)


def _record(stored: Mapping[str, Any]) -> Record:
    alias = stored.get("AliasTarget")
    return Record(
        name=canonical(stored["Name"]),
        type=stored["Type"],
        ttl=int(stored.get("TTL") or 0),
        values=tuple(stored.get("ResourceRecords") or ()),
        alias=Alias(alias["DNSName"], _is_true(alias.get("EvaluateTargetHealth"))) if alias else None,
        identifier=stored.get("SetIdentifier") or "",
        weight=int(stored["Weight"]) if stored.get("Weight") is not None else None,
        region=stored.get("Region"),
        failover=stored.get("Failover"),
        is_multivalue=_is_true(stored.get("MultiValueAnswer")),
        location=stored.get("GeoLocation"),
        unsupported_routing=_unsupported_routing(stored),
        health_check=stored.get("HealthCheckId"),
    )


def _unsupported_routing(stored: Mapping[str, Any]) -> str | None:
    if stored.get("CidrRoutingConfig"):
        return "IP-based"
    return "geoproximity" if stored.get("GeoProximityLocation") else None


def _is_true(value: object) -> bool:
    # Templates leave words where the API has booleans.
    return str(value).lower() == "true"
