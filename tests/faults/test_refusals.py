"""What nobody allowed does not happen, and what was shown is just what happens."""

from __future__ import annotations

from typing import Any

import pytest
from aftermath import Undisturbed, assert_is, assert_nothing_half_made, assert_nothing_to_do
from disturbing import HOME, STANDBY, fleet_text
from inventory import differences

REGIONS = (HOME, STANDBY)
REFUSED, FAILED = 13, 14
CHANGES = 2
ONLY_CLOUDFORMATION = pytest.mark.parametrize("engine", ["cloudformation"], indirect=True)
TABLE = {"cloudformation": "TableItems", "terraform": "aws_dynamodb_table.table_items"}
LONGER = fleet_text(2).replace("timeout: 5s", "timeout: 7s")


def test_without_a_terminal_nobody_is_asked_and_nothing_is_touched(standing: Any) -> None:
    before = standing.inventory()
    standing.describe(LONGER)
    refused = standing.run("deploy", expect=(REFUSED,))
    assert "--yes" in refused.err
    assert differences(before, standing.inventory()) == []
    assert_nothing_half_made(standing.sandbox, REGIONS)
    assert "--yes" in standing.run("destroy", "--delete-data", expect=(REFUSED,)).err
    assert differences(before, standing.inventory()) == []


def test_a_table_is_not_replaced_unless_it_is_named(standing: Any) -> None:
    before = standing.inventory()
    standing.describe(LONGER.replace("partition_key: id", "partition_key: key"))
    planned = standing.run("plan", "--json", expect=(CHANGES,)).data
    named = f"--allow-replace {TABLE[standing.engine]}"
    assert planned["destroys_data"] == [TABLE[standing.engine]]
    refused = standing.run("deploy", "--yes", expect=(REFUSED,))
    assert named in refused.err
    assert named in standing.run("deploy", "--yes", "--allow-replace", "Table", expect=(REFUSED,)).err
    assert differences(before, standing.inventory()) == []
    assert_nothing_half_made(standing.sandbox, REGIONS)


@ONLY_CLOUDFORMATION
def test_a_replacement_that_aws_cannot_do_is_rolled_back_to_what_was(standing: Any) -> None:
    before = standing.inventory()
    standing.describe(fleet_text(2).replace("partition_key: id", "partition_key: key"))
    failed = standing.run("deploy", "--yes", "--allow-replace", "TableItems", expect=(FAILED,))
    assert "custom-named resource requires replacing" in failed.err
    assert differences(before, standing.inventory()) == []
    assert_nothing_half_made(standing.sandbox, REGIONS)
    standing.describe(fleet_text(2))
    assert_nothing_to_do(standing.file, standing.sandbox, standing.engine)


@ONLY_CLOUDFORMATION
def test_what_was_shown_is_what_happens_once(standing: Any) -> None:
    standing.describe(fleet_text(2, changed=True))
    planned = standing.run("plan", "--json", expect=(CHANGES,)).data
    shown = {(region, change["name"]) for change in planned["changes"] for region in change["regions"]}
    before = {region: _events(standing, region) for region in REGIONS}
    standing.run("deploy", "--yes")
    touched = {
        (region, name) for region in REGIONS for identity, name in _events(standing, region).items()
        if identity not in before[region]
    }  # fmt: skip
    assert touched == shown
    assert_nothing_to_do(standing.file, standing.sandbox, standing.engine)


def _events(bench: Any, region: str) -> dict[str, str]:
    """The events of all resources of a region: their ids, and the resources' names."""
    client = bench.sandbox.client("cloudformation", region)
    return {
        event["EventId"]: event["LogicalResourceId"]
        for stack in client.describe_stacks()["Stacks"]
        for page in client.get_paginator("describe_stack_events").paginate(StackName=stack["StackId"])
        for event in page["StackEvents"]
        if event["ResourceType"] != "AWS::CloudFormation::Stack"
    }


def test_one_region_is_deployed_alone_even_while_the_home_is_out(standing: Any) -> None:
    before = standing.inventory()
    standing.describe(LONGER)
    standing.sandbox.outage(HOME)
    try:
        standing.run("deploy", "--yes", "--region", STANDBY)
        again = standing.run("deploy", "--yes", "--region", STANDBY)
    finally:
        standing.sandbox.restore()
    assert "nothing to do" in again.err
    places = {difference.path.split("/")[0] for difference in differences(before, standing.inventory())}
    assert places == {STANDBY}
    standing.run("deploy", "--yes")
    assert differences(before, standing.inventory()) != []
    assert_nothing_to_do(standing.file, standing.sandbox, standing.engine)


def test_one_wave_is_deployed_alone(bench: Any, undisturbed: Undisturbed) -> None:
    expected = undisturbed.of(fleet_text(2), REGIONS)
    refused = bench.run("deploy", "--yes", "--wave", "home", expect=(REFUSED,))
    assert f"foundation/{HOME}" in refused.err
    assert bench.units(HOME) == 0
    for wave in ("foundation", "global", "home"):
        done = bench.run("deploy", "--yes", "--wave", wave, "--json").data
        assert {unit.split("/")[0] for unit in done["units"]} == {"regional" if wave == "home" else wave}
    assert bench.problems() == {HOME: ""}
    assert f"regional/{STANDBY}" in bench.run("deploy", "--yes", "--region", STANDBY, "--json").out
    assert_is(expected.stands, bench.sandbox, REGIONS)


def test_a_region_that_needs_others_first_is_refused(bench: Any) -> None:
    refused = bench.run("deploy", "--yes", "--region", STANDBY, expect=(REFUSED,))
    assert f"regional/{HOME}" in refused.err
    assert bench.units(STANDBY) == 0
