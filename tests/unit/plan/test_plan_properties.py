"""What holds for the plan of every fleet there can be. `make fuzz` looks for longer."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from fleets import COMMERCIAL, Data, environments, fleets, read
from hypothesis import assume, given
from hypothesis import strategies as st

from tapstack.plan.model import Plan, RegionPlan
from tapstack.plan.names import RULES
from tapstack.plan.planning import make


def plan_of(data: Data, environment: str) -> Plan:
    return make(read(data, environment), environment)


def plans(data: Data) -> list[Plan]:
    return [plan_of(data, environment) for environment in data["environments"]]


def what_stays(region: RegionPlan) -> tuple[object, ...]:
    return region.block, region.subnets, region.zones


@given(fleets(networked=True))
def test_property_no_addresses_overlap(data: Data) -> None:
    for plan in plans(data):
        blocks = [region.block for region in plan.regions]
        assert None not in blocks
        assert not any(one.overlaps(other) for one, other in combinations(blocks, 2))
        for region in plan.regions:
            assert len(region.subnets) == 3 * region.zones
            assert all(subnet.block.subnet_of(region.block) for subnet in region.subnets)
            assert not any(one.block.overlaps(other.block) for one, other in combinations(region.subnets, 2))


@given(fleets(networked=True), st.sampled_from(COMMERCIAL), st.booleans())
def test_property_a_region_that_comes_or_goes_moves_no_other(data: Data, region: str, given_block: bool) -> None:
    assume(region not in data["regions"])
    before = plans(data)
    more = {**data, "regions": {region: {"cidr": "172.20.0.0/16"} if given_block else {}, **data["regions"]}}
    for old, new in zip(before, plans(more), strict=True):
        assert len(new.regions) == len(old.regions) + 1
        for one in old.regions:
            assert what_stays(one) == what_stays(new.region(one.name))
        assert {name.text for name in old.names} <= {name.text for name in new.names}


@given(fleets(), st.randoms(use_true_random=False))
def test_property_order_means_nothing(data: Data, random: Any) -> None:
    def shuffled(mapping: Data) -> Data:
        return dict(random.sample(sorted(mapping.items()), len(mapping)))

    other = {
        key: shuffled(value) if key in ("regions", "environments") else value for key, value in shuffled(data).items()
    }
    for environment in data["environments"]:
        assert plan_of(data, environment) == plan_of(other, environment)


@given(fleets(), st.sampled_from(["dev", "staging", "prod", "live2", "qa", "new"]))
def test_property_an_environment_that_comes_changes_no_other(data: Data, environment: str) -> None:
    assume(environment not in data["environments"])
    more = {**data, "environments": {environment: {"regions": {}, "network": {"nat": "one"}}, **data["environments"]}}
    if "network" not in data:
        more["environments"][environment] = {}
    for name in data["environments"]:
        assert plan_of(data, name) == plan_of(more, name)


@given(fleets(networked=True))
def test_property_a_zone_or_a_tier_more_moves_no_subnet(data: Data) -> None:
    for region in data["regions"].values():
        region.pop("zones", None)
    data["network"] |= {"zones": 2}
    environment = next(iter(data["environments"]))
    small = plan_of({**data, "network": {**data["network"], "tiers": ["public", "private"]}}, environment)
    large = plan_of({**data, "network": {**data["network"], "zones": 4}}, environment)
    for region in small.regions:
        assert set(region.subnets) < set(large.region(region.name).subnets)


@given(fleets())
def test_property_waves_respect_every_need(data: Data) -> None:
    for plan in plans(data):
        wave_of = {unit: number for number, wave in enumerate(plan.waves) for unit in wave.units}
        assert sorted(wave_of) == sorted(unit.id for unit in plan.units), "every unit, once"
        for unit in plan.units:
            assert all(wave_of[need] < wave_of[unit.id] for need in unit.needs)
        assert plan.destroy_waves == plan.waves[::-1]
        updated = [unit for wave in plan.update_waves for unit in wave.units]
        assert sorted(updated) == sorted(wave_of)


@given(fleets(), environments)
def test_property_names_never_meet(data: Data, some: list[str]) -> None:
    data["environments"] = {name: {} for name in some}
    # A function may be called like a database's rotation; the rule `reserved-name` tells.
    data["functions"], data["apis"], data["load_balancers"], data["dns"] = {}, {}, {}, None
    seen: dict[tuple[object, str], tuple[str, str]] = {}
    for environment in some:
        plan = plan_of({key: value for key, value in data.items() if value is not None}, environment)
        assert len({(name.kind, name.text) for name in plan.names}) == len(plan.names)
        for name in plan.names:
            for region in (region.name for region in plan.regions):
                for account in ("111111111111", "222222222222"):
                    place = (name.kind, name.at(region, account))
                    owner = seen.setdefault(place, (environment, name.component))
                    assert owner == (environment, name.component), "one environment's name is another's"


@given(fleets())
def test_property_names_of_the_whole_world_differ_by_account_and_region(data: Data) -> None:
    for plan in plans(data):
        for name in plan.names:
            if "bucket" in str(name.kind):
                regions = [region.name for region in plan.regions]
                texts = {name.at(region, account) for region in regions for account in ("1" * 12, "2" * 12)}
                assert len(texts) == 2 * len(regions)
            assert RULES[name.kind].limit >= len(plan.environment)


@given(fleets())
def test_property_one_shape_per_difference(data: Data) -> None:
    for plan in plans(data):
        for shape, regions in plan.shapes().items():
            assert len({unit.components for unit in plan.units if unit.shape == shape}) == 1
            if shape.startswith("regional"):
                assert len({plan.region(region).zones for region in regions}) == 1
        assert sum(region.role == "home" for region in plan.regions) == 1
        assert plan.regions[0].name == plan.home
