"""Checks of other tools that a resource does not meet, on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class LintException:
    """A check of another tool that a resource does not meet, on purpose, and why."""

    tool: Literal["checkov", "cdk-nag", "cfn-lint", "cdk"]
    check: str
    reason: str
