"""One region while it is deployed to: its clients, its artifact bucket, and where its stacks stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tapstack.engines.cloudformation.artifacts import File, bucket_pattern
from tapstack.engines.cloudformation.publishing import ArtifactBucket
from tapstack.engines.cloudformation.resolving import Place
from tapstack.engines.cloudformation.watching import Pace
from tapstack.engines.engine import Check, unguarded
from tapstack.plan.model import Plan
from tapstack.targets.target import Target

REAL_PACE = (1.0, 3.0)
SANDBOX_PACE = (0.05, 0.15)


@dataclass
class Site:
    """A region of the plan, on a target."""

    target: Target
    plan: Plan
    region: str
    check: Check = unguarded
    """Asked right before each change."""
    _uploaded: set[str] = field(default_factory=set)

    @property
    def client(self) -> Any:
        """CloudFormation's client."""
        return self.target.client("cloudformation", self.region)

    @cached_property
    def bucket(self) -> ArtifactBucket:
        """Where its artifacts lie."""
        account = self.target.account
        return ArtifactBucket(
            s3=self.target.client("s3", self.region),
            name=bucket_pattern(self.plan).replace("{region}", self.region).replace("{account}", account),
            region=self.region,
            account=account,
            partition=self.plan.region(self.region).partition,
            tags=self.plan.region(self.region).tags,
        )

    def place(self, stack: str) -> Place:
        """Where a stack of this region stands."""
        partition = self.plan.region(self.region).partition
        return Place(stack, self.region, self.target.account, partition)

    def pace(self) -> Pace:
        """How often to look: AWS counts the calls, a sandbox is quick."""
        return Pace(*(REAL_PACE if self.target.is_real else SANDBOX_PACE))

    def publish(self, files: list[File]) -> None:
        """Make the bucket if need be, and upload what is not there."""
        self.bucket.make()
        self.bucket.upload(files)
        self._uploaded.update(file.key for file in files)

    def can_hold_templates(self) -> bool:
        """Tell whether a template can be handed over: the bucket is made."""
        return bool(self._uploaded) or self.bucket.is_there()

    def hand_over(self, file: File) -> str:
        """The address at which CloudFormation finds a template; it is uploaded if it was not."""
        if file.key not in self._uploaded:
            if not self.bucket.has(file.key):
                self.bucket.put(file.key, file.read())
            self._uploaded.add(file.key)
        return self.bucket.url(file.key)

    def clean(self) -> None:
        """Take the bucket away."""
        self.bucket.remove()
        self._uploaded.clear()
