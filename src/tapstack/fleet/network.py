"""One VPC in every region: its address block, zones, tiers and ways out."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Field

from tapstack.fleet.base import Block, EnvironmentName, Part

Tier = Literal["public", "private", "isolated"]
TIERS: tuple[Tier, ...] = ("public", "private", "isolated")

DEFAULT_POOL = IPv4Network("10.64.0.0/10")


class Network(Part):
    """The network of every region; without it the fleet has no VPC and nothing that needs one."""

    pool: Block = Field(
        default=DEFAULT_POOL,
        description="Regions without a `cidr` of their own get theirs from here: always the same one, whatever "
        "other regions come or go.",
    )
    zones: Annotated[int, Field(ge=1, le=4)] = Field(default=3, description="Availability zones used per region.")
    tiers: tuple[Tier, ...] = Field(
        default=TIERS,
        min_length=1,
        description="`public` has a route from the internet, `private` one to it, `isolated` none.",
    )
    subnet_prefix: Annotated[int, Field(ge=16, le=28)] | None = Field(
        default=None, description="Size of each subnet, 24 for /24; otherwise as large as the block allows."
    )
    nat: Literal["none", "one", "per-zone"] = Field(
        default="per-zone", description="NAT gateways for the private tier; `one` goes down with its zone."
    )
    endpoints: tuple[Literal["s3", "dynamodb"], ...] = Field(
        default=("s3", "dynamodb"),
        description="Gateway endpoints, free of charge: that traffic stays inside AWS.",
    )
    flow_logs: bool = Field(default=True, description="Record all traffic of the VPC in CloudWatch Logs.")
    peers: tuple[EnvironmentName, ...] = Field(
        default=(),
        description="Environments whose networks are connected with this one and must not overlap.",
    )
