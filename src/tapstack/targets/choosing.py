"""Which target a verb works on."""

from __future__ import annotations

from tapstack.errors import UnknownTargetError
from tapstack.targets.target import Target

NAMES = ("sandbox", "aws")


def choose(name: str, *, home: str, profile: str | None = None) -> Target:
    """The target of that name: `aws`, `sandbox`, or `sandbox:NAME` for one of several."""
    kind, _, instance = name.partition(":")
    if kind == "aws" and not instance:
        from tapstack.targets.aws import AwsTarget

        return AwsTarget(home, profile)
    if kind == "sandbox":
        from tapstack.sandbox.control import attach
        from tapstack.targets.sandbox import SandboxTarget

        return SandboxTarget(attach(instance or "default"))
    raise UnknownTargetError(
        f"There is no target '{name}'.", "Choose `sandbox`, `sandbox:NAME` for one of several, or `aws`."
    )
