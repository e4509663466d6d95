"""One call to AWS as data: performed, shown in a dry run, and printed as a command for a person's shell."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tapstack.targets.problems import mapped
from tapstack.targets.target import Target

GLOBAL_REGION = "us-east-1"
"""Where Route 53 is asked: it has one control plane for the whole partition."""


class Act(Protocol):
    """Something that a step does: mostly a call to AWS."""

    @property
    def action(self) -> str:
        """Its name."""

    @property
    def command(self) -> str:
        """The same for a person's shell."""

    def perform(self, target: Target) -> None:
        """Do it."""


@dataclass(frozen=True)
class Call:
    """A call, by boto3's names."""

    service: str
    operation: str
    region: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def perform(self, target: Target) -> None:
        """Do it."""
        with mapped(self.region):
            getattr(target.client(self.service, self.region), self.operation)(**self.parameters)

    @property
    def action(self) -> str:
        """Its name as policies and trails say it: `rds:PromoteReadReplica`."""
        words = (_ABBREVIATIONS.get(word, word.capitalize()) for word in self.operation.split("_"))
        return f"{self.service}:{''.join(words)}"

    @property
    def command(self) -> str:
        """The same for the AWS CLI."""
        parts = ["aws", self.service, self.operation.replace("_", "-"), "--region", self.region]
        for name, value in self.parameters.items():
            parts += _option(name, value)
        return " ".join(parts)


_ABBREVIATIONS = {"db": "DB"}


def _option(name: str, value: Any) -> list[str]:
    flag = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()
    match value:
        case bool():
            return [f"--{flag}" if value else f"--no-{flag}"]
        case list() | tuple():
            return [f"--{flag}", *(_quoted(_short(one)) for one in value)]
        case _:
            return [f"--{flag}", _quoted(str(value))]


def _short(value: Any) -> str:
    """A structure in the AWS CLI's shorthand."""
    if isinstance(value, Mapping):
        return ",".join(f"{name}={part}" for name, part in value.items())
    return str(value)


def _quoted(text: str) -> str:
    """Quoted for a shell; what holds a variable of the runbook stays open for it."""
    return f'"{text}"' if "$" in text else shlex.quote(text)
