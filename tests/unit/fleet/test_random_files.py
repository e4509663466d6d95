"""Whatever stands in a file, reading and checking it ends in findings, never in an exception. See `make fuzz`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fleets import Data, as_file, fleets
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tapstack.cli import tapstack
from tapstack.fleet.loading import FleetFile
from tapstack.rules.checking import check
from tapstack.views.findings import Checked, as_data, as_sarif, as_text

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*/fleet.yaml"))
TODAY = date(2026, 11, 20)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["10.0.0.0/16", "1m", "us-east-1", "customer-key", "a", "*", "prod", "0", "-1", "1e9999", "=", "<<"]
    ),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=10), inner, max_size=3)),
    max_leaves=10,
)
yaml_like = st.text(alphabet="ab:-?&*!|>[]{},'\"%@#\n \t~<=1.e", max_size=200)


def survives(file: FleetFile) -> None:
    found = check(file, file.environments, TODAY)
    text = as_text(found, file.environments, show_acknowledged=True)
    data = [Checked(file.source.file, file.environments, found)]
    for shown in (text, json.dumps(as_data(data)), json.dumps(as_sarif(found))):
        shown.encode()


def paths(data: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(below for key, value in inner for below in paths(value, (*path, key)))]


def changed(data: Any, path: tuple[Any, ...], value: object, how: str) -> Any:
    """A copy in which what stands at a path is replaced, removed, or moved under a key of another name."""
    if not path:
        return value
    copy = data.copy()
    key, *rest = path
    if rest:
        copy[key] = changed(copy[key], tuple(rest), value, how)
    elif how == "remove" or (how == "rename" and isinstance(copy, list)):
        del copy[key]
    elif how == "rename":
        copy[str(value)] = copy.pop(key)
    else:
        copy[key] = value
    return copy


changes = st.tuples(st.randoms(use_true_random=False), values, st.sampled_from(["replace", "remove", "rename"]))


def mutated(data: Any, random_changes: list[Any]) -> Any:
    for random, value, how in random_changes:
        places = [path for path in paths(data) if path]
        if not places or not isinstance(data, dict):
            break
        data = changed(data, random.choice(places), value, how)
    return data


@given(st.binary(max_size=300))
def test_random_bytes(content: bytes) -> None:
    survives(FleetFile.parse(content))


@given(yaml_like)
def test_random_yaml(content: str) -> None:
    survives(FleetFile.parse(content.encode()))


@given(st.dictionaries(st.sampled_from(["fleet", "home", "regions", "network", "environments", "apis"]), values))
def test_random_values_under_known_keys(data: Data) -> None:
    survives(as_file(data))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.parent.name)
@given(random_changes=st.lists(changes, min_size=1, max_size=3))
def test_random_changes_of_the_examples(example: Path, random_changes: list[Any]) -> None:
    survives(as_file(mutated(YAML(typ="safe", pure=True).load(example), random_changes)))


@given(fleets(), st.lists(changes, min_size=1, max_size=3))
def test_random_changes_of_any_fleet(data: Data, random_changes: list[Any]) -> None:
    survives(as_file(mutated(data, random_changes)))


@given(fleets())
def test_property_valid_fleets_run_through_every_rule(data: Data) -> None:
    file = as_file(data)
    found = check(file, file.environments, TODAY)
    assert not [finding for finding in found if finding.rule in ("invalid-fleet", "unreadable-fleet")]


@given(st.one_of(st.binary(max_size=200), yaml_like.map(str.encode)))
def test_random_files_through_the_command(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    from click.testing import CliRunner

    file = tmp_path_factory.getbasetemp() / "random.yaml"
    file.write_bytes(content)
    for arguments in (["validate", "--json"], ["plan", "--offline"]):
        result = CliRunner().invoke(tapstack, [*arguments, "--file", str(file)])
        assert result.exception is None or result.exit_code == 3 or hasattr(result.exception, "exit_code")
