"""What a fleet looks like from outside: regions, what stands in them, which names lead there, what is copied where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tapstack.catalog import replication
from tapstack.fleet.buckets import Bucket
from tapstack.fleet.databases import AuroraMysql, Database
from tapstack.fleet.dns import ALIAS_TTL, DnsName
from tapstack.fleet.fleet import Fleet
from tapstack.fleet.functions import Function
from tapstack.fleet.load_balancers import LoadBalancer
from tapstack.fleet.tables import Table
from tapstack.plan.model import Plan, RegionPlan

TIMES = "\N{MULTIPLICATION SIGN}"
Facts = tuple[tuple[str, str], ...]
"""What is worth knowing, by name."""


class Kind(StrEnum):
    """The kinds of component, in the order in which a request meets them."""

    LOAD_BALANCER = "load balancer"
    API = "API"
    FUNCTION = "function"
    DATABASE = "database"
    TABLE = "table"
    BUCKET = "bucket"
    NETWORK = "network"


class Role(StrEnum):
    """What DNS does with a region for one name."""

    ANSWERS = "answers"
    """Clients are led here while all is well."""
    TAKES_OVER = "takes over"
    """Clients are led here once the home is unhealthy."""


@dataclass(frozen=True)
class Component:
    """One part of one region."""

    id: str
    kind: Kind
    name: str
    fact: str
    details: Facts


@dataclass(frozen=True)
class RegionView:
    """One region."""

    name: str
    role: str
    place: str
    """Its role and its addresses, in one short line."""
    components: tuple[Component, ...]


@dataclass(frozen=True)
class Name:
    """A name in DNS, and the component of every region that answers for it."""

    name: str
    component: str
    label: str
    roles: Mapping[str, Role]
    details: Facts


@dataclass(frozen=True)
class Copy:
    """What is written to a component and found in other regions a little later."""

    component: str
    label: str
    sources: tuple[str, ...]
    destinations: tuple[str, ...]


@dataclass(frozen=True)
class Topology:
    """All of it."""

    fleet: str
    environment: str
    regions: tuple[RegionView, ...]
    names: tuple[Name, ...]
    copies: tuple[Copy, ...]


def topology(fleet: Fleet, plan: Plan) -> Topology:
    """A fleet as a person would draw it, the home first."""
    regions = sorted(plan.regions, key=lambda region: region.name != plan.home)
    return Topology(
        fleet.fleet,
        plan.environment,
        tuple(
            RegionView(region.name, region.role, _place(region), tuple(_components(fleet, plan, region)))
            for region in regions
        ),
        tuple(_names(fleet, plan)),
        tuple(_copies(fleet, tuple(region.name for region in regions))) if len(regions) > 1 else (),
    )


def in_words(seconds: int) -> str:
    """A time that somebody chose: 90 s, 15 min, 7 d."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _place(region: RegionPlan) -> str:
    return region.role if region.block is None else f"{region.role}, {region.block}"


def _components(fleet: Fleet, plan: Plan, region: RegionPlan) -> Iterator[Component]:
    is_home = region.name == plan.home
    for name, balancer in fleet.load_balancers.items():
        yield _component(Kind.LOAD_BALANCER, "load_balancers", name, "load balancer", _balancer(balancer))
    for name, api in fleet.apis.items():
        details = [*((route, to.function) for route, to in api.routes.items()), ("throttle", f"{api.throttle.rate}/s")]
        yield _component(Kind.API, "apis", name, f"{api.kind.upper()} API", tuple(details))
    for name, function in fleet.functions.items():
        yield _component(Kind.FUNCTION, "functions", name, "function", _function(function))
    for name, database in fleet.databases.items():
        engine = "Aurora" if isinstance(database, AuroraMysql) else "PostgreSQL"
        part = "writer" if is_home or not database.cross_region else "reader"
        details_of = _database(database, is_home=is_home or not database.cross_region)
        yield _component(Kind.DATABASE, "databases", name, f"{engine} {part}", details_of)
    for name, table in fleet.tables.items():
        yield _component(Kind.TABLE, "tables", name, f"{table.scope} table", _table(table))
    for name, bucket in fleet.buckets.items():
        fact = "bucket" if bucket.replication == "none" else "bucket, copied"
        yield _component(Kind.BUCKET, "buckets", name, fact, _bucket(bucket))
    if fleet.network is not None and region.block is not None:
        details = [(f"{subnet.name}", str(subnet.block)) for subnet in region.subnets]
        nat = {"none": "no NAT", "one": "one NAT", "per-zone": "NAT per zone"}[fleet.network.nat]
        facts = (("block", str(region.block)), ("zones", str(region.zones)), ("ways out", nat), *details)
        zones = f"{region.zones} zone{'' if region.zones == 1 else 's'}"
        yield Component("network", Kind.NETWORK, zones, "network", facts)


def _component(kind: Kind, section: str, name: str, fact: str, details: Facts) -> Component:
    return Component(f"{section}.{name}", kind, name, fact, details)


