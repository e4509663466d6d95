"""What will change, as a person reads it before saying yes."""

from __future__ import annotations

import io
import json

from rich.console import Console

from tapstack.engines.engine import Action, PropertyChange, ResourceChange, Standing, UnitChanges
from tapstack.fleet.loading import FleetFile
from tapstack.plan.planning import make
from tapstack.rollout.merging import Merged, merge
from tapstack.views.changes import as_data, show
from tapstack.views.values import in_lines, in_one_line

TEXT = """\
fleet: shop
home: us-east-1
regions: {us-east-1: {}, us-west-2: {}, eu-west-1: {}}
network: {zones: 2}
tags: {CostCenter: shop}
environments: {prod: {}}
"""
REGIONS = ("us-east-1", "eu-west-1", "us-west-2")
WEB, TABLE, BUCKET = "AWS::Lambda::Function", "AWS::DynamoDB::Table", "AWS::S3::Bucket"

EXPECTED = """\
regional
~  WebFunction  Lambda::Function  all 3 regions
     MemorySize: 128 → 256
     us-east-1: Timeout: 3 → 10
+  OldBucket    S3::Bucket        us-east-1
±  MainTable    DynamoDB::Table   eu-west-1, us-west-2  replaced
     Its data may be lost: needs --allow-replace MainTable
     KeySchema: [{"AttributeName":"id"}] → [{"AttributeName":"key"}]
~  the tag Owner of the stack  all 3 regions

1 to add, 1 to change, 1 to replace, 1 other change (6 resources over all regions); 1 unit unchanged
"""


def merged(*changes: UnitChanges) -> Merged:
    described = FleetFile.parse(TEXT.encode()).describe("prod")
    assert described.fleet is not None, described.findings
    return merge(make(described.fleet, "prod"), changes)


def shown(what: Merged, *, width: int = 80, details: bool = False, colour: bool = False) -> str:
    output = io.StringIO()
    console = Console(file=output, width=width, color_system="standard" if colour else None, force_terminal=colour)
    show(what, console, details=details)
    return "\n".join(line.rstrip() for line in output.getvalue().splitlines()) + "\n"


def everyday() -> Merged:
    schema = PropertyChange("KeySchema", '[{"AttributeName":"id"}]', '[{"AttributeName":"key"}]')
    units = []
    for region in REGIONS:
        memory = PropertyChange("MemorySize", "128", "256")
        timeout = (PropertyChange("Timeout", "3", "10"),) if region == "us-east-1" else ()
        resources = [ResourceChange("WebFunction", WEB, Action.CHANGE, (memory, *timeout))]
        if region == "us-east-1":
            resources.append(
                ResourceChange("OldBucket", BUCKET, Action.ADD, (PropertyChange("Name", None, "x"),), True)
            )
        else:
            resources.append(ResourceChange("MainTable", TABLE, Action.REPLACE, (schema,), holds_data=True))
        units.append(
            UnitChanges(f"regional/{region}", Standing.STANDS, tuple(resources), ("the tag Owner of the stack",))
        )
    return merged(*units, UnitChanges("global/us-east-1", Standing.STANDS))


def first() -> Merged:
    resources = tuple(
        ResourceChange(f"{kind.rpartition('::')[2]}{number}", kind, Action.ADD, (PropertyChange("Name", None, "x"),))
        for kind, count in ((WEB, 40), (BUCKET, 30), (TABLE, 30))
        for number in range(count)
    )
    return merged(
        *(UnitChanges(f"regional/{region}", Standing.ABSENT, resources, is_predicted=True) for region in REGIONS)
    )


def test_each_change_once_with_its_regions() -> None:
    assert shown(everyday()) == EXPECTED


def test_colour_adds_nothing_that_is_not_in_the_words() -> None:
    import re

    assert re.sub(r"\x1b\[[0-9;]*m", "", shown(everyday(), colour=True)) == shown(everyday())
    assert "\x1b[1;31m±  MainTable" in shown(everyday(), colour=True)


def test_a_first_deployment_is_told_in_numbers() -> None:
    assert shown(first()) == (
        "regional\n"
        "+  100 resources  all 3 regions\n"
        "     40 Lambda::Function, 30 S3::Bucket, 30 DynamoDB::Table\n"
        "\n"
        "Foreseen from the description, because what they need is not there yet: "
        "regional/us-east-1, regional/eu-west-1, regional/us-west-2.\n"
        "100 to add (300 resources over all regions)\n"
    )


def test_details_name_every_resource_and_property() -> None:
    text = shown(first(), details=True)
    assert sum(line.startswith("+  ") for line in text.splitlines()) == 100
    assert text.count("     Name: x") == 100


def test_nothing_to_do_is_one_line() -> None:
    nothing = merged(*(UnitChanges(f"regional/{region}", Standing.STANDS) for region in REGIONS))
    assert shown(nothing) == "nothing to do; 3 units unchanged\n"


def test_a_unit_that_failed_before_says_so() -> None:
    change = ResourceChange("WebFunction", WEB, Action.ADD)
    text = shown(merged(UnitChanges("regional/us-west-2", Standing.BROKEN, (change,))))
    assert "regional/us-west-2: its last change failed half-way; this one goes on from there" in text


def test_names_with_brackets_are_no_markup() -> None:
    change = ResourceChange("aws_subnet.main[red]", "aws_subnet", Action.REMOVE)
    assert "aws_subnet.main[red]  subnet" in shown(
        merged(UnitChanges("regional/us-west-2", Standing.STANDS, (change,)))
    )


def test_data_for_scripts() -> None:
    data = json.loads(json.dumps(as_data(everyday())))
    assert data["counts"] == {"add": 1, "change": 1, "replace": 1}
    assert data["destroys_data"] == ["MainTable"]
    assert data["resources"] == 6
    assert data["units"]["global/us-east-1"] == {"standing": "stands", "changes": False, "predicted": False}
    (web,) = (change for change in data["changes"] if change["name"] == "WebFunction")
    assert web["regions"] == list(REGIONS)
    assert web["properties"][1] == {"path": "Timeout", "before": "3", "after": "10", "regions": ["us-east-1"]}


def test_long_values_are_cut_but_not_where_they_differ() -> None:
    long = "x" * 200
    line = in_one_line(PropertyChange("Policy", f"{long}before{long}", f"{long}after{long}"), 75)
    assert len(line) <= 75
    assert "before" in line
    assert "after" in line


def test_short_values_are_never_cut() -> None:
    assert in_one_line(PropertyChange("A", "1" * 30, "2" * 30), 70) == f"A: {'1' * 30} → {'2' * 30}"


def test_documents_are_compared_line_by_line() -> None:
    before, after = json.dumps({"a": 1, "b": [1]}), json.dumps({"a": 1, "b": [2]})
    assert list(in_lines(PropertyChange("Policy", before, after))) == [
        "Policy:",
        '     "a": 1,',
        '     "b": [',
        "  -    1",
        "  +    2",
        "     ]",
        "   }",
    ]
