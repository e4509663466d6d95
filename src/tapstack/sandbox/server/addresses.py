"""One loopback address per region, as each region has addresses of its own on AWS.

DNS answers a load balancer's or an API's alias with its region's address, and the gateway listens there too. So a
client that keeps sending its own host name still reaches one definite region, and is cut off when that region is out.
Linux owns all of 127.0.0.0/8 without any set-up. macOS owns 127.0.0.1 only: there every region answers at that.
"""

from __future__ import annotations

import socket
from functools import cache

from tapstack.catalog.regions import REGIONS

SHARED = "127.0.0.1"
_FIRST = 11


def address_of(region: str) -> str:
    """The address at which a region's load balancers and APIs are reached."""
    facts = REGIONS.get(region)
    return f"127.0.0.{_FIRST + facts.slot}" if facts is not None and _has_many_addresses() else SHARED


def region_at(address: str) -> str | None:
    """The region that owns an address; none owns the shared one."""
    return _regions_by_address().get(address)


def all_addresses() -> tuple[str, ...]:
    """Every address on which the gateway listens."""
    return (SHARED, *_regions_by_address())


@cache
def _regions_by_address() -> dict[str, str]:
    return {address_of(region): region for region in REGIONS} if _has_many_addresses() else {}


@cache
def _has_many_addresses() -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((f"127.0.0.{_FIRST}", 0))
        except OSError:
            return False
        return True
