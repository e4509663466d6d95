"""From data points to an alarm's state, by CloudWatch's rules; pure.

Rules: "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing data" (CloudWatch User Guide), whose
tables are the unit tests of this module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import Literal

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
MissingData = Literal["missing", "ignore", "breaching", "notBreaching"]

EXTRA_PERIODS = 2
"""CloudWatch looks a little further back than the evaluation periods, for data that comes late or now and then."""

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": ge,
    "GreaterThanThreshold": gt,
    "LessThanThreshold": lt,
    "LessThanOrEqualToThreshold": le,
}


@dataclass(frozen=True)
class Rule:
    """What an alarm asks: M of N data points beyond a threshold."""

    evaluation_periods: int
    datapoints_to_alarm: int
    comparison: str
    threshold: float
    missing_data: MissingData = "missing"

    @property
    def range(self) -> int:
        """How many data points are looked at."""
        return self.evaluation_periods + EXTRA_PERIODS

    def is_breaching(self, value: float) -> bool:
        """Tell whether one data point is beyond the threshold."""
        compare = COMPARISONS.get(self.comparison)
        return compare is not None and compare(value, self.threshold)


def state_of(points: Sequence[float | None], rule: Rule, current: State) -> State:
    """The state that follows from the data points of the rule's range, the newest first."""
    seen = [(age, rule.is_breaching(value)) for age, value in enumerate(points, start=1) if value is not None]
    if len(seen) >= rule.evaluation_periods:
        return _by_count([breaching for _, breaching in seen[: rule.evaluation_periods]], rule)
    missing = rule.evaluation_periods - len(seen)
    breaches = [breaching for _, breaching in seen]
    match rule.missing_data:
        case "breaching":
            return _by_count([*breaches, *[True] * missing], rule)
        case "notBreaching":
            return _by_count([*breaches, *[False] * missing], rule)
        case "ignore":
            if not all(breaches):
                return _by_count(breaches, rule)
            return "ALARM" if sum(breaches) >= rule.datapoints_to_alarm and breaches else current
        case "missing":
            if not seen:
                return "INSUFFICIENT_DATA"
            if not all(breaches):
                return _by_count(breaches, rule)
            # Only breaches are known: believed once the oldest is old enough, so that one late point alarms nobody.
            return "ALARM" if seen[-1][0] >= rule.datapoints_to_alarm else current


def _by_count(breaches: Sequence[bool], rule: Rule) -> State:
    return "ALARM" if sum(breaches) >= rule.datapoints_to_alarm else "OK"
