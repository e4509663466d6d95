"""A block for one region more: as large as the others', where nothing is yet in any environment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network

from tapstack.fleet.fleet import Fleet
from tapstack.plan.addresses import block_of, slot_in

PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
USED_BY_TOOLS = IPv4Network("172.17.0.0/16")
"""Docker and several AWS services keep this one to themselves."""


@dataclass(frozen=True)
class Choice:
    """The block to write for a region, if one is to be written, and the reason in words."""

    block: IPv4Network | None
    why: str


def choose(fleets: Collection[Fleet], region: str) -> Choice:
    """A block for a region that joins these environments of one fleet; the same question has the same answer."""
    networked = [fleet for fleet in fleets if fleet.network is not None]
    if not networked:
        return Choice(None, "The fleet has no network, so the region needs no block.")
    given = [one.cidr for fleet in networked for one in fleet.regions.values() if one.cidr is not None]
    pools = sorted({fleet.network.pool for fleet in networked if fleet.network is not None})
    if 2 * len(given) < sum(len(fleet.regions) for fleet in networked):
        slots = ", ".join(dict.fromkeys(str(slot_in(pool, region)) for pool in pools))
        return Choice(None, f"As most of its regions it takes its block from the pool: {slots}.")
    prefix = Counter(block.prefixlen for block in sorted(given)).most_common(1)[0][0]
    highest = max(block for block in given if block.prefixlen == prefix)
    taken = {*given, *pools, USED_BY_TOOLS}
    taken |= {block for fleet in networked for name in fleet.regions if (block := block_of(fleet, name)) is not None}
    block = _first_free(_ranges_from(highest), prefix, taken)
    if block is None:
        return Choice(None, f"No private /{prefix} is free; name a block with --cidr.")
    kept = ", ".join(map(str, pools))
    return Choice(
        block,
        f"{block} is the first /{prefix} after {highest} that no region of any environment has, nor the pool {kept}.",
    )


def _ranges_from(highest: IPv4Network) -> Iterable[tuple[int, int]]:
    """Where to look: from the highest block to the end of its private range, that range again, then the others."""
    for private in PRIVATE:
        if highest.subnet_of(private):
            yield int(highest.broadcast_address) + 1, int(private.broadcast_address)
            yield int(private.network_address), int(private.broadcast_address)
    for private in PRIVATE:
        yield int(private.network_address), int(private.broadcast_address)


def _first_free(ranges: Iterable[tuple[int, int]], prefix: int, taken: Collection[IPv4Network]) -> IPv4Network | None:
    size = 2 ** (32 - prefix)
    for start, end in ranges:
        address = start
        while address + size - 1 <= end:
            block = IPv4Network((address, prefix))
            in_the_way = [other for other in taken if other.overlaps(block)]
            if not in_the_way:
                return block
            past = max(int(other.broadcast_address) for other in in_the_way) + 1
            address = -(-past // size) * size
    return None
