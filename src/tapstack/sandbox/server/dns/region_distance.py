"""How far apart regions are: the sandbox's measure of latency.

AWS answers latency routing from measured latency. Here it is the distance on the globe, which orders the regions
nearly the same way and never changes between two runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import acos, cos, radians, sin

# Latitude and longitude of each region, to the degree.
_PLACES: Mapping[str, tuple[int, int]] = {
    "us-east-1": (39, -78), "us-east-2": (40, -83), "us-west-1": (37, -122), "us-west-2": (46, -120),
    "ca-central-1": (46, -74), "ca-west-1": (51, -114), "mx-central-1": (21, -100), "sa-east-1": (-24, -47),
    "eu-west-1": (53, -6), "eu-west-2": (51, 0), "eu-west-3": (49, 2), "eu-central-1": (50, 9),
    "eu-central-2": (47, 9), "eu-north-1": (59, 18), "eu-south-1": (45, 9), "eu-south-2": (42, -1),
    "af-south-1": (-34, 18), "me-south-1": (26, 51), "me-central-1": (25, 55), "il-central-1": (32, 35),
    "ap-south-1": (19, 73), "ap-south-2": (17, 78), "ap-east-1": (22, 114), "ap-east-2": (25, 122),
    "ap-southeast-1": (1, 104), "ap-southeast-2": (-34, 151), "ap-southeast-3": (-6, 107),
    "ap-southeast-4": (-38, 145), "ap-southeast-5": (3, 102), "ap-southeast-6": (-37, 175),
    "ap-southeast-7": (14, 101), "ap-northeast-1": (36, 140), "ap-northeast-2": (37, 127),
    "ap-northeast-3": (35, 136), "cn-north-1": (40, 116), "cn-northwest-1": (38, 106),
    "us-gov-east-1": (40, -83), "us-gov-west-1": (46, -120), "eusc-de-east-1": (52, 13),
}  # fmt: skip

_FARTHER_THAN_ANY = 4.0


def distance(one: str, other: str) -> float:
    """The angle between two regions on the globe; an unknown region is farther than any other."""
    if one == other:
        return 0.0
    if one not in _PLACES or other not in _PLACES:
        return _FARTHER_THAN_ANY
    (latitude, longitude), (other_latitude, other_longitude) = (
        tuple(map(radians, _PLACES[one])),
        tuple(map(radians, _PLACES[other])),
    )
    cosine = sin(latitude) * sin(other_latitude) + cos(latitude) * cos(other_latitude) * cos(
        longitude - other_longitude
    )
    # Rounding may lead outside what the arc cosine takes; and equal places must not tie with the region itself.
    return acos(max(-1.0, min(1.0, cosine))) + 1e-9
