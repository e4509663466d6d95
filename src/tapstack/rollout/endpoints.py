"""Where each region answers for itself, whatever DNS says: what gates probe, and what `up` shows.

Found by planned names through AWS's APIs, so that neither an engine nor the fleet's choice of outputs matters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tapstack.fleet.dns import DnsName
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan
from tapstack.plan.names import NameKind, name_of
from tapstack.targets.target import Target

NO_STAGE = "$default"
SUFFIXES = {"aws-cn": "amazonaws.com.cn"}
BELOW_CLIENT_ERRORS = 400


@dataclass(frozen=True)
class Endpoint:
    """One region's own answer for one name of the fleet."""

    region: str
    name: str
    """The name in DNS that leads here, among others."""
    url: str
    """The region's own address, with the path that says whether it is well."""
    host: str
    """In whose name to ask: a load balancer's certificate is made for the fleet's names. Empty for the URL's own."""
    search: str | None

    def problem(self, target: Target) -> str:
        """Ask it; what is wrong in one line, or nothing."""
        try:
            answer = target.fetch(self.url, host=self.host)
        except OSError as error:
            return f"{self.url} does not answer: {error}"
        if answer.status >= BELOW_CLIENT_ERRORS:
            return f"{self.url} answers {answer.status}"
        if self.search is not None and self.search not in answer.body:
            return f"{self.url} answers {answer.status}, but not with '{self.search}'"
        return ""


def endpoints(fleet: Fleet, plan: Plan, target: Target, region: str) -> Iterator[Endpoint]:
    """What a region answers by itself: one for each of the fleet's names that has a health check to go by."""
    if fleet.dns is None:
        return
    for label, name in fleet.dns.names.items():
        if name.health_check is None:
            continue
        full_name = fleet.dns.full_name(label).replace("*", "probe")
        found = _load_balancer(fleet, plan, target, region, name, full_name) or _api(fleet, plan, target, region, name)
        if found is not None:
            url, host = found
            yield Endpoint(region, full_name, url, host, name.health_check.search)


def public_urls(fleet: Fleet) -> tuple[str, ...]:
    """Where the fleet answers as a whole, through DNS, with the path that says whether it is well."""
    if fleet.dns is None:
        return ()
    return tuple(
        f"{'http' if _is_plain(fleet, name) else 'https'}://{fleet.dns.full_name(label)}{_path(name)}"
        for label, name in fleet.dns.names.items()
        if not label.startswith("*")
    )


def _path(name: DnsName) -> str:
    return name.health_check.path if name.health_check else "/"


def _is_plain(fleet: Fleet, name: DnsName) -> bool:
    return name.load_balancer is not None and fleet.load_balancers[name.load_balancer].tls == "none"


def _load_balancer(
    fleet: Fleet, plan: Plan, target: Target, region: str, name: DnsName, full_name: str
) -> tuple[str, str] | None:
    if name.load_balancer is None or name.health_check is None:
        return None
    balancer = fleet.load_balancers[name.load_balancer]
    if not balancer.internet_facing:
        return None
    planned = name_of(NameKind.LOAD_BALANCER, plan.fleet, plan.environment, name.load_balancer).text
    client = target.client("elbv2", region)
    try:
        found = client.describe_load_balancers(Names=[planned])["LoadBalancers"]
    except client.exceptions.LoadBalancerNotFoundException:
        return None
    scheme = "http" if balancer.tls == "none" else "https"
    return f"{scheme}://{found[0]['DNSName']}{name.health_check.path}", full_name


def _api(fleet: Fleet, plan: Plan, target: Target, region: str, name: DnsName) -> tuple[str, str] | None:
    if name.api is None or name.health_check is None:
        return None
    api = fleet.apis[name.api]
    planned = name_of(NameKind.API, plan.fleet, plan.environment, name.api).text
    if api.kind == "rest":
        pages = target.client("apigateway", region).get_paginator("get_rest_apis").paginate()
        ids = [item["id"] for page in pages for item in page["items"] if item["name"] == planned]
    else:
        pages = target.client("apigatewayv2", region).get_paginator("get_apis").paginate()
        ids = [item["ApiId"] for page in pages for item in page["Items"] if item["Name"] == planned]
    if not ids:
        return None
    stage = "" if api.stage == NO_STAGE else f"/{api.stage}"
    suffix = SUFFIXES.get(plan.region(region).partition, "amazonaws.com")
    return f"https://{ids[0]}.execute-api.{region}.{suffix}{stage}{name.health_check.path}", ""
