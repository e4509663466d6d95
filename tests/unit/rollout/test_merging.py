"""Merging: one change in many regions is shown once, and none is lost or made up on the way."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tapstack.engines.engine import Action, PropertyChange, ResourceChange, Standing, UnitChanges
from tapstack.fleet.loading import FleetFile
from tapstack.plan.model import Plan
from tapstack.plan.planning import make
from tapstack.rollout.merging import IDENTIFIER, Place, merge, normalised, own_texts

REGIONS = ("us-east-1", "eu-west-1", "us-west-2")
TEXT = """\
fleet: shop
home: us-east-1
regions: {us-east-1: {cidr: 10.0.0.0/16}, us-west-2: {cidr: 10.1.0.0/16}, eu-west-1: {cidr: 10.2.0.0/16}}
network: {zones: 2}
tags: {CostCenter: shop}
environments: {prod: {}}
"""
DESCRIBED = FleetFile.parse(TEXT.encode()).describe("prod")
assert DESCRIBED.fleet is not None, DESCRIBED.findings
PLAN: Plan = make(DESCRIBED.fleet, "prod")

values = st.none() | st.sampled_from(
    ["1", "2", "us-east-1", "a-us-west-2b", "10.0.0.0/16", "net 10.1.0.0/16", "vpc-0a1b2c3d4e5f60718", "{region}"]
)
properties = st.builds(PropertyChange, st.sampled_from(["Size", "Tags.Region"]), values, values)
resources = st.builds(
    ResourceChange,
    name=st.sampled_from(["Main", "Web"]),
    kind=st.sampled_from(["AWS::S3::Bucket", "AWS::EC2::VPC"]),
    action=st.sampled_from(Action),
    properties=st.lists(properties, max_size=4).map(tuple),
    holds_data=st.booleans(),
)
unit_ids = st.sampled_from(
    [f"{kind}/{region}" for kind in ("foundation", "regional") for region in (*REGIONS, "gone-1")]
)
units = st.lists(
    st.builds(
        UnitChanges,
        unit_ids,
        st.sampled_from(Standing),
        st.lists(resources, max_size=3).map(tuple),
        others=st.lists(st.sampled_from(["outputs", "tags"]), unique=True).map(tuple),
        is_predicted=st.booleans(),
    ),
    unique_by=lambda unit: unit.unit,
)


def changed(region: str, *properties: PropertyChange) -> UnitChanges:
    change = ResourceChange("Web", "AWS::Lambda::Function", Action.CHANGE, properties)
    return UnitChanges(f"regional/{region}", Standing.STANDS, (change,))


@given(units)
def test_expanding_gives_every_change_exactly_once(changes: list[UnitChanges]) -> None:
    told = Counter(Place(unit.unit, resource) for unit in changes for resource in unit.resources)
    merged = merge(PLAN, changes)
    assert Counter(merged.expanded()) == told
    assert merged.resources == told.total()
    assert sum(merged.counts.values()) == len(merged.changes)


@given(units)
def test_a_merged_property_is_each_regions_own_once_its_gaps_are_filled(changes: list[UnitChanges]) -> None:
    for change in merge(PLAN, changes).changes:
        shown = Counter((region, one.change.path) for one in change.properties for region in one.regions)
        told = Counter((place.region, one.path) for place in change.places for one in place.change.properties)
        assert shown == told
        for one in change.properties:
            for region in set(one.regions):
                own = own_texts(PLAN, region)
                of_region = [
                    known for place in change.places if place.region == region for known in place.change.properties
                ]
                assert any(one.change in (known, normalised(known, own)) for known in of_region)


@given(units)
def test_no_two_entries_are_about_the_same(changes: list[UnitChanges]) -> None:
    identities = [
        (one.unit_kind, one.name, one.kind, one.action, one.holds_data) for one in merge(PLAN, changes).changes
    ]
    assert len(identities) == len(set(identities))


@given(units)
def test_units_and_notes_are_all_accounted_for(changes: list[UnitChanges]) -> None:
    merged = merge(PLAN, changes)
    assert set(merged.standings) == {unit.unit for unit in changes}
    assert set(merged.unchanged) == {unit.unit for unit in changes if not unit.resources and not unit.others}
    assert set(merged.predicted) == {unit.unit for unit in changes if unit.is_predicted}
    told = Counter((unit.unit, text) for unit in changes for text in unit.others)
    assert (
        Counter((f"{note.unit_kind}/{region}", note.text) for note in merged.notes for region in note.regions) == told
    )


def test_what_is_a_regions_own_makes_no_difference() -> None:
    blocks = {"us-east-1": "10.0.0.0/16", "us-west-2": "10.1.0.0/16"}
    vpcs = {"us-east-1": "vpc-0a1b2c3d4e5f60718", "us-west-2": "vpc-11111111111111111"}
    merged = merge(
        PLAN,
        [changed(name, PropertyChange("Env", "1", f"{name} {name}a {blocks[name]} {vpcs[name]}")) for name in blocks],
    )
    (change,) = merged.changes
    (one,) = change.properties
    assert one.change.after == "{region} {region}a {network} {vpc}"
    assert one.regions == change.regions == ("us-east-1", "us-west-2")


def test_the_same_text_is_the_same_even_if_it_names_one_of_the_regions() -> None:
    merged = merge(PLAN, [changed(name, PropertyChange("Writer", "us-west-2", "us-east-1")) for name in REGIONS])
    (one,) = merged.changes[0].properties
    assert one.regions == REGIONS
    assert one.change.after == "us-east-1"


def test_what_differs_keeps_its_regions_and_its_own_words() -> None:
    sizes = {"us-east-1": "128", "us-west-2": "256", "eu-west-1": "128"}
    merged = merge(
        PLAN,
        [
            changed(name, PropertyChange("Size", "64", size), PropertyChange("Name", None, f"web-{name}-{size}"))
            for name, size in sizes.items()
        ],
    )
    (change,) = merged.changes
    assert [(one.change.after, one.regions) for one in change.properties] == [
        ("128", ("us-east-1", "eu-west-1")),
        ("256", ("us-west-2",)),
        ("web-{region}-128", ("us-east-1", "eu-west-1")),
        ("web-us-west-2-256", ("us-west-2",)),
    ]


def test_two_identifiers_in_one_property_stay_apart() -> None:
    own = own_texts(PLAN, "us-east-1")
    change = normalised(PropertyChange("Subnet", "subnet-0123456789abcdef0", "subnet-0123456789abcdef1"), own)
    assert (change.before, change.after) == ("{subnet}", "{subnet 2}")


def test_a_block_inside_a_longer_number_is_no_block() -> None:
    own = own_texts(PLAN, "us-east-1")
    change = normalised(PropertyChange("Block", "110.0.0.0/16", "10.0.0.0/160"), own)
    assert (change.before, change.after) == ("110.0.0.0/16", "10.0.0.0/160")


def test_words_are_no_identifiers() -> None:
    assert not IDENTIFIER.search("web-facade web-deadbeef log-20261 db-instance")
    assert IDENTIFIER.search("sg-1a2b3c4d")


def test_replacing_what_holds_data_stands_out() -> None:
    for action in Action:
        change = ResourceChange("Main", "AWS::RDS::DBInstance", action, holds_data=True)
        merged = merge(PLAN, [UnitChanges("regional/us-east-1", Standing.STANDS, (change,))])
        destroys = action in (Action.REPLACE, Action.MAY_REPLACE, Action.REMOVE)
        assert bool(merged.destroying) is destroys
