"""Addresses, names, roles, shapes, waves and outputs of particular fleets."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest

from tapstack.catalog.regions import REGIONS, SLOTS
from tapstack.fleet.loading import FleetFile
from tapstack.plan.addresses import slot_in
from tapstack.plan.model import Plan
from tapstack.plan.names import RULES, NameKind, name_of
from tapstack.plan.planning import make

TEXT = """\
fleet: shop
home: us-east-1
regions:
  us-east-1: {cidr: 10.0.0.0/16}
  us-west-2: {}
  us-west-1: {zones: 2}
tags: {CostCenter: shop}
network: {zones: 3}
buckets: {uploads: {replication: both-ways}}
functions: {web: {inline: x}}
load_balancers: {web: {default: web}}
dns: {zone: shop.example, names: {app: {load_balancer: web}}}
"""


def plan_of(text: str = TEXT, environment: str = "dev") -> Plan:
    described = FleetFile.parse(text.encode()).describe(environment)
    assert described.fleet is not None, described.findings
    return make(described.fleet, environment)


def test_a_given_block_is_kept_and_others_come_from_the_pool() -> None:
    blocks = {region.name: str(region.block) for region in plan_of().regions}
    assert blocks == {"us-east-1": "10.0.0.0/16", "us-west-2": "10.67.0.0/16", "us-west-1": "10.66.0.0/16"}


def test_slots_are_given_for_ever() -> None:
    slots = {name: facts.slot for name, facts in REGIONS.items()}
    assert len(set(slots.values())) == len(slots)
    assert max(slots.values()) < SLOTS
    # Whoever changes one of these moves somebody's network.
    assert [slots[name] for name in ("us-east-1", "eu-west-1", "ap-south-1", "cn-north-1")] == [0, 4, 14, 36]


@pytest.mark.parametrize(
    ("pool", "block"),
    [("10.64.0.0/10", "10.68.0.0/16"), ("10.0.0.0/8", "10.16.0.0/16"), ("10.0.0.0/16", "10.0.16.0/22")],
)
def test_a_pool_of_any_size_is_cut_alike(pool: str, block: str) -> None:
    assert slot_in(IPv4Network(pool), "eu-west-1") == IPv4Network(block)


def test_a_pool_too_small_and_a_region_unknown_have_no_place() -> None:
    assert slot_in(IPv4Network("10.0.0.0/23"), "eu-west-1") is None
    assert slot_in(IPv4Network("10.0.0.0/8"), "xx-north-1") is None


def test_subnets_have_fixed_places_by_tier_and_zone() -> None:
    home = plan_of(TEXT.replace("zones: 3}", "zones: 2, subnet_prefix: 24}")).region("us-east-1")
    assert {subnet.name: str(subnet.block) for subnet in home.subnets} == {
        "public-1": "10.0.0.0/24",
        "public-2": "10.0.16.0/24",
        "private-1": "10.0.64.0/24",
        "private-2": "10.0.80.0/24",
        "isolated-1": "10.0.128.0/24",
        "isolated-2": "10.0.144.0/24",
    }


def test_an_unknown_region_with_a_block_is_planned() -> None:
    plan = plan_of(TEXT.replace("us-west-2: {}", "xx-north-1: {cidr: 10.9.0.0/16}"))
    region = plan.region("xx-north-1")
    assert (region.partition, region.zones, len(region.subnets)) == ("aws", 3, 9)


def test_waves_go_from_foundations_through_home_to_standbys() -> None:
    assert [(wave.name, wave.units) for wave in plan_of().waves] == [
        ("foundation", ("foundation/us-east-1", "foundation/us-west-1", "foundation/us-west-2")),
        ("global", ("links/us-east-1", "links/us-west-1", "links/us-west-2", "global/us-east-1")),
        ("home", ("regional/us-east-1",)),
        ("standbys", ("regional/us-west-1", "regional/us-west-2")),
    ]


def test_updates_may_begin_with_the_standbys() -> None:
    plan = plan_of(TEXT + "rollout: {order: standby-first}\n")
    assert [wave.name for wave in plan.update_waves] == ["foundation", "global", "standbys", "home"]
    assert [wave.name for wave in plan.waves] == ["foundation", "global", "home", "standbys"]


def test_regions_of_one_shape_share_an_artifact() -> None:
    assert dict(plan_of().shapes()) == {
        "foundation": ("us-east-1", "us-west-1", "us-west-2"),
        "links": ("us-east-1", "us-west-1", "us-west-2"),
        "global": ("us-east-1",),
        "regional": ("us-east-1", "us-west-2"),
        "regional-2-zones": ("us-west-1",),
    }


@pytest.mark.parametrize(("routing", "role"), [("failover", "standby"), ("latency", "peer"), ("weighted", "peer")])
def test_roles_follow_the_routing(routing: str, role: str) -> None:
    plan = plan_of(TEXT.replace("load_balancer: web}}", f"load_balancer: web, routing: {routing}}}}}"))
    assert [region.role for region in plan.regions] == ["home", role, role]


@pytest.mark.parametrize(
    ("environment", "production"),
    [("prod", True), ("production", True), ("live", True), ("dev", False), ("preprod", False)],
)
def test_production_is_known_by_its_name_unless_said(environment: str, production: bool) -> None:
    text = f"{TEXT}environments: {{{environment}: {{}}}}\n"
    assert plan_of(text, environment).production is production
    assert plan_of(f"production: {str(not production).lower()}\n{text}", environment).production is not production


def test_the_tag_region_differs_and_the_rest_is_the_same() -> None:
    plan = plan_of()
    assert {region.tags["Region"] for region in plan.regions} == set(plan_regions := [r.name for r in plan.regions])
    assert len(plan_regions) == 3
    for region in plan.regions:
        assert {**plan.tags, "Region": region.name} == dict(region.tags)
        assert (region.tags["Environment"], region.tags["Fleet"]) == ("dev", "shop")


def test_outputs_are_the_fleets_or_all() -> None:
    everything = plan_of().outputs
    assert everything["NetworkId"] == "network.id"
    assert everything["BucketUploadsName"] == "buckets.uploads.name"
    assert everything["LoadBalancerWebAddress"] == "load_balancers.web.address"
    assert dict(plan_of(TEXT + "outputs: {VpcId: network.id}\n").outputs) == {"VpcId": "network.id"}


def test_names_hold_what_keeps_them_apart() -> None:
    bucket = name_of(NameKind.BUCKET, "shop", "prod", "uploads")
    assert bucket.at("us-east-1", "123456789012") == "shop-prod-uploads-123456789012-us-east-1"
    assert name_of(NameKind.FUNCTION, "shop", "prod", "web").at("us-east-1", "123456789012") == "shop-prod-web"
    assert bucket.longest() == len("shop-prod-uploads-123456789012-ap-southeast-1")
    assert bucket.longest(20) == len("shop-prod-uploads-123456789012-") + 20


def test_every_kind_of_name_has_a_rule() -> None:
    assert set(RULES) == set(NameKind)
