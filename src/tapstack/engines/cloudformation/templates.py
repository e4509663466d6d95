"""The pure half of the engine: one template per shape, the same bytes for every region that shares it.

What differs by region is in the mapping `Regions`, which holds every region of the fleet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tapstack.engines.cloudformation import (
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
from tapstack.engines.cloudformation.template import REGION, LintException, Template, Value, logical_id
from tapstack.engines.cloudformation.unit import IS_HOME, IS_STANDBY, REGIONS, Code, UnitTemplate
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan, RegionPlan, UnitKind

Component = Callable[[UnitTemplate], None]

COMPONENTS: Mapping[UnitKind, tuple[Component, ...]] = {
    UnitKind.FOUNDATION: (keys.add, buckets.add, outputs.add),
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
"""What each kind of unit is made of. Links are the foundation again, with its parameter `Linked` turned on."""


@dataclass(frozen=True)
class Built:
    """A finished template and what it acknowledges."""

    shape: str
    kind: UnitKind
    data: Mapping[str, Value]
    exceptions: Mapping[str, tuple[LintException, ...]]


def build(fleet: Fleet, plan: Plan, code: Mapping[str, Code]) -> tuple[Built, ...]:
    """Make the template of every shape; units of the kind `links` share the foundation's."""
    built: dict[str, Built] = {}
    for unit in plan.units:
        if unit.kind is UnitKind.LINKS or unit.shape in built:
            continue
        template = Template(f"{fleet.fleet} in {plan.environment}: {unit.kind}")
        target = UnitTemplate(
            fleet=fleet,
            plan=plan,
            kind=unit.kind,
            zones=plan.region(unit.region).zones,
            has_own_certificate=fleet.regions[unit.region].certificate is not None,
            template=template,
            code=code,
        )
        template.mappings[REGIONS] = {region.name: _facts(fleet, region) for region in plan.regions}
        template.conditions[IS_HOME] = {"Fn::Equals": [REGION, plan.home]}
        template.conditions[IS_STANDBY] = {"Fn::Not": [{"Condition": IS_HOME}]}
        for component in COMPONENTS[unit.kind]:
            component(target)
        if not template.resources:
            # CloudFormation refuses a template without resources; this one is made of nothing.
            template.add("Nothing", "AWS::CloudFormation::WaitConditionHandle", {})
        _drop_unused(template)
        built[unit.shape] = Built(unit.shape, unit.kind, template.as_data(), template.exceptions)
    return tuple(built.values())


def _facts(fleet: Fleet, region: RegionPlan) -> dict[str, Value]:
    facts: dict[str, Value] = {"Role": region.role}
    if region.block is not None:
        facts["Block"] = str(region.block)
        facts |= {logical_id(subnet.name): str(subnet.block) for subnet in region.subnets}
    certificate = fleet.regions[region.name].certificate
    if certificate is not None:
        facts["Certificate"] = certificate
    facts["Weight"] = str(fleet.regions[region.name].weight)
    return facts


def _drop_unused(template: Template) -> None:
    """Leave out the mapping and the conditions that nothing asks for: linters rightly call them mistakes."""
    used = _words({"Resources": template.resources, "Outputs": template.outputs})
    if REGIONS not in used:
        template.mappings.clear()
    needed = {name for name in template.conditions if name in used}
    needed |= _words({name: template.conditions[name] for name in needed}) & set(template.conditions)
    template.conditions = {name: value for name, value in template.conditions.items() if name in needed}


def _words(value: Value) -> set[str]:
    """Every text in a value."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        return {word for item in value.values() for word in _words(item)}
    if isinstance(value, list):
        return {word for item in value for word in _words(item)}
    return set()
