"""What an alarm is made of, and how it is written into a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from tapstack.engines.cloudformation.template import Resource, Value, logical_id
from tapstack.engines.cloudformation.unit import UnitTemplate
from tapstack.plan.names import NameKind

Missing = Literal["quiet", "steady"]
TREATED_AS = {"quiet": "notBreaching", "steady": "breaching"}
AT_LEAST: Final = "GreaterThanOrEqualToThreshold"
ABOVE: Final = "GreaterThanThreshold"
BELOW: Final = "LessThanThreshold"
Comparison = Literal["GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold"]


@dataclass(frozen=True)
class Metric:
    """One metric of AWS's own."""

    namespace: str
    name: str
    dimensions: Mapping[str, Value]
    statistic: str = "Sum"

    def as_data(self) -> dict[str, Value]:
        """The metric's part of an alarm."""
        extended = self.statistic.startswith("p")
        return {
            "Namespace": self.namespace,
            "MetricName": self.name,
            "Dimensions": [{"Name": name, "Value": value} for name, value in self.dimensions.items()],
            "ExtendedStatistic" if extended else "Statistic": self.statistic,
        }


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
    condition: str | None = None
    period: int | None = None

    @property
    def name(self) -> str:
        """What it is called, after fleet and environment."""
        return f"{self.of}-{self.what}"


def write(unit: UnitTemplate, alarm: Alarm, topic: Resource) -> None:
    """Add an alarm that tells the topic when it goes off and when it is over."""
    thresholds = unit.fleet.observability.thresholds
    period = alarm.period or thresholds.period
    if alarm.formula:
        queries: list[Value] = [
            {"Id": "result", "Expression": alarm.formula, "Label": alarm.what, "ReturnData": True},
            *(_query(f"m{number}", metric, period) for number, metric in enumerate(alarm.metrics, start=1)),
        ]
        watched: dict[str, Value] = {"Metrics": queries}
    else:
        watched = {**alarm.metrics[0].as_data(), "Period": period}
    unit.template.add(
        logical_id("alarm", alarm.of, alarm.what),
        "AWS::CloudWatch::Alarm",
        {
            "AlarmName": unit.name(NameKind.ALARM, alarm.name),
            "AlarmDescription": alarm.description,
            **watched,
            "ComparisonOperator": alarm.comparison,
            "Threshold": alarm.threshold,
            "EvaluationPeriods": thresholds.evaluations,
            "DatapointsToAlarm": thresholds.evaluations,
            "TreatMissingData": TREATED_AS[alarm.missing],
            "AlarmActions": [topic.ref],
            "OKActions": [topic.ref],
        },
        condition=alarm.condition,
    )


def _query(name: str, metric: Metric, period: int) -> Value:
    data = metric.as_data()
    statistic = data.pop("ExtendedStatistic", None) or data.pop("Statistic")
    return {"Id": name, "MetricStat": {"Metric": data, "Period": period, "Stat": statistic}, "ReturnData": False}
