"""The block of a region that joins: as large as the others', in nobody's way, the same each time."""

from __future__ import annotations

from ipaddress import IPv4Network

from hypothesis import assume, given
from hypothesis import strategies as st

from tapstack.fleet.fleet import Fleet
from tapstack.plan.addresses import block_of
from tapstack.plan.free_blocks import PRIVATE, choose
from tests.support.fleets import COMMERCIAL

FREE = "eu-west-1"
OTHERS = [region for region in COMMERCIAL if region != FREE]


@st.composite
def described(draw: st.DrawFn) -> Fleet:
    """Regions with blocks of one size or several, in any private range; some without."""
    regions = draw(st.lists(st.sampled_from(OTHERS), min_size=1, max_size=6, unique=True))
    blocks: dict[str, dict[str, str]] = {}
    for region in regions:
        prefix = draw(st.sampled_from([16, 16, 20, 24]))
        private = draw(st.sampled_from(PRIVATE))
        number = draw(st.integers(0, 2 ** (prefix - private.prefixlen) - 1))
        block = IPv4Network((int(private.network_address) + number * 2 ** (32 - prefix), prefix))
        blocks[region] = draw(st.sampled_from([{"cidr": str(block)}] * 3 + [{}]))
    pool = draw(st.sampled_from(["10.64.0.0/10", "172.16.0.0/12", "10.0.0.0/9"]))
    return Fleet.model_validate({"fleet": "a", "home": regions[0], "regions": blocks, "network": {"pool": pool}})


@given(st.lists(described(), min_size=1, max_size=3))
def test_a_chosen_block_is_private_free_everywhere_and_as_large_as_the_others(fleets: list[Fleet]) -> None:
    choice = choose(fleets, FREE)
    assert choose(fleets, FREE) == choice
    assert choice.why.endswith(".")
    given_sizes = [region.cidr.prefixlen for fleet in fleets for region in fleet.regions.values() if region.cidr]
    regions = sum(len(fleet.regions) for fleet in fleets)
    if 2 * len(given_sizes) < regions:
        assert choice.block is None
        return
    assume(choice.block is not None)
    assert choice.block is not None
    assert given_sizes.count(choice.block.prefixlen) == max(map(given_sizes.count, given_sizes))
    assert any(choice.block.subnet_of(private) for private in PRIVATE)
    for fleet in fleets:
        assert fleet.network is not None
        assert not choice.block.overlaps(fleet.network.pool), "a pool's places belong to the regions of the catalog"
        for region in fleet.regions:
            block = block_of(fleet, region)
            assert block is None or not choice.block.overlaps(block)


def test_the_next_one_is_taken_and_a_gap_only_where_there_is_no_next() -> None:
    def fleet(*blocks: str) -> Fleet:
        regions = {region: {"cidr": block} for region, block in zip(OTHERS, blocks, strict=False)}
        return Fleet.model_validate({"fleet": "a", "home": OTHERS[0], "regions": regions, "network": {}})

    assert str(choose([fleet("10.0.0.0/16", "10.2.0.0/16")], FREE).block) == "10.3.0.0/16"
    assert str(choose([fleet("10.63.0.0/16")], FREE).block) == "10.128.0.0/16", "past the pool"
    assert str(choose([fleet("10.0.0.0/16", "10.255.0.0/16")], FREE).block) == "10.1.0.0/16"
    assert str(choose([fleet("172.16.0.0/16")], FREE).block) == "172.18.0.0/16", "Docker has 172.17"
    assert str(choose([fleet("192.168.0.0/16")], FREE).block) == "10.0.0.0/16", "another private range"
    assert str(choose([fleet("10.0.0.0/24", "10.0.1.0/24", "10.1.0.0/16")], FREE).block) == "10.0.2.0/24"