def _balancer(balancer: LoadBalancer) -> Facts:
    rules = sorted(balancer.rules.items(), key=lambda item: item[1].priority)
    return (
        ("speaks", "HTTP" if balancer.tls == "none" else "HTTPS"),
        ("reached from", "the internet" if balancer.internet_facing else "the network"),
        *(
            (f"{rule.priority} {name}", f"{', '.join((*rule.paths, *rule.hosts))} → {_target(rule.to.function)}")
            for name, rule in rules
        ),
        ("otherwise", _target(balancer.default.function) if balancer.default else "404"),
        ("connections last", in_words(balancer.keep_alive)),
    )


def _target(function: str | None) -> str:
    return function or "addresses of the network"


def _function(function: Function) -> Facts:
    uses = tuple(("uses", f"{use.target[0]}.{use.target[1]} ({use.access})") for use in function.uses)
    started = tuple(
        ("started by", f"bucket {trigger.bucket}" if trigger.bucket else f"table {trigger.table}")
        if trigger.every is None
        else ("started", f"every {in_words(trigger.every)}")
        for trigger in function.triggers
    )
    limits = (
        ("runtime", function.runtime),
        ("memory", f"{function.memory} MiB"),
        ("timeout", in_words(function.timeout)),
    )
    return (*limits, *uses, *started, ("in the network", "yes" if function.in_network else "no"))


def _database(database: Database, *, is_home: bool) -> Facts:
    kept = ("backups", f"kept for {in_words(database.backup_retention)}")
    version = ("version", database.version)
    if isinstance(database, AuroraMysql):
        size = database.capacity
        capacity = size if isinstance(size, str) else f"{size.minimum:g} to {size.maximum:g} ACU"
        instances = database.instances if is_home else database.standby_instances
        return version, ("instances", f"{instances}, {capacity}"), kept
    spare = "a spare in another zone" if database.multi_az else "no spare"
    return version, ("instance", f"{database.instance_class}, {spare}"), kept


def _table(table: Table) -> Facts:
    key = table.partition_key.name + (f", {table.sort_key.name}" if table.sort_key else "")
    recovery = "to any second of the last 35 d" if table.point_in_time_recovery else "none"
    return ("key", key), ("scope", table.scope), ("consistency", table.consistency), ("recovery", recovery)


def _bucket(bucket: Bucket) -> Facts:
    return ("replication", bucket.replication), ("versions", "kept" if bucket.versioned else "not kept")


def _names(fleet: Fleet, plan: Plan) -> Iterator[Name]:
    if fleet.dns is None:
        return
    for label, name in fleet.dns.names.items():
        component = f"load_balancers.{name.load_balancer}" if name.load_balancer else f"apis.{name.api}"
        yield Name(
            fleet.dns.full_name(label),
            component,
            _routing(name),
            {
                region.name: Role.TAKES_OVER
                if name.routing == "failover" and region.name != plan.home
                else Role.ANSWERS
                for region in plan.regions
            },
            tuple(_name_details(fleet, plan, name)),
        )


def _routing(name: DnsName) -> str:
    check = name.health_check
    if check is None:
        return f"{name.routing}, no health check"
    return f"{name.routing} {check.interval} s {TIMES} {check.threshold} + {ALIAS_TTL} s"


def _name_details(fleet: Fleet, plan: Plan, name: DnsName) -> Iterator[tuple[str, str]]:
    yield "routing", name.routing
    check = name.health_check
    if check is None:
        yield "health check", "none: nothing notices that a region is gone"
    else:
        yield "health check", f"{check.path} every {check.interval} s, unhealthy after {check.threshold} failures"
        yield (
            "an outage lasts",
            f"{check.detection_seconds} s until it is believed, {ALIAS_TTL} s until clients ask again",
        )
    if name.routing == "weighted":
        for region in plan.regions:
            yield f"weight in {region.name}", str(fleet.regions[region.name].weight)


def _copies(fleet: Fleet, regions: tuple[str, ...]) -> Iterator[Copy]:
    home, *standbys = regions
    for name, database in fleet.databases.items():
        if database.cross_region:
            is_aurora = isinstance(database, AuroraMysql)
            lag = replication.AURORA_GLOBAL if is_aurora else replication.POSTGRES_REPLICA
            what = "global" if is_aurora else "replicas"
            yield Copy(f"databases.{name}", f"{what}, ~{lag} s", (home,), tuple(standbys))
    for name, table in fleet.tables.items():
        if table.scope == "global":
            is_strong = table.consistency == "strong"
            label = "both ways, at once" if is_strong else f"both ways, ~{replication.GLOBAL_TABLE} s"
            yield Copy(f"tables.{name}", label, regions, regions)
    for name, bucket in fleet.buckets.items():
        # S3 promises no time at all, and with time control only most objects within 15 minutes.
        if bucket.replication == "both-ways":
            yield Copy(f"buckets.{name}", "both ways, minutes", regions, regions)
        elif bucket.replication == "from-home":
            yield Copy(f"buckets.{name}", "from home, minutes", (home,), tuple(standbys))
