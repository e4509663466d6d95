"""Outputs: what a region tells the outside once it stands, under the names that the fleet gives or default ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tapstack.engines.cloudformation import apis, databases, load_balancers, network, observability, zones
from tapstack.engines.cloudformation.template import Value, get, logical_id, ref, select, sub
from tapstack.engines.cloudformation.unit import UnitTemplate
from tapstack.plan.names import NameKind

Attribute = Callable[[UnitTemplate, str], Value]
"""From a template and the name of a component (empty where a fleet has but one) to a value."""


def add(unit: UnitTemplate) -> None:
    """Add every output that the plan names."""
    for name, reference in unit.plan.outputs.items():
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


def _key_id(unit: UnitTemplate, purpose: str) -> Value:
    """The id is what stands last in the ARN, after the only slash."""
    return sub("${Key}", {"Key": select(1, {"Fn::Split": ["/", unit.key_arn(purpose)]})})


def _key_arn(unit: UnitTemplate, purpose: str) -> Value:
    # Put together again, since linters take a plain import for a chain of exports; nothing is exported here.
    return sub("${Key}", {"Key": unit.key_arn(purpose)})


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
    ("keys", "arn"): _key_arn,
    ("dns", "zone_id"): _zone_id,
    ("dns", "name_servers"): _name_servers,
    ("observability", "topic"): _topic,
    ("observability", "dashboard"): _dashboard,
}
"""How each reference of `fleet.references.OUTPUT_ATTRIBUTES` is answered."""
