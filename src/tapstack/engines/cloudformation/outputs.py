"""Outputs: what a region tells the outside once it stands, under the names that the fleet gives or default ones.

Each stack tells of what stands in it: of keys the region's foundation, of all the rest its regional stack.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tapstack.engines.cloudformation import apis, databases, load_balancers, network, observability, zones
from tapstack.engines.cloudformation.template import Value, get, logical_id, ref
from tapstack.engines.cloudformation.unit import UnitTemplate
from tapstack.plan.model import UnitKind
from tapstack.plan.names import NameKind

Attribute = Callable[[UnitTemplate, str], Value]
"""From a template and the name of a component (empty where a fleet has but one) to a value."""


def add(unit: UnitTemplate) -> None:
    """Add the outputs that the plan names for this unit."""
    of_keys = unit.kind is UnitKind.FOUNDATION
    for name, reference in unit.plan.outputs.items():
        if reference.startswith("keys.") is of_keys:
            value = value_of(unit, reference)
            if value is not None:
                unit.template.output(name, value, reference)


def value_of(unit: UnitTemplate, reference: str) -> Value:
    """What a reference such as `buckets.data.name` stands for in this region; None where it has no value."""
    kind, *component, attribute = reference.split(".")
    return ATTRIBUTES[kind, attribute](unit, component[0] if component else "")


def _bucket_name(unit: UnitTemplate, name: str) -> Value:
    return unit.name(NameKind.BUCKET, name)


def _bucket_arn(unit: UnitTemplate, name: str) -> Value:
    return unit.bucket_arn(name)


def _table_name(unit: UnitTemplate, name: str) -> Value:
    return unit.name(NameKind.TABLE, name)


def _table_arn(unit: UnitTemplate, name: str) -> Value:
    return unit.arn("dynamodb", f"table/{unit.text_name(NameKind.TABLE, name)}")


def _function_name(_: UnitTemplate, name: str) -> Value:
    return ref(logical_id("function", name))


def _function_arn(_: UnitTemplate, name: str) -> Value:
    return get(logical_id("function", name), "Arn")


def _key_id(_: UnitTemplate, purpose: str) -> Value:
    return ref(logical_id("key", purpose))


def _network_id(_: UnitTemplate, __: str) -> Value:
    return ref(network.VPC)


def _zone_id(unit: UnitTemplate, _: str) -> Value:
    return zones.zone_id(unit)


def _name_servers(unit: UnitTemplate, _: str) -> Value:
    return zones.name_servers(unit)


def _topic(unit: UnitTemplate, _: str) -> Value:
    return ref(observability.TOPIC) if observability.has_topic(unit) else None


def _dashboard(unit: UnitTemplate, _: str) -> Value:
    return ref(observability.REGION_DASHBOARD) if unit.fleet.observability.dashboards else None


ATTRIBUTES: Mapping[tuple[str, str], Attribute] = {
    ("network", "id"): _network_id,
    ("buckets", "name"): _bucket_name,
    ("buckets", "arn"): _bucket_arn,
    ("tables", "name"): _table_name,
    ("tables", "arn"): _table_arn,
    ("databases", "endpoint"): databases.endpoint,
    ("databases", "reader_endpoint"): databases.reader_endpoint,
    ("databases", "secret"): databases.secret_name,
    ("functions", "name"): _function_name,
    ("functions", "arn"): _function_arn,
    ("apis", "endpoint"): apis.endpoint,
    ("apis", "id"): apis.api_id,
    ("load_balancers", "address"): load_balancers.address,
    ("load_balancers", "url"): load_balancers.url,
    ("keys", "id"): _key_id,
    ("keys", "arn"): UnitTemplate.key_arn,
    ("dns", "zone_id"): _zone_id,
    ("dns", "name_servers"): _name_servers,
    ("observability", "topic"): _topic,
    ("observability", "dashboard"): _dashboard,
}
"""How each reference of `fleet.references.OUTPUT_ATTRIBUTES` is answered."""
