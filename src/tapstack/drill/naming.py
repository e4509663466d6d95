"""The names that are asked for: where, with which path, and how fast the design lets them recover."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from tapstack.drill.deployed import DeployedRecord, records
from tapstack.errors import RefusedError
from tapstack.fleet.dns import DnsName, HealthCheck
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan
from tapstack.targets.target import Target

WELL_BELOW = 400
ANSWERS_BELOW = 500
"""Without a path that tells how it is, a region that answers at all is there: it may know no `/`."""


@dataclass(frozen=True)
class Named:
    """One name of the fleet, as its clients use it."""

    name: str
    url: str
    routing: str
    check: HealthCheck | None
    search: str | None
    well_below: int
    records: tuple[DeployedRecord, ...]

    @property
    def scheme(self) -> str:
        """`https`, or `http`."""
        return urlsplit(self.url).scheme

    @property
    def path(self) -> str:
        """What is asked for."""
        parts = urlsplit(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    @property
    def is_spread(self) -> bool:
        """Tell whether chance decides which region answers."""
        return self.routing == "weighted"

    @property
    def deployed_otherwise(self) -> str:
        """How Route 53 differs from the description; empty where it does not, or cannot be held against it."""
        if self.check is None:
            return ""
        told = [_differs(record, self.check) for record in self.records]
        return "; ".join(text for text in told if text) or ("no record leads to any region" if not told else "")

    def expected_recovery(self, ttl: float) -> float | None:
        """Interval times threshold plus TTL, by the description."""
        return None if self.check is None else self.check.detection_seconds + ttl


def named(fleet: Fleet, plan: Plan, target: Target, *, path: str | None = None) -> tuple[Named, ...]:
    """The fleet's public names, with what stands for them."""
    if fleet.dns is None or not fleet.dns.names:
        raise RefusedError(
            "There is nothing to drill.",
            "The fleet has no names in DNS: nothing leads its clients to another region. Add `dns` to its file.",
        )
    return tuple(
        _named(fleet, plan, target, fleet.dns.full_name(label), name, path)
        for label, name in fleet.dns.names.items()
        if not label.startswith("*") and _is_public(fleet, name)
    )


def _named(fleet: Fleet, plan: Plan, target: Target, full_name: str, name: DnsName, path: str | None) -> Named:
    asked = path or (name.health_check.path if name.health_check else "/")
    is_plain = name.load_balancer is not None and fleet.load_balancers[name.load_balancer].tls == "none"
    tells = path is not None or name.health_check is not None
    return Named(
        full_name,
        f"{'http' if is_plain else 'https'}://{full_name}{asked}",
        name.routing,
        name.health_check,
        name.health_check.search if name.health_check and path is None else None,
        WELL_BELOW if tells else ANSWERS_BELOW,
        records(fleet, target, plan.home, full_name),
    )


def _is_public(fleet: Fleet, name: DnsName) -> bool:
    return name.load_balancer is None or fleet.load_balancers[name.load_balancer].internet_facing


def _differs(record: DeployedRecord, check: HealthCheck) -> str:
    if record.check is None:
        return f"{record.region}: no health check"
    if record.check.is_held:
        return f"{record.region}: the health check is held unhealthy, as by a failover"
    if record.check.is_disabled:
        return f"{record.region}: the health check is disabled"
    if (record.check.interval, record.check.threshold) != (check.interval, check.threshold):
        return f"{record.region}: {record.check.threshold} checks {record.check.interval} s apart"
    return ""
