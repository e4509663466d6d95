"""Names: the zone, and who answers for a name while all is well and when a region is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from tapstack.fleet.base import Name, Part, seconds

Domain = Annotated[
    str,
    StringConstraints(
        pattern=r"^([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$", max_length=253
    ),
]
Label = Annotated[str, StringConstraints(pattern=r"^(@|(\*\.)?[a-z0-9_]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+)*)$")]

ALIAS_TTL = 60
"""Seconds: what Route 53 answers for an alias of a load balancer or an API, and cannot be changed."""


class HealthCheck(Part):
    """How Route 53 finds out, from outside, whether a region still serves."""

    path: Annotated[str, StringConstraints(pattern=r"^/", max_length=255)] = "/"
    interval: Annotated[Literal[10, 30], BeforeValidator(seconds, json_schema_input_type=Literal["10s", "30s"])] = 10
    threshold: Annotated[int, Field(ge=1, le=10)] = Field(default=3, description="Failures in a row until unhealthy.")
    search: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = Field(
        default=None, description="The answer must contain this."
    )

    @property
    def detection_seconds(self) -> int:
        """How long it takes at worst until an outage is believed."""
        return self.interval * self.threshold


class DnsName(Part):
    """One name, answered by a component of every region."""

    load_balancer: Name | None = None
    api: Name | None = None
    routing: Literal["failover", "latency", "weighted"] = Field(
        default="failover",
        description="`failover` answers with the home while it is healthy; `latency` with the nearest healthy region; "
        "`weighted` by each region's `weight`.",
    )
    health_check: HealthCheck | None = Field(
        default=HealthCheck(), description="null for none: then nothing ever notices that a region is gone."
    )

    @model_validator(mode="after")
    def _one_answer(self) -> DnsName:
        if (self.load_balancer is None) == (self.api is None):
            raise ValueError("a name is answered by exactly one of `load_balancer` and `api`")
        return self


class Dns(Part):
    """The zone and its names."""

    zone: Domain
    hosted_zone: Annotated[str, StringConstraints(pattern=r"^(create|Z[A-Z0-9]{1,31})$")] = Field(
        default="create", description="`create`, or the id of a zone that exists already."
    )
    names: Mapping[Label, DnsName] = Field(default_factory=dict, description="`@` is the zone itself.")
    accelerated_recovery: bool = Field(
        default=True, description="Let Route 53's control plane itself move when us-east-1 is impaired."
    )
    query_log: bool = Field(default=False, description="Record every question asked; for a zone that is created.")

    @model_validator(mode="after")
    def _log_of_own_zone(self) -> Dns:
        if self.query_log and self.hosted_zone != "create":
            raise ValueError("the questions to a zone that exists already are logged where the zone is managed")
        return self

    def full_name(self, label: str) -> str:
        """A label with its zone."""
        return self.zone if label == "@" else f"{label}.{self.zone}"
