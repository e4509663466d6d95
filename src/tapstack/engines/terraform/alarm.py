"""How an alarm is written into a module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapstack.engines.alarm import TREATED_AS, Alarm, Metric, Where
from tapstack.engines.terraform.expressions import Expression, expression, literal
from tapstack.engines.terraform.module import Resource, label
from tapstack.engines.terraform.unit import UnitModule
from tapstack.plan.names import NameKind

if TYPE_CHECKING:
    from tapstack.engines.terraform import arguments


def write(unit: UnitModule, alarm: Alarm, topic: Resource[Any]) -> None:
    """Add an alarm that tells the topic when it goes off and when it is over."""
    thresholds = unit.fleet.observability.thresholds
    period = alarm.period or thresholds.period
    evaluations = alarm.evaluations or thresholds.evaluations
    single = None if alarm.formula else alarm.metrics[0]
    unit.resource.aws_cloudwatch_metric_alarm(
        label("alarm", alarm.of, alarm.what),
        alarm_name=unit.name(NameKind.ALARM, alarm.name),
        alarm_description=literal(alarm.description),
        namespace=single.namespace if single else None,
        metric_name=single.name if single else None,
        dimensions=dict(single.dimensions) if single else None,
        statistic=single.statistic if single and not single.is_percentile else None,
        extended_statistic=single.statistic if single and single.is_percentile else None,
        period=period if single else None,
        metric_query=_queries(alarm, period) if alarm.formula else None,
        comparison_operator=alarm.comparison,
        threshold=alarm.threshold,
        evaluation_periods=evaluations,
        datapoints_to_alarm=evaluations,
        treat_missing_data=TREATED_AS[alarm.missing],
        alarm_actions=[topic.ref("arn")],
        ok_actions=[topic.ref("arn")],
        count=_count(unit, alarm.where),
    )


def _queries(alarm: Alarm, period: int) -> list[arguments.CloudwatchMetricAlarmMetricQuery]:
    result: arguments.CloudwatchMetricAlarmMetricQuery = {
        "id": "result",
        "expression": alarm.formula,
        "label": alarm.what,
        "return_data": True,
    }
    return [result, *(_query(f"m{number}", metric, period) for number, metric in enumerate(alarm.metrics, start=1))]


def _query(name: str, metric: Metric, period: int) -> arguments.CloudwatchMetricAlarmMetricQuery:
    measured: arguments.CloudwatchMetricAlarmMetric = {
        "namespace": metric.namespace,
        "metric_name": metric.name,
        "dimensions": dict(metric.dimensions),
        "period": period,
        "stat": metric.statistic,
    }
    return {"id": name, "metric": measured, "return_data": False}


def _count(unit: UnitModule, where: Where | None) -> Expression | None:
    if where is None:
        return None
    if where.kind == "home":
        return unit.only_at_home
    same = "==" if where.kind == "in" else "!="
    return expression(f'var.region {same} "{where.region}" ? 1 : 0')
