"""How an alarm is written into a template."""

from __future__ import annotations

from tapstack.engines.alarm import TREATED_AS, Alarm, Metric, Where
from tapstack.engines.cloudformation.template import Resource, Value, logical_id
from tapstack.engines.cloudformation.unit import IS_HOME, UnitTemplate
from tapstack.plan.names import NameKind


def write(unit: UnitTemplate, alarm: Alarm, topic: Resource) -> None:
    """Add an alarm that tells the topic when it goes off and when it is over."""
    thresholds = unit.fleet.observability.thresholds
    period = alarm.period or thresholds.period
    evaluations = alarm.evaluations or thresholds.evaluations
    if alarm.formula:
        queries: list[Value] = [
            {"Id": "result", "Expression": alarm.formula, "Label": alarm.what, "ReturnData": True},
            *(_query(f"m{number}", metric, period) for number, metric in enumerate(alarm.metrics, start=1)),
        ]
        watched: dict[str, Value] = {"Metrics": queries}
    else:
        watched = {**_metric(alarm.metrics[0]), "Period": period}
    unit.template.add(
        logical_id("alarm", alarm.of, alarm.what),
        "AWS::CloudWatch::Alarm",
        {
            "AlarmName": unit.name(NameKind.ALARM, alarm.name),
            "AlarmDescription": alarm.description,
            **watched,
            "ComparisonOperator": alarm.comparison,
            "Threshold": alarm.threshold,
            "EvaluationPeriods": evaluations,
            "DatapointsToAlarm": evaluations,
            "TreatMissingData": TREATED_AS[alarm.missing],
            "AlarmActions": [topic.ref],
            "OKActions": [topic.ref],
        },
        condition=_condition(unit, alarm.where),
    )


def _metric(metric: Metric) -> dict[str, Value]:
    return {
        "Namespace": metric.namespace,
        "MetricName": metric.name,
        "Dimensions": [{"Name": name, "Value": value} for name, value in metric.dimensions.items()],
        "ExtendedStatistic" if metric.is_percentile else "Statistic": metric.statistic,
    }


def _query(name: str, metric: Metric, period: int) -> Value:
    data = _metric(metric)
    statistic = data.pop("ExtendedStatistic", None) or data.pop("Statistic")
    return {"Id": name, "MetricStat": {"Metric": data, "Period": period, "Stat": statistic}, "ReturnData": False}


def _condition(unit: UnitTemplate, where: Where | None) -> str | None:
    if where is None:
        return None
    if where.kind == "home":
        return IS_HOME
    return unit.is_region(where.region) if where.kind == "in" else _outside(unit, where.region)


def _outside(unit: UnitTemplate, region: str) -> str:
    """The condition that the stack stands in another region than this one."""
    name = logical_id("is-not", region)
    unit.template.conditions.setdefault(name, {"Fn::Not": [{"Condition": unit.is_region(region)}]})
    return name
