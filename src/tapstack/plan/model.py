"""What a plan is made of."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv4Network
from typing import Literal

from pydantic import BaseModel, ConfigDict

from tapstack.fleet.network import Tier
from tapstack.plan.names import PlannedName


class Planned(BaseModel):
    """A part of a plan: immutable data."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Subnet(Planned):
    """One subnet; zones count from 0."""

    tier: Tier
    zone: int
    block: IPv4Network

    @property
    def name(self) -> str:
        """What the subnet is called in messages and tags."""
        return f"{self.tier}-{self.zone + 1}"


Role = Literal["home", "standby", "peer"]


class RegionPlan(Planned):
    """Everything that differs in one region."""

    name: str
    role: Role
    partition: str
    zones: int
    block: IPv4Network | None
    subnets: tuple[Subnet, ...]
    tags: Mapping[str, str]


class UnitKind(StrEnum):
    """The kinds of unit, in the order in which they are created."""

    FOUNDATION = "foundation"
    LINKS = "links"
    GLOBAL = "global"
    REGIONAL = "regional"


class Unit(Planned):
    """What an engine deploys in one go."""

    kind: UnitKind
    region: str
    shape: str
    components: tuple[str, ...]
    needs: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The unit's name in journals, messages and `needs`."""
        return f"{self.kind}/{self.region}"


class Wave(Planned):
    """Units that may go at the same time."""

    name: str
    units: tuple[str, ...]


class Plan(Planned):
    """A fleet resolved for one environment."""

    fleet: str
    environment: str
    engine: Literal["cloudformation", "terraform"]
    account: str | None
    production: bool
    protected: bool
    home: str
    tags: Mapping[str, str]
    regions: tuple[RegionPlan, ...]
    units: tuple[Unit, ...]
    waves: tuple[Wave, ...]
    update_waves: tuple[Wave, ...]
    names: tuple[PlannedName, ...]
    outputs: Mapping[str, str]

    @property
    def destroy_waves(self) -> tuple[Wave, ...]:
        """The waves of creation, backwards."""
        return tuple(reversed(self.waves))

    def region(self, name: str) -> RegionPlan:
        """One region's part."""
        return next(region for region in self.regions if region.name == name)

    def unit(self, unit_id: str) -> Unit:
        """The unit of that id."""
        return next(unit for unit in self.units if unit.id == unit_id)

    def shapes(self) -> Mapping[str, tuple[str, ...]]:
        """Which regions share which artifact, by the shape's name."""
        shared: dict[str, tuple[str, ...]] = {}
        for unit in self.units:
            shared[unit.shape] = (*shared.get(unit.shape, ()), unit.region)
        return shared
