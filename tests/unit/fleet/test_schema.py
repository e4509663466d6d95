"""The published JSON Schema says what the types say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fleets import Data, as_file, fleets
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from tapstack.fleet.schema import file_schema

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*/fleet.yaml"))
SCHEMA = file_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
FLEET: Data = {"fleet": "shop", "home": "us-east-1", "regions": {"us-east-1": {}}}

REFUSED = {
    "an unknown key": {"netwrok": {}},
    "an unknown key inside": {"network": {"zone": 3}},
    "a bad fleet name": {"fleet": "My Shop"},
    "a region that is no region": {"regions": {"Europe": {}}},
    "no region": {"regions": {}},
    "a component's bad name": {"buckets": {"My_Bucket": {}}},
    "a wrong choice": {"engine": "pulumi"},
    "too many zones": {"network": {"zones": 9}},
    "no engine": {"databases": {"a": {}}},
    "a duration without a unit": {"objectives": {"rto": 90}},
    "no duration": {"objectives": {"rto": "soon"}},
    "no block": {"network": {"pool": "10.0.0.0"}},
    "a list for a mapping": {"buckets": []},
    "a bad route": {"apis": {"a": {"routes": {"FETCH /": "f"}}}},
    "a short reason": {"acknowledged": [{"rule": "open-api", "reason": "so"}]},
    "an account too short": {"account": "123"},
    "a bad tag": {"tags": {"a": "b;c"}},
    "an environment with a hyphen": {"environments": {"my-dev": {}}},
    "an unknown key in an environment": {"environments": {"dev": {"netwrok": {}}}},
    "a wrong choice in an environment": {"environments": {"dev": {"engine": "pulumi"}}},
}
ACCEPTED = {
    "durations": {"objectives": {"rto": "2m", "rpo": 0}},
    "numbers as tags": {"tags": {"CostCenter": 12, "Version": 1.5, "Public": True}},
    "an account as a number": {"account": 123456789012},
    "part of a database": {"environments": {"dev": {"databases": {"main": {"storage_gib": 50}}}}},
    "null for a component": {"environments": {"dev": {"databases": {"main": None}, "network": None}}},
    "null for a setting": {"environments": {"dev": {"network": {"zones": None}}}},
    "nothing": {"environments": {"dev": None, "prod": {}}},
    "short forms": {
        "functions": {"f": {"inline": "x", "uses": [{"table": "t", "as": "TABLE"}]}},
        "tables": {"t": {"partition_key": "pk"}},
        "apis": {"a": {"routes": {"GET /": "f"}}},
        "network": {},
        "load_balancers": {"l": {"default": "f"}},
    },
}


def test_it_is_a_valid_schema_of_its_draft() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    json.dumps(SCHEMA)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.parent.name)
def test_every_example_fits(example: Path) -> None:
    assert list(VALIDATOR.iter_errors(YAML(typ="safe", pure=True).load(example))) == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_types_refuse_the_schema_refuses(name: str) -> None:
    data = {**FLEET, **REFUSED[name]}
    file = as_file(data)
    assert file.describe(file.environments[0]).findings
    assert not VALIDATOR.is_valid(data)


@pytest.mark.parametrize("missing", FLEET)
def test_what_is_required_is_required(missing: str) -> None:
    assert not VALIDATOR.is_valid({key: value for key, value in FLEET.items() if key != missing})


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_people_write_fits(name: str) -> None:
    assert list(VALIDATOR.iter_errors({**FLEET, **ACCEPTED[name]})) == []


@given(fleets())
@settings(max_examples=25)
def test_property_every_valid_fleet_fits(data: Data) -> None:
    assert list(VALIDATOR.iter_errors(data)) == []


def test_every_key_is_explained_or_explains_itself() -> None:
    assert SCHEMA["properties"]["home"]["description"]
    assert SCHEMA["$defs"]["Network"]["description"]
    assert SCHEMA["$defs"]["Postgres"]["properties"]["backup_retention"]["default"] == "7d"
    assert SCHEMA["$defs"]["HealthCheck"]["properties"]["interval"]["default"] == "10s"
