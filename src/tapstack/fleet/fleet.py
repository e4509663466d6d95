"""The whole description: what is the same in every region, and which regions there are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from tapstack.fleet.apis import Api
from tapstack.fleet.base import AccountId, Name, OutputName, Part, RegionName, Text, written
from tapstack.fleet.buckets import Bucket
from tapstack.fleet.databases import Database
from tapstack.fleet.dns import Dns
from tapstack.fleet.encryption import Encryption
from tapstack.fleet.extensions import Extensions
from tapstack.fleet.functions import Function
from tapstack.fleet.load_balancers import LoadBalancer
from tapstack.fleet.network import Network
from tapstack.fleet.objectives import Objectives
from tapstack.fleet.observability import Observability
from tapstack.fleet.protection import Protection
from tapstack.fleet.regions import Region
from tapstack.fleet.rollout import Rollout, TerraformState
from tapstack.fleet.tables import Table

TagKey = Annotated[str, StringConstraints(min_length=1, pattern=r"^[\w .:/=+@-]+$", max_length=128)]
PlainTagValue = Annotated[str, StringConstraints(pattern=r"^[\w .:/=+@-]*$", max_length=256)]
TagValue = Annotated[PlainTagValue, BeforeValidator(written, json_schema_input_type=PlainTagValue | float | bool)]
Reference = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z_]+(\.[a-z0-9-]+)?\.[a-z_]+$"),
]


class Acknowledgement(Part):
    """A finding that somebody has looked at and lets stand."""

    rule: str
    reason: Annotated[str, StringConstraints(min_length=10)] = Field(description="Why it may stand; people read this.")
    at: str | None = Field(default=None, description="Only there, such as network.nat; * stands for any one name.")
    until: date | None = Field(default=None, description="From that day on it is a finding again.")


class Fleet(Part):
    """One described system, in several regions, for one environment."""

    fleet: Name = Field(description="The system's name; physical names begin with it.")
    description: Text = ""
    engine: Literal["cloudformation", "terraform"] = "cloudformation"
    account: AccountId | None = Field(
        default=None, description="The AWS account; by credentials of any other one nothing is touched."
    )
    production: bool | None = Field(
        default=None, description="Whether data here is precious; environments named prod… or live… are, if not said."
    )
    regions: Mapping[RegionName, Region] = Field(min_length=1)
    home: RegionName = Field(description="The region that holds the writer.")
    objectives: Objectives = Objectives()
    tags: Mapping[TagKey, TagValue] = Field(
        default_factory=dict,
        description="On everything, beside Environment, Region and Fleet, which come by themselves.",
    )
    required_tags: tuple[TagKey, ...] = ("Environment", "Region", "CostCenter")
    protection: Protection = Protection()
    encryption: Encryption = Encryption()
    network: Network | None = None
    buckets: Mapping[Name, Bucket] = Field(default_factory=dict)
    tables: Mapping[Name, Table] = Field(default_factory=dict)
    databases: Mapping[Name, Database] = Field(default_factory=dict)
    functions: Mapping[Name, Function] = Field(default_factory=dict)
    apis: Mapping[Name, Api] = Field(default_factory=dict)
    load_balancers: Mapping[Name, LoadBalancer] = Field(default_factory=dict)
    dns: Dns | None = None
    observability: Observability = Observability()
    outputs: Mapping[OutputName, Reference] = Field(
        default_factory=dict,
        description="Outputs of every region by names of your own, such as VpcId: network.id; without any, all.",
    )
    rollout: Rollout = Rollout()
    terraform: TerraformState = TerraformState()
    extensions: Extensions = Extensions()
    acknowledged: tuple[Acknowledgement, ...] = ()

    @property
    def standbys(self) -> tuple[str, ...]:
        """Every region but the home, in the order of their names."""
        return tuple(sorted(region for region in self.regions if region != self.home))

    def zones_in(self, region: str) -> int:
        """How many zones the fleet uses there."""
        own = self.regions[region].zones
        return own if own is not None else self.network.zones if self.network else 0
