"""The AWS regions: partition, zones that a new account sees, and a slot for addresses.

Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html (read 2026-11).
The slot is the region's fixed place in an address pool. It is given once and for ever: append new regions with the
next free slot, never renumber, never reuse. That keeps every network where it is when a fleet gains or loses a region.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

SLOTS = 64


@dataclass(frozen=True)
class RegionFacts:
    """What is known of one region."""

    slot: int
    partition: str = "aws"
    zones: int = 3
    needs_opt_in: bool = False


REGIONS: Mapping[str, RegionFacts] = {
    "us-east-1": RegionFacts(0, zones=6),
    "us-east-2": RegionFacts(1),
    "us-west-1": RegionFacts(2, zones=2),
    "us-west-2": RegionFacts(3, zones=4),
    "eu-west-1": RegionFacts(4),
    "eu-west-2": RegionFacts(5),
    "eu-west-3": RegionFacts(6),
    "eu-central-1": RegionFacts(7),
    "eu-north-1": RegionFacts(8),
    "ap-northeast-1": RegionFacts(9),
    "ap-northeast-2": RegionFacts(10, zones=4),
    "ap-northeast-3": RegionFacts(11),
    "ap-southeast-1": RegionFacts(12),
    "ap-southeast-2": RegionFacts(13),
    "ap-south-1": RegionFacts(14),
    "ca-central-1": RegionFacts(15),
    "sa-east-1": RegionFacts(16),
    "af-south-1": RegionFacts(17, needs_opt_in=True),
    "ap-east-1": RegionFacts(18, needs_opt_in=True),
    "ap-south-2": RegionFacts(19, needs_opt_in=True),
    "ap-southeast-3": RegionFacts(20, needs_opt_in=True),
    "ap-southeast-4": RegionFacts(21, needs_opt_in=True),
    "ap-southeast-5": RegionFacts(22, needs_opt_in=True),
    "ap-southeast-7": RegionFacts(23, needs_opt_in=True),
    "ca-west-1": RegionFacts(24, needs_opt_in=True),
    "eu-central-2": RegionFacts(25, needs_opt_in=True),
    "eu-south-1": RegionFacts(26, needs_opt_in=True),
    "eu-south-2": RegionFacts(27, needs_opt_in=True),
    "il-central-1": RegionFacts(28, needs_opt_in=True),
    "me-central-1": RegionFacts(29, needs_opt_in=True),
    "me-south-1": RegionFacts(30, needs_opt_in=True),
    "mx-central-1": RegionFacts(31, needs_opt_in=True),
    "ap-east-2": RegionFacts(32, needs_opt_in=True),
    "ap-southeast-6": RegionFacts(33, needs_opt_in=True),
    "us-gov-east-1": RegionFacts(34, partition="aws-us-gov"),
    "us-gov-west-1": RegionFacts(35, partition="aws-us-gov"),
    "cn-north-1": RegionFacts(36, partition="aws-cn"),
    "cn-northwest-1": RegionFacts(37, partition="aws-cn"),
    "eusc-de-east-1": RegionFacts(38, partition="aws-eusc"),
}

LONGEST_NAME = max(map(len, REGIONS))


def nearest(name: str) -> str | None:
    """The region that was probably meant: one with the same letters in another order before any other."""
    near = get_close_matches(name, REGIONS, n=5)
    return min(near, key=lambda region: sorted(region) != sorted(name), default=None)


def partition_of(region: str) -> str:
    """The partition of a region; one that the table does not know is taken for a commercial region."""
    facts = REGIONS.get(region)
    return facts.partition if facts else "aws"
