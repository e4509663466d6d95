"""Load balancers: one per region, with listeners, rules by path and host, and targets."""

from __future__ import annotations

from tapstack.engines.cloudformation.template import Value, get, logical_id, sub
from tapstack.engines.cloudformation.unit import UnitTemplate


def add(unit: UnitTemplate) -> None:
    """Add every load balancer of the fleet."""


def address(unit: UnitTemplate, name: str) -> Value:
    """The name that AWS gave this region's load balancer."""
    return get(logical_id("load-balancer", name), "DNSName")


def url(unit: UnitTemplate, name: str) -> Value:
    """Where this region's load balancer answers, whatever DNS says."""
    scheme = "http" if unit.fleet.load_balancers[name].tls == "none" else "https"
    return sub(f"{scheme}://${{Address}}", {"Address": address(unit, name)})
