"""Outputs: what a region tells the outside once it stands, under the names that the fleet gives or default ones.

Each unit tells of what stands in it: of keys the region's foundation, of all the rest its regional unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tapstack.engines.terraform import apis, databases, load_balancers, network, observability, zones
from tapstack.engines.terraform.functions import function_of
from tapstack.engines.terraform.module import Resource, Value, label
from tapstack.engines.terraform.unit import UnitModule
from tapstack.plan.model import UnitKind
from tapstack.plan.names import NameKind

Attribute = Callable[[UnitModule, str], Value]
"""From a module and the name of a component (empty where a fleet has but one) to a value."""


def add(unit: UnitModule) -> None:
    """Add the outputs that the plan names for this unit."""
    of_keys = unit.kind is UnitKind.FOUNDATION
    for name, reference in unit.plan.outputs.items():
        if reference.startswith("keys.") is of_keys:
            value = value_of(unit, reference)
            if value is not None:
                unit.module.output(name, value, reference)


def value_of(unit: UnitModule, reference: str) -> Value:
    """What a reference such as `buckets.data.name` stands for in this region; None where it has no value."""
    kind, *component, attribute = reference.split(".")
    return ATTRIBUTES[kind, attribute](unit, component[0] if component else "")


def _bucket_name(unit: UnitModule, name: str) -> Value:
    return unit.name(NameKind.BUCKET, name)


def _bucket_arn(unit: UnitModule, name: str) -> Value:
    return unit.bucket_arn(name)


def _table_name(unit: UnitModule, name: str) -> Value:
    return unit.name(NameKind.TABLE, name)


def _table_arn(unit: UnitModule, name: str) -> Value:
    return unit.arn("dynamodb", f"table/{unit.name(NameKind.TABLE, name)}")


def _function_name(_: UnitModule, name: str) -> Value:
    return function_of(name).ref("function_name")


def _function_arn(_: UnitModule, name: str) -> Value:
    return function_of(name).ref("arn")


def _key_id(_: UnitModule, purpose: str) -> Value:
    return Resource[str]("aws_kms_key", label("key", purpose)).ref("key_id")


def _network_id(_: UnitModule, __: str) -> Value:
    return network.VPC.ref("id")


def _zone_id(unit: UnitModule, _: str) -> Value:
    return zones.zone_id(unit)


def _name_servers(unit: UnitModule, _: str) -> Value:
    return zones.name_servers(unit)


def _topic(unit: UnitModule, _: str) -> Value:
    return observability.TOPIC.ref("arn") if observability.has_topic(unit) else None


def _dashboard(unit: UnitModule, _: str) -> Value:
    return unit.name(NameKind.DASHBOARD, "region") if unit.fleet.observability.dashboards else None


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
    ("keys", "arn"): UnitModule.key_arn,
    ("dns", "zone_id"): _zone_id,
    ("dns", "name_servers"): _name_servers,
    ("observability", "topic"): _topic,
    ("observability", "dashboard"): _dashboard,
}
"""How each reference of `fleet.references.OUTPUT_ATTRIBUTES` is answered."""
