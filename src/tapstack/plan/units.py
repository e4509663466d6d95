"""Units and waves: what is deployed in one go, what it needs to be there before, and so in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Unit, UnitKind, Wave
from tapstack.plan.names import key_purposes
from tapstack.plan.shapes import shape_of


def units_of(fleet: Fleet) -> tuple[Unit, ...]:
    """Every unit of a fleet."""
    regions = (fleet.home, *fleet.standbys)
    foundations = tuple(f"{UnitKind.FOUNDATION}/{region}" for region in regions)
    shared = _global_components(fleet)
    links = tuple(f"buckets.{name}.replication" for name in _replicated(fleet)) if len(regions) > 1 else ()
    units: list[Unit] = []

    def add(kind: UnitKind, region: str, components: Iterable[str], needs: Iterable[str] = ()) -> None:
        shape = shape_of(fleet, kind, region)
        units.append(Unit(kind=kind, region=region, shape=shape, components=tuple(components), needs=tuple(needs)))

    for region in regions:
        add(UnitKind.FOUNDATION, region, _foundation_components(fleet))
    if links:
        # S3 accepts a replication rule only once the other region's bucket is there.
        for region in regions:
            add(UnitKind.LINKS, region, links, foundations)
    if shared:
        # A global table's replicas are encrypted by each region's own key.
        add(UnitKind.GLOBAL, fleet.home, shared, foundations)
    for region in regions:
        needs = [f"{UnitKind.FOUNDATION}/{region}"]
        if shared:
            needs.append(f"{UnitKind.GLOBAL}/{fleet.home}")
        if region != fleet.home:
            # A database follows its writer, so the writer comes first.
            needs.append(f"{UnitKind.REGIONAL}/{fleet.home}")
        add(UnitKind.REGIONAL, region, _regional_components(fleet), needs)
    return tuple(units)


def waves_of(fleet: Fleet, units: tuple[Unit, ...]) -> tuple[Wave, ...]:
    """The order of a first deployment; backwards, that of taking everything away."""
    return tuple(_waves(fleet, units, home_last=False))


def update_waves_of(fleet: Fleet, units: tuple[Unit, ...]) -> tuple[Wave, ...]:
    """The order of a change, when everything is there already."""
    return tuple(_waves(fleet, units, home_last=fleet.rollout.order == "standby-first"))


def _waves(fleet: Fleet, units: tuple[Unit, ...], *, home_last: bool) -> Iterator[Wave]:
    by_kind = {kind: [unit for unit in units if unit.kind is kind] for kind in UnitKind}
    home = tuple(unit.id for unit in by_kind[UnitKind.REGIONAL] if unit.region == fleet.home)
    others = tuple(unit.id for unit in by_kind[UnitKind.REGIONAL] if unit.region != fleet.home)
    shared = tuple(unit.id for unit in (*by_kind[UnitKind.LINKS], *by_kind[UnitKind.GLOBAL]))
    yield Wave(name="foundation", units=tuple(unit.id for unit in by_kind[UnitKind.FOUNDATION]))
    if shared:
        yield Wave(name="global", units=shared)
    last = (("standbys", others), ("home", home)) if home_last else (("home", home), ("standbys", others))
    for name, ids in last:
        if ids:
            yield Wave(name=name, units=ids)


def _replicated(fleet: Fleet) -> tuple[str, ...]:
    return tuple(name for name, bucket in fleet.buckets.items() if bucket.replication != "none")


def _foundation_components(fleet: Fleet) -> Iterator[str]:
    yield from (f"keys.{purpose}" for purpose in key_purposes(fleet))
    yield "buckets.access-logs"
    yield from (f"buckets.{name}" for name in fleet.buckets)


def _global_components(fleet: Fleet) -> tuple[str, ...]:
    components = [f"tables.{name}" for name, table in fleet.tables.items() if table.scope == "global"]
    components += [
        f"databases.{name}.global"
        for name, database in fleet.databases.items()
        if database.engine == "aurora-mysql" and database.cross_region
    ]
    if fleet.dns is not None and fleet.dns.hosted_zone == "create":
        components.append("dns.zone")
    if fleet.observability.dashboards:
        components.append("observability.fleet-dashboard")
    return tuple(components)


def _regional_components(fleet: Fleet) -> Iterator[str]:
    if fleet.network is not None:
        yield "network"
    yield from (f"tables.{name}" for name, table in fleet.tables.items() if table.scope == "regional")
    yield from (f"databases.{name}" for name in fleet.databases)
    yield from (f"functions.{name}" for name in fleet.functions)
    yield from (f"apis.{name}" for name in fleet.apis)
    yield from (f"load_balancers.{name}" for name in fleet.load_balancers)
    yield from (f"dns.{label}" for label in (fleet.dns.names if fleet.dns else ()))
    yield "observability"
