"""Buckets: one of each name in every region."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from tapstack.fleet.base import Key, Part, Seconds

StorageClass = Literal["standard-ia", "onezone-ia", "intelligent-tiering", "glacier-ir", "glacier", "deep-archive"]
DAY = 86400


class Transition(Part):
    """Move objects to a cheaper class once they are old enough."""

    after: Annotated[Seconds, Field(ge=DAY)]
    to: StorageClass


class Lifecycle(Part):
    """What happens to objects as they age."""

    prefix: str = Field(default="", description="Only objects whose key starts so.")
    transitions: tuple[Transition, ...] = ()
    expire_after: Annotated[Seconds, Field(ge=DAY)] | None = None
    expire_noncurrent_after: Annotated[Seconds, Field(ge=DAY)] | None = Field(
        default=90 * DAY, description="When versions that were replaced or deleted go for good."
    )
    abort_uploads_after: Annotated[Seconds, Field(ge=DAY)] | None = Field(
        default=7 * DAY,
        description="When unfinished multipart uploads, which cost money unseen, are dropped.",
    )

    @model_validator(mode="after")
    def _whole_days(self) -> Lifecycle:
        ages = [self.expire_after, self.expire_noncurrent_after, self.abort_uploads_after]
        ages += [transition.after for transition in self.transitions]
        if any(age is not None and age % DAY for age in ages):
            raise ValueError("S3 counts ages in whole days; write them as 30d")
        return self


class Bucket(Part):
    """One bucket per region, under a key of its own, closed to the public always."""

    encryption: Key = "customer-key"
    versioned: bool = Field(default=True, description="Keep what is overwritten or deleted; replication needs it.")
    tls_only: bool = Field(default=True, description="Refuse requests that are not encrypted on the way.")
    access_log: bool = Field(default=True, description="Record requests in the region's log bucket.")
    replication: Literal["none", "from-home", "both-ways"] = Field(
        default="none",
        description="`from-home` copies the home's objects to every standby; `both-ways` also back, so that what "
        "is written during an outage survives the failback.",
    )
    replication_time_control: bool = Field(
        default=False, description="Pay for the promise that 99.99 % of objects are copied within 15 minutes."
    )
    lifecycle: tuple[Lifecycle, ...] = Field(default=(Lifecycle(),))

    @model_validator(mode="after")
    def _replication_needs_versions(self) -> Bucket:
        if self.replication != "none" and not self.versioned:
            raise ValueError("replication needs `versioned: true`: S3 copies versions, not objects")
        if self.replication_time_control and self.replication == "none":
            raise ValueError("`replication_time_control` has nothing to control while `replication` is `none`")
        return self
