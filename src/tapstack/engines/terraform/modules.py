"""The pure half of the engine: one root module per shape, the same bytes for every region that shares it.

What differs by region is in the local `regions`, which holds every region of the fleet; which region it is, and what
its resources are tagged with, comes from the region's variables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tapstack.engines.archives import Archive
from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform import (
    apis,
    buckets,
    databases,
    dns,
    functions,
    keys,
    load_balancers,
    network,
    observability,
    outputs,
    tables,
)
from tapstack.engines.terraform.module import Module, Value
from tapstack.engines.terraform.unit import UnitModule
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan, UnitKind

Component = Callable[[UnitModule], None]

COMPONENTS: Mapping[UnitKind, tuple[Component, ...]] = {
    UnitKind.FOUNDATION: (keys.add, buckets.add, outputs.add),
    UnitKind.LINKS: (buckets.add_links,),
    UnitKind.GLOBAL: (tables.add_global, databases.add_global, dns.add_zone, observability.add_fleet_dashboard),
    UnitKind.REGIONAL: (
        network.add,
        tables.add,
        databases.add,
        functions.add,
        apis.add,
        load_balancers.add,
        dns.add,
        observability.add,
        outputs.add,
    ),
}
"""What each kind of unit is made of."""

REQUIRED_VERSION = ">= 1.11"
"""Of Terraform itself."""


@dataclass(frozen=True)
class Built:
    """A finished root module and what it acknowledges."""

    shape: str
    kind: UnitKind
    data: Mapping[str, Value]
    exceptions: Mapping[str, tuple[LintException, ...]]
    assets: Mapping[str, Archive]


def build(fleet: Fleet, plan: Plan, code: Mapping[str, Archive]) -> tuple[Built, ...]:
    """Make the root module of every shape; `code` holds the archives of functions by their names."""
    built: dict[str, Built] = {}
    for unit in plan.units:
        if unit.shape in built:
            continue
        module = Module()
        module.variable("region", "string", "The region that this unit stands in.")
        module.variable("tags", "map(string)", "What everything is tagged with.")
        target = UnitModule(
            fleet=fleet,
            plan=plan,
            kind=unit.kind,
            zones=plan.region(unit.region).zones,
            has_own_certificate=fleet.regions[unit.region].certificate is not None,
            module=module,
            code=code,
        )
        for component in COMPONENTS[unit.kind]:
            component(target)
        provider = {"aws": {"region": "${var.region}", "default_tags": {"tags": "${var.tags}"}}}
        data = {"terraform": _required(module), "provider": provider, **module.as_data()}
        built[unit.shape] = Built(unit.shape, unit.kind, data, module.exceptions, module.assets)
    return tuple(built.values())


def _required(module: Module) -> Value:
    major, minor = module.provider
    return {
        "required_version": REQUIRED_VERSION,
        "required_providers": {"aws": {"source": "hashicorp/aws", "version": f">= {major}.{minor}, < 7"}},
    }
