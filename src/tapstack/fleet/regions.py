"""What may differ from region to region; everything else is the same everywhere."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from tapstack.fleet.base import Block, Part


class Region(Part):
    """A region of the fleet; `{}` will do."""

    cidr: Block | None = Field(default=None, description="The VPC's block; without it one is taken from the pool.")
    zones: Annotated[int, Field(ge=1, le=4)] | None = Field(
        default=None, description="Fewer zones than the rest of the fleet, where the region has no more."
    )
    certificate: (
        Annotated[str, StringConstraints(pattern=r"^arn:aws[\w-]*:acm:[\w-]+:[0-9]{12}:certificate/[\w-]+$")] | None
    ) = Field(default=None, description="An existing ACM certificate of this region for the load balancers.")
    weight: Annotated[int, Field(ge=0, le=255)] = Field(default=100, description="Its share under weighted routing.")
