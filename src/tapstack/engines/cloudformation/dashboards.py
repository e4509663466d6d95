"""Dashboards: one for each region, and one for the fleet with all regions side by side.

A dashboard is a text for CloudFormation, JSON with gaps that it fills in. The fleet's one is made at home, where no
value of another region is known: it shows what has a planned name. Load balancers and HTTP APIs have none in
CloudWatch and stand on their region's own dashboard.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tapstack.engines.cloudformation.alarm import Metric
from tapstack.engines.cloudformation.alarms import (
    api_dimensions,
    database_dimensions,
    load_balancer_dimensions,
)
from tapstack.engines.cloudformation.template import Value, sub
from tapstack.engines.cloudformation.unit import UnitTemplate
from tapstack.fleet.databases import AuroraMysql
from tapstack.plan.names import NameKind

COLUMNS = 24
WIDTH, HEIGHT = 8, 6
TITLE_HEIGHT = 2
ALARMS_HEIGHT = 4
MOST_ALARMS = 100
"""More than that, CloudWatch does not take in one widget."""
OWN_REGION = "${AWS::Region}"


@dataclass(frozen=True)
class Chart:
    """A chart of a few metrics, which every region has."""

    title: str
    metrics: tuple[Metric, ...]


def of_region(unit: UnitTemplate, alarms: Sequence[str]) -> Value:
    """The dashboard of a region: everything that has metrics, and the state of the alarms with these names."""
    filled: dict[str, Value] = {}
    fleet = f"{unit.fleet.fleet} {unit.environment}"
    widgets = [_title(f"# {fleet} in {OWN_REGION}")]
    top = TITLE_HEIGHT
    for start in range(0, len(alarms), MOST_ALARMS):
        widgets.append(_alarms(alarms[start : start + MOST_ALARMS], top))
        top += ALARMS_HEIGHT
    charts = [
        _chart(chart.title, [_line(metric, OWN_REGION, filled, metric.name) for metric in chart.metrics], OWN_REGION)
        for chart in _charts(unit)
    ]
    return _body(widgets + _placed(charts, top), filled)


def of_fleet(unit: UnitTemplate) -> Value:
    """The dashboard of the fleet: the same metric of every region in one chart."""
    filled: dict[str, Value] = {}
    links = " · ".join(f"[{region}](#dashboards/dashboard/{_dashboard_name(unit, region)})" for region in unit.regions)
    widgets = [_title(f"# {unit.fleet.fleet} {unit.environment}\n{links}")]
    charts = [
        _chart(
            f"{chart.title}: {metric.name}",
            [_line(metric, region, filled, region) for region in unit.regions],
            unit.plan.home,
        )
        for chart in _charts(unit)
        for metric in chart.metrics
        if _is_planned(metric)
    ]
    return _body(widgets + _placed(charts, TITLE_HEIGHT), filled)


def _charts(unit: UnitTemplate) -> Iterator[Chart]:
    for name in unit.fleet.functions:
        dimensions = {"FunctionName": unit.name(NameKind.FUNCTION, name)}
        yield _several("AWS/Lambda", f"Function {name}", dimensions, "Invocations", "Errors", "Throttles")
        yield Chart(f"Function {name}: duration", (Metric("AWS/Lambda", "Duration", dimensions, "p99"),))
    for name, api in unit.fleet.apis.items():
        errors = ("4XXError", "5XXError") if api.kind == "rest" else ("4xx", "5xx")
        dimensions = dict(api_dimensions(unit, name))
        yield _several("AWS/ApiGateway", f"API {name}", dimensions, "Count", *errors)
        yield Chart(f"API {name}: latency", (Metric("AWS/ApiGateway", "Latency", dimensions, "p99"),))
    for name in unit.fleet.load_balancers:
        dimensions = dict(load_balancer_dimensions(name))
        yield _several(
            "AWS/ApplicationELB",
            f"Load balancer {name}",
            dimensions,
            "RequestCount",
            "HTTPCode_ELB_5XX_Count",
            "HTTPCode_Target_5XX_Count",
        )
        yield Chart(
            f"Load balancer {name}: latency",
            (Metric("AWS/ApplicationELB", "TargetResponseTime", dimensions, "p99"),),
        )
    for name, database in unit.fleet.databases.items():
        dimensions = dict(database_dimensions(unit, name))
        lag = "AuroraGlobalDBReplicationLag" if isinstance(database, AuroraMysql) else "ReplicaLag"
        for what, metric in (("processor", "CPUUtilization"), ("connections", "DatabaseConnections"), ("lag", lag)):
            yield Chart(f"Database {name}: {what}", (Metric("AWS/RDS", metric, dimensions, "Maximum"),))
    for name in unit.fleet.tables:
        dimensions = {"TableName": unit.name(NameKind.TABLE, name)}
        consumed = ("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits")
        yield _several("AWS/DynamoDB", f"Table {name}", dimensions, *consumed)
        yield _several(
            "AWS/DynamoDB", f"Table {name}: throttles", dimensions, "ReadThrottleEvents", "WriteThrottleEvents"
        )


def _several(namespace: str, title: str, dimensions: Mapping[str, Value], *names: str) -> Chart:
    return Chart(title, tuple(Metric(namespace, name, dimensions) for name in names))


def _is_planned(metric: Metric) -> bool:
    """Tell whether all of its dimensions are known before anything is deployed, and the same in every region."""
    return all(isinstance(value, str) for value in metric.dimensions.values())


def _line(metric: Metric, region: str, filled: dict[str, Value], label: str) -> Value:
    parts: list[Value] = [metric.namespace, metric.name]
    for name, value in metric.dimensions.items():
        parts += [name, _text(value, filled)]
    return [*parts, {"region": region, "label": label, "stat": metric.statistic}]


def _text(value: Value, filled: dict[str, Value]) -> str:
    """A value as a part of a text: itself, or a gap that CloudFormation fills in."""
    if isinstance(value, str):
        return value
    words = json.dumps(value)
    gap = "".join(letter for letter in words if letter.isalnum())
    filled[gap] = value
    return f"${{{gap}}}"


def _title(markdown: str) -> Value:
    return {
        "type": "text",
        "x": 0,
        "y": 0,
        "width": COLUMNS,
        "height": TITLE_HEIGHT,
        "properties": {"markdown": markdown},
    }


def _alarms(names: Sequence[str], top: int) -> Value:
    arn = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:"
    return {
        "type": "alarm",
        "x": 0,
        "y": top,
        "width": COLUMNS,
        "height": ALARMS_HEIGHT,
        "properties": {"title": "Alarms", "alarms": [f"{arn}{name}" for name in names]},
    }


def _chart(title: str, lines: Sequence[Value], region: str) -> Value:
    properties = {"title": title, "view": "timeSeries", "region": region, "period": 60, "metrics": list(lines)}
    return {"type": "metric", "width": WIDTH, "height": HEIGHT, "properties": properties}


def _placed(charts: Sequence[Value], top: int) -> list[Value]:
    """Put charts side by side, from left to right and from the top."""
    per_row = COLUMNS // WIDTH
    return [
        {**chart, "x": number % per_row * WIDTH, "y": top + number // per_row * HEIGHT}
        for number, chart in enumerate(charts)
    ]


def _body(widgets: Sequence[Value], filled: Mapping[str, Value]) -> Value:
    text = json.dumps({"widgets": list(widgets)}, ensure_ascii=False, sort_keys=True)
    return sub(text, filled) if "${" in text else text


def _dashboard_name(unit: UnitTemplate, region: str) -> str:
    return unit.text_name(NameKind.DASHBOARD, "region").replace(OWN_REGION, region)
