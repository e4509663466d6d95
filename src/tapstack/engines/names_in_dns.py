"""Names in DNS: what leads where, and how Route 53 looks at it, as all engines say it."""

from __future__ import annotations

from tapstack.errors import InvalidFleetError
from tapstack.fleet.dns import Dns, DnsName, HealthCheck
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan

PORTS = {"HTTP": 80, "HTTPS": 443}
FIRST, LATER = 1, 0
"""Weights of standbys: Route 53 answers with one of weight 0 only while none of another weight is healthy."""
STANDBYS = "standbys"
QUERY_LOG_REGION = "us-east-1"
"""The only region in which Route 53 writes its query logs."""


def of(fleet: Fleet) -> Dns:
    """The fleet's DNS, where something is known to have a name in it."""
    if fleet.dns is None:
        raise InvalidFleetError("The fleet has no `dns`.", "Something asks for the zone of a fleet without one.")
    return fleet.dns


def labels_of(fleet: Fleet, *, api: str | None = None, load_balancer: str | None = None) -> list[str]:
    """The labels of all names that lead to an API or to a load balancer."""
    names = fleet.dns.names if fleet.dns else {}
    return [
        label
        for label, name in names.items()
        if (api is not None and name.api == api) or (load_balancer is not None and name.load_balancer == load_balancer)
    ]


def word(label: str) -> str:
    """A label as a part of an engine's own names for things."""
    return "zone" if label == "@" else label.replace("*", "any").replace(".", "-").replace("_", "-")


def checked(fleet: Fleet, name: DnsName) -> HealthCheck | None:
    """How Route 53 looks at each region of a name, if it does.

    Its checkers come from the internet, where an internal load balancer cannot be reached: that one's record goes by
    the health of its targets alone.
    """
    balancer = fleet.load_balancers[name.load_balancer] if name.load_balancer else None
    return None if balancer is not None and not balancer.internet_facing else name.health_check


def protocol(fleet: Fleet, name: DnsName) -> str:
    """By what a name's health check asks: all APIs and most load balancers answer by HTTPS."""
    return "HTTP" if name.load_balancer and fleet.load_balancers[name.load_balancer].tls == "none" else "HTTPS"


def standbys(dns: Dns, label: str) -> str:
    """The name of its own that the standbys of a name share."""
    return f"_standbys-{word(label)}.{dns.zone}"


def unknown_name_servers() -> InvalidFleetError:
    """The refusal to tell the name servers of a zone that is not the fleet's."""
    return InvalidFleetError(
        "The name servers of a zone that exists already are not known.",
        "Ask Route 53 for them, and take `dns.name_servers` out of `outputs`.",
    )


def require_query_log_region(plan: Plan) -> None:
    """Refuse to log a zone's questions from where Route 53 does not."""
    if plan.home != QUERY_LOG_REGION:
        raise InvalidFleetError(
            f"The zone's questions cannot be logged from {plan.home}.",
            f"Route 53 writes query logs in {QUERY_LOG_REGION} only, and the zone stands with the home. Make "
            f"{QUERY_LOG_REGION} the home, or turn `dns.query_log` off.",
        )
