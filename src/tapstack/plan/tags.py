"""Tags: what everything carries."""

from __future__ import annotations

from collections.abc import Mapping

from tapstack.fleet.fleet import Fleet

REGION = "Region"


def common_tags(fleet: Fleet, environment: str) -> Mapping[str, str]:
    """The tags that are the same in every region; what the fleet says wins over what comes by itself."""
    return {"Environment": environment, "Fleet": fleet.fleet, "ManagedBy": "tapstack", **fleet.tags}


def region_tags(fleet: Fleet, environment: str, region: str) -> Mapping[str, str]:
    """All tags of a region."""
    return {**common_tags(fleet, environment), REGION: region}
