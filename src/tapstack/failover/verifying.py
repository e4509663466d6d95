"""The last step: clients reach the region by DNS, it is well, and it alone takes writes."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tapstack.errors import AwsError
from tapstack.failover import aurora, instances, routing
from tapstack.failover.routing import Check
from tapstack.failover.site import Site
from tapstack.failover.steps import Step
from tapstack.rollout.endpoints import endpoints, public_urls

BELOW_SERVER_ERRORS = 500


def step(site: Site, checks: Collection[Check], to: str) -> Step:
    """Wait until everything is as it should be after the move."""

    def missing() -> str:
        return next(_problems(site, checks, to), "")

    return Step(
        to,
        f"see that {to} serves",
        "Its databases write and no other ones do, its addresses answer, and names in DNS lead somewhere that is well.",
        missing,
    )


def _problems(site: Site, checks: Collection[Check], to: str) -> Iterator[str]:
    for name in site.aurora:
        found = aurora.read(site, name)
        if found.writer != to:
            yield f"the writer of {name} is in {found.writer}"
    for name in site.postgres:
        members = instances.read(site, name)
        for one in members.alone:
            if one.region != to and not one.is_fenced and not one.is_stopped:
                yield f"{one.identifier} in {one.region} takes writes, too"
            if one.region == to and one.is_fenced:
                yield f"{one.identifier} in {to} takes no writes"
    for endpoint in endpoints(site.fleet, site.plan, site.target, to):
        if problem := endpoint.problem(site.target):
            yield problem
    dns = site.fleet.dns
    for check in checks:
        if dns is not None and check.region == to and dns.names[check.label].routing == "failover":
            yield from _elsewhere(site, check)
        if dns is not None and check.region in routing.in_the_way(site, dns.names[check.label], to):
            try:
                if not routing.is_held(site, check):
                    yield f"{check.name} may lead to {check.region}: its health check is not held"
            except AwsError:
                continue
    for url in public_urls(site.fleet):
        try:
            status = site.target.fetch(url).status
        except OSError as error:
            yield f"{url} does not answer: {error}"
            continue
        if status >= BELOW_SERVER_ERRORS:
            yield f"{url} answers {status}"


def _elsewhere(site: Site, check: Check) -> Iterator[str]:
    """Hold that DNS leads clients to the region's own address, as far as both are known."""
    try:
        found = site.target.lookup(check.name.replace("*", "probe")).addresses
        wanted = site.target.lookup(check.address).addresses
    except OSError as error:
        yield f"{check.name} cannot be looked up: {error}"
        return
    if not {*found} & {*wanted}:
        yield f"{check.name} does not lead to {check.region} yet: {', '.join(found)} instead of {', '.join(wanted)}"
