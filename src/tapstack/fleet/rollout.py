"""In which order regions change, and where a rollout keeps its memory."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tapstack.fleet.base import Part, Seconds


class Rollout(Part):
    """How changes travel through the regions."""

    order: Literal["home-first", "standby-first"] = Field(
        default="home-first",
        description="`standby-first` lets an update prove itself in the standbys; a first deployment always begins "
        "at home.",
    )
    parallel: Annotated[int, Field(ge=1, le=32)] = Field(default=4, description="Units of one wave at the same time.")
    bake: Seconds = Field(default=0, description="How long alarms must stay quiet before the next wave.")
    journal: Annotated[str, StringConstraints(pattern=r"^(local|s3://[a-z0-9.{}-]+(/[\w.{}/-]+)?)$")] = Field(
        default="local", description="`local`, or s3://bucket/prefix for a team."
    )


class TerraformState(Part):
    """Where the terraform engine keeps its state; {fleet}, {environment}, {account} and {region} are filled in."""

    bucket: Annotated[str, StringConstraints(pattern=r"^[a-z0-9{][a-z0-9.{}-]+$")] = (
        "terraform-state-{account}-{environment}-{region}"
    )
    key: Annotated[str, StringConstraints(pattern=r"^[\w.{}/-]+$")] = (
        "infrastructure/{fleet}/{region}/terraform.tfstate"
    )
    lock: Literal["lock-file", "dynamodb"] = Field(
        default="lock-file",
        description="`dynamodb` is deprecated by Terraform.",
    )
