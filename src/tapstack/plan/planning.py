"""The door of this package: a fleet and an environment in, a plan out."""

from __future__ import annotations

from tapstack.catalog.regions import partition_of
from tapstack.fleet.fleet import Fleet
from tapstack.plan.addresses import block_of, subnets_of
from tapstack.plan.model import Plan, RegionPlan, Role
from tapstack.plan.names import names_of
from tapstack.plan.outputs import outputs_of
from tapstack.plan.tags import common_tags, region_tags
from tapstack.plan.units import units_of, update_waves_of, waves_of

PRODUCTION_PREFIXES = ("prod", "live")


def make(fleet: Fleet, environment: str) -> Plan:
    """Resolve a fleet for an environment."""
    units = units_of(fleet)
    return Plan(
        fleet=fleet.fleet,
        environment=environment,
        engine=fleet.engine,
        account=fleet.account,
        production=is_production(fleet, environment),
        protected=fleet.protection.deletion,
        home=fleet.home,
        tags=common_tags(fleet, environment),
        regions=tuple(_region(fleet, environment, region) for region in (fleet.home, *fleet.standbys)),
        units=units,
        waves=waves_of(fleet, units),
        update_waves=update_waves_of(fleet, units),
        names=tuple(names_of(fleet, environment)),
        outputs=outputs_of(fleet),
    )


def is_production(fleet: Fleet, environment: str) -> bool:
    """Tell whether the environment's data is precious."""
    return environment.startswith(PRODUCTION_PREFIXES) if fleet.production is None else fleet.production


def _region(fleet: Fleet, environment: str, region: str) -> RegionPlan:
    block = block_of(fleet, region)
    zones = fleet.zones_in(region)
    return RegionPlan(
        name=region,
        role=role_of(fleet, region),
        partition=partition_of(region),
        zones=zones,
        block=block,
        subnets=subnets_of(fleet.network, block, zones) if fleet.network and block else (),
        tags=region_tags(fleet, environment, region),
    )


def role_of(fleet: Fleet, region: str) -> Role:
    """What a region is to the others: all are peers where no name fails over and some name spreads its clients."""
    if region == fleet.home:
        return "home"
    routings = {name.routing for name in fleet.dns.names.values()} if fleet.dns else set()
    return "peer" if routings and "failover" not in routings else "standby"
