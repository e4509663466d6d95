"""Address blocks: which one a region gets, and how it is cut into subnets.

Two things never move, whatever else changes. A region without a block of its own always gets the same one from the
pool, by its slot in the catalog. And a subnet always has the same place in its region's block, by tier and zone, so
that a third zone or another tier can be added later without replacing what runs.
"""

from __future__ import annotations

from ipaddress import IPv4Network

from tapstack.catalog.regions import REGIONS, SLOTS
from tapstack.fleet.fleet import Fleet
from tapstack.fleet.network import TIERS, Network, Tier
from tapstack.plan.model import Subnet

SLOT_BITS = SLOTS.bit_length() - 1
LARGEST_VPC = 16
SMALLEST_SUBNET = 28
PLACES = 4
"""Every block is cut into four tiers (one of them spare) of four zones each."""


def block_of(fleet: Fleet, region: str) -> IPv4Network | None:
    """The region's block: the one it was given, or its slot in the pool; None if neither is to be had."""
    if fleet.network is None:
        return None
    given = fleet.regions[region].cidr
    return given if given is not None else slot_in(fleet.network.pool, region)


def slot_in(pool: IPv4Network, region: str) -> IPv4Network | None:
    """A region's fixed place in a pool."""
    facts = REGIONS.get(region)
    prefix = pool.prefixlen + SLOT_BITS
    if facts is None or prefix > SMALLEST_SUBNET:
        return None
    size = 2 ** (32 - prefix)
    address = int(pool.network_address) + facts.slot * size
    return IPv4Network((address, max(prefix, LARGEST_VPC)))


def subnets_of(network: Network, block: IPv4Network, zones: int) -> tuple[Subnet, ...]:
    """Every subnet of a region, or none if the block is too small for them."""
    place_prefix = block.prefixlen + 4
    prefix = network.subnet_prefix or place_prefix
    if place_prefix > SMALLEST_SUBNET or prefix < place_prefix:
        return ()
    size = 2 ** (32 - place_prefix)
    return tuple(
        Subnet(tier=tier, zone=zone, block=IPv4Network((_start(block, tier, zone, size), prefix)))
        for tier in TIERS
        if tier in network.tiers
        for zone in range(zones)
    )


def _start(block: IPv4Network, tier: Tier, zone: int, size: int) -> int:
    return int(block.network_address) + (TIERS.index(tier) * PLACES + zone) * size
