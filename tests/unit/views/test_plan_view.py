"""The plan's table: read by people in terminals of 80 columns, with two regions or six."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from tapstack.fleet.loading import FleetFile
from tapstack.plan.model import Plan
from tapstack.plan.planning import make
from tapstack.views.plan import as_data, show

REGIONS = ("us-east-1", "ap-southeast-1", "ap-northeast-1", "eu-central-1", "us-west-2", "sa-east-1")
TEXT = """\
fleet: shop
home: us-east-1
regions: {%s}
network: {zones: 3}
tags: {CostCenter: shop}
buckets: {uploads: {replication: both-ways}}
functions: {web: {inline: x}}
load_balancers: {web: {default: web}}
dns: {zone: shop.example, names: {app: {load_balancer: web}}}
environments: {prod: {}}
"""

EXPECTED = """\
shop in prod, production, through cloudformation

region          role     network       zones  foundation  links   global  regional
us-east-1       home     10.64.0.0/16  3      wave 1      wave 2  wave 2  wave 3
ap-southeast-1  standby  10.76.0.0/16  3      wave 1      wave 2  ·       wave 4
eu-west-1       standby  10.68.0.0/16  2      wave 1      wave 2  ·       wave 4

waves    1 foundation, 2 global, 3 home, 4 standbys
same     foundation, links: one artifact each, byte for byte, in all 3 regions
once     global: in us-east-1
same     regional: one artifact, byte for byte, in us-east-1, ap-southeast-1
once     regional-2-zones: in eu-west-1
differs  role, network, zones, the tag Region: looked up by region
tags     Environment=prod, Fleet=shop, ManagedBy=tapstack, CostCenter=shop, Region
"""


def plan_of(*regions: str) -> Plan:
    described = FleetFile.parse((TEXT % ", ".join(f"{region}: {{}}" for region in regions)).encode()).describe("prod")
    assert described.fleet is not None, described.findings
    return make(described.fleet, "prod")


def shown(plan: Plan, width: int, *, details: bool = False) -> str:
    output = io.StringIO()
    show(plan, Console(file=output, width=width, color_system=None), details=details)
    return "\n".join(line.rstrip() for line in output.getvalue().splitlines()) + "\n"


def test_the_table() -> None:
    text = TEXT % "us-east-1: {}, ap-southeast-1: {}, eu-west-1: {zones: 2}"
    fleet = FleetFile.parse(text.encode()).describe("prod").fleet
    assert fleet is not None
    plan = make(fleet, "prod")
    assert shown(plan, 100) == EXPECTED


@pytest.mark.parametrize("count", [1, 2, 3, 6])
@pytest.mark.parametrize("width", [80, 120])
def test_every_region_is_one_whole_line_at_any_width(count: int, width: int) -> None:
    lines = shown(plan_of(*REGIONS[:count]), width).splitlines()
    table = lines[2 : lines.index("", 2)]
    assert len(table) == count + 1, "a region never wraps"
    for region in REGIONS[:count]:
        (line,) = [line for line in table if line.startswith(f"{region} ")]
        assert line.count("wave") >= 2
    assert "…" not in "\n".join(table), "nothing is cut off"


def test_details_add_subnets_units_and_names() -> None:
    text = shown(plan_of("us-east-1", "us-west-2"), 120, details=True)
    assert "10.64.0.0/20" in text
    assert "regional/us-west-2" in text
    assert "shop-prod-uploads-{account}-{region}" in text


def test_json_holds_the_whole_plan() -> None:
    plan = plan_of("us-east-1", "us-west-2")
    data = json.loads(json.dumps(as_data(plan)))
    assert [region["name"] for region in data["regions"]] == ["us-east-1", "us-west-2"]
    assert data["regions"][0]["block"] == "10.64.0.0/16"
    assert data["waves"][0]["name"] == "foundation"
    assert data["shapes"]["regional"] == ["us-east-1", "us-west-2"]
    assert Plan.model_validate({key: value for key, value in data.items() if key != "shapes"}) == plan
