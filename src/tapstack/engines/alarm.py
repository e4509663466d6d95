"""What an alarm is made of, whichever engine writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

Value: TypeAlias = Any
"""A text, or what an engine knows only once it deploys."""

Missing = Literal["quiet", "steady", "unchanged"]
TREATED_AS: Mapping[str, str] = {"quiet": "notBreaching", "steady": "breaching", "unchanged": "ignore"}
AT_LEAST: Final = "GreaterThanOrEqualToThreshold"
ABOVE: Final = "GreaterThanThreshold"
BELOW: Final = "LessThanThreshold"
Comparison = Literal["GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold"]


@dataclass(frozen=True)
class Where:
    """The regions in which an alarm stands: at home, in one that is named, or in all others."""

    kind: Literal["home", "in", "outside"]
    region: str = ""


AT_HOME = Where("home")


@dataclass(frozen=True)
class Metric:
    """One metric of AWS's own."""

    namespace: str
    name: str
    dimensions: Mapping[str, Value]
    statistic: str = "Sum"

    @property
    def is_percentile(self) -> bool:
        """Tell whether CloudWatch calls its statistic an extended one."""
        return self.statistic.startswith("p")


@dataclass(frozen=True)
class Alarm:
    """An alarm: on one metric, or on a formula of several named m1, m2 and so on."""

    of: str
    what: str
    description: str
    metrics: tuple[Metric, ...]
    threshold: float
    comparison: Comparison = AT_LEAST
    missing: Missing = "quiet"
    formula: str = ""
    where: Where | None = None
    period: int | None = None
    evaluations: int | None = None

    @property
    def name(self) -> str:
        """What it is called, after fleet and environment."""
        return f"{self.of}-{self.what}"
