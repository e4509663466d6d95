"""Scenarios: those that are built in, and files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tapstack.drill.scenarios import BUILT_IN, Action, Scenario, choose, read
from tapstack.errors import FileAccessError, InvalidFleetError

GOOD = """
name: both-ways
summary: The standby goes, then the home.
steps:
  - {at: 5s, do: outage, region: standby}
  - {at: 1m, do: restore, region: standby}
  - {at: 70s, do: slow, latency: 1.5, services: [lambda]}
  - {at: recovered, do: restore}
"""


def test_what_is_built_in_ends_whole() -> None:
    for scenario in BUILT_IN.values():
        if not scenario.is_control:
            assert scenario.steps[-1].do is Action.RESTORE, scenario.name
        assert scenario.summary


def test_kinds_of_scenarios() -> None:
    assert {name for name, one in BUILT_IN.items() if one.is_control} == {"none"}
    assert {name for name, one in BUILT_IN.items() if one.holds} == {"led-away"}
    assert {name for name, one in BUILT_IN.items() if one.is_harmless} == {"led-away", "none"}
    assert {name for name, one in BUILT_IN.items() if one.is_about_speed} == {"region-slow"}
    takes_all = {name for name, one in BUILT_IN.items() if one.takes_all}
    assert takes_all == {"region-outage", "quiet-outage", "outage-during-deploy"}


def test_a_file_describes_another(tmp_path: Path) -> None:
    file = tmp_path / "both.yaml"
    file.write_text(GOOD)
    scenario, source = choose(str(file))
    assert source == "both.yaml"
    assert [step.at for step in scenario.steps] == [5, 60, 70, "recovered"]
    assert scenario.steps[2].detail == "each answer 1.5 s later"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("at: 1m", "at: 60", "60 has no unit"),
        ("do: slow", "do: explode", "steps.2.do"),
        ("at: 70s", "at: 7s", "in the order of their times"),
        ("latency: 1.5", "latenzy: 1.5", "latenzy"),
        ("name: both-ways", "name: Both Ways", "name"),
    ],
)
def test_what_does_not_hold_is_said(tmp_path: Path, old: str, new: str, problem: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(GOOD.replace(old, new))
    with pytest.raises(InvalidFleetError) as caught:
        read(file)
    assert problem in caught.value.detail


def test_a_name_that_is_none_tells_those_that_are() -> None:
    with pytest.raises(InvalidFleetError) as caught:
        choose("region-outgae")
    assert "region-outage" in caught.value.detail
    with pytest.raises(FileAccessError):
        choose("nowhere.yaml")


def test_the_schema_is_closed() -> None:
    assert Scenario.model_json_schema()["additionalProperties"] is False
