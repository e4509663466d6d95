"""Outputs: each reference that a fleet can make has a value, told by the stack in which the thing stands."""

from __future__ import annotations

import pytest
from cloudformation_templates import regional, templates

from tapstack.engines.cloudformation.outputs import ATTRIBUTES
from tapstack.errors import InvalidFleetError
from tapstack.fleet.references import OUTPUT_ATTRIBUTES

FLEET = """
network: {zones: 2, nat: none}
buckets: {files: {}}
tables: {items: {partition_key: pk}}
databases: {main: {engine: aurora-mysql}, deep: {engine: postgres}}
functions: {hello: {inline: "pass"}}
apis:
  rest: {routes: {GET /: {function: hello, authorization: none}}}
  http: {kind: http, routes: {GET /: {function: hello, authorization: none}}}
load_balancers: {web: {default: hello}}
dns: {zone: shop.example, names: {app: {load_balancer: web}}}
outputs:
"""
NAMES = {
    "buckets": ("files",),
    "tables": ("items",),
    "databases": ("main", "deep"),
    "functions": ("hello",),
    "apis": ("rest", "http"),
    "load_balancers": ("web",),
    "keys": ("data", "logs", "secrets", "bucket-files"),
}


def references() -> list[str]:
    return [
        ".".join(part for part in (kind, name, attribute) if part)
        for kind, attributes in OUTPUT_ATTRIBUTES.items()
        for name in NAMES.get(kind, ("",))
        for attribute in attributes
    ]


def test_every_reference_that_a_fleet_can_make_has_its_way() -> None:
    assert set(ATTRIBUTES) == {(kind, each) for kind, attributes in OUTPUT_ATTRIBUTES.items() for each in attributes}


def test_every_reference_becomes_an_output_under_the_name_that_the_fleet_gives() -> None:
    lines = "\n".join(f"  Output{number}: {reference}" for number, reference in enumerate(references()))
    made = templates(FLEET + lines)
    told = {
        each["Description"]: each["Value"]
        for shape in ("foundation", "regional")
        for name, each in made[shape].data["Outputs"].items()
        if name.startswith("Output")
    }
    assert set(told) == set(references())
    assert all(value not in (None, "") for value in told.values())


def test_keys_are_told_by_the_foundation() -> None:
    made = templates(FLEET + "  DataKey: keys.data.id\n  Files: buckets.files.name")
    assert made["foundation"].data["Outputs"]["DataKey"]["Value"] == {"Ref": "KeyData"}
    assert set(made["regional"].data["Outputs"]) == {"Files"}


def test_without_outputs_of_its_own_a_fleet_tells_all() -> None:
    made = regional(FLEET.replace("outputs:\n", ""))
    assert {"NetworkId", "BucketFilesName", "FunctionHelloArn", "AlarmTopic"} <= set(made.data["Outputs"])


def test_what_is_turned_off_is_not_told() -> None:
    text = "observability: {alarms: false, dashboards: false}\nfunctions: {hello: {inline: pass}}\n"
    made = regional(
        text + "outputs: {Topic: observability.topic, Board: observability.dashboard, F: functions.hello.name}"
    )
    assert set(made.data["Outputs"]) == {"F"}


def test_an_output_cannot_take_the_name_of_one_of_the_engines_own() -> None:
    with pytest.raises(InvalidFleetError, match="two outputs called KeyDataArn"):
        regional(FLEET + "  KeyDataArn: keys.secrets.arn")
