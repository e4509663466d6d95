"""Dashboards: one for each region, and one for the fleet with all regions side by side.

The fleet's one is made at home, where no value of another region is known: it
shows what has a planned name. Load balancers and HTTP APIs have none in CloudWatch and stand on their region's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tapstack.engines.alarm import Metric, Value
from tapstack.engines.watched import Watched
from tapstack.fleet.databases import AuroraMysql
from tapstack.plan.names import NameKind

COLUMNS = 24
WIDTH, HEIGHT = 8, 6
TITLE_HEIGHT = 2
ALARMS_HEIGHT = 4
MOST_ALARMS = 100
"""More than that, CloudWatch does not take in one widget."""


@dataclass(frozen=True)
class Chart:
    """A chart of a few metrics, which every region has."""

    title: str
    metrics: tuple[Metric, ...]


def of_region(watched: Watched, alarms: Sequence[str]) -> list[Value]:
    """The widgets of a region: everything that has metrics, and the state of the alarms with these names."""
    fleet = f"{watched.fleet.fleet} {watched.plan.environment}"
    widgets = [_title(f"# {fleet} in {watched.own_region}")]
    top = TITLE_HEIGHT
    for start in range(0, len(alarms), MOST_ALARMS):
        widgets.append(_alarms(watched, alarms[start : start + MOST_ALARMS], top))
        top += ALARMS_HEIGHT
    charts = [
        _chart(
            chart.title,
            [_line(metric, watched.own_region, metric.name) for metric in chart.metrics],
            watched.own_region,
        )
        for chart in _charts(watched)
    ]
    return [*widgets, *_placed(charts, top)]


def of_fleet(watched: Watched) -> list[Value]:
    """The widgets of the fleet: the same metric of every region in one chart."""
    links = " · ".join(f"[{region}](#dashboards/dashboard/{watched.dashboard(region)})" for region in watched.regions)
    widgets = [_title(f"# {watched.fleet.fleet} {watched.plan.environment}\n{links}")]
    charts = [
        _chart(
            f"{chart.title}: {metric.name}",
            [_line(metric, region, region) for region in watched.regions],
            watched.plan.home,
        )
        for chart in _charts(watched)
        for metric in chart.metrics
        if _is_planned(metric)
    ]
    return [*widgets, *_placed(charts, TITLE_HEIGHT)]


def _charts(watched: Watched) -> Iterator[Chart]:
    for name in watched.fleet.functions:
        dimensions = {"FunctionName": watched.name(NameKind.FUNCTION, name)}
        yield _several("AWS/Lambda", f"Function {name}", dimensions, "Invocations", "Errors", "Throttles")
        yield Chart(f"Function {name}: duration", (Metric("AWS/Lambda", "Duration", dimensions, "p99"),))
    for name, api in watched.fleet.apis.items():
        errors = ("4XXError", "5XXError") if api.kind == "rest" else ("4xx", "5xx")
        dimensions = dict(watched.api(name))
        yield _several("AWS/ApiGateway", f"API {name}", dimensions, "Count", *errors)
        yield Chart(f"API {name}: latency", (Metric("AWS/ApiGateway", "Latency", dimensions, "p99"),))
    for name in watched.fleet.load_balancers:
        dimensions = dict(watched.balancer(name))
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
    for name, database in watched.fleet.databases.items():
        dimensions = dict(watched.database(name))
        lag = "AuroraGlobalDBReplicationLag" if isinstance(database, AuroraMysql) else "ReplicaLag"
        for what, metric in (("processor", "CPUUtilization"), ("connections", "DatabaseConnections"), ("lag", lag)):
            yield Chart(f"Database {name}: {what}", (Metric("AWS/RDS", metric, dimensions, "Maximum"),))
    for name in watched.fleet.tables:
        dimensions = {"TableName": watched.name(NameKind.TABLE, name)}
        consumed = ("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits")
        yield _several("AWS/DynamoDB", f"Table {name}", dimensions, *consumed)
        yield _several(
            "AWS/DynamoDB", f"Table {name}: throttles", dimensions, "ReadThrottleEvents", "WriteThrottleEvents"
        )


def _several(namespace: str, title: str, dimensions: Mapping[str, Value], *names: str) -> Chart:
    return Chart(title, tuple(Metric(namespace, name, dimensions) for name in names))


def _is_planned(metric: Metric) -> bool:
    """Tell whether all of its dimensions are known before anything is deployed, and the same in every region."""
    return all(isinstance(value, str) and "${" not in value for value in metric.dimensions.values())


def _line(metric: Metric, region: str, label: str) -> Value:
    parts: list[Value] = [metric.namespace, metric.name]
    for name, value in metric.dimensions.items():
        parts += [name, value]
    return [*parts, {"region": region, "label": label, "stat": metric.statistic}]


def _title(markdown: str) -> Value:
    return {
        "type": "text",
        "x": 0,
        "y": 0,
        "width": COLUMNS,
        "height": TITLE_HEIGHT,
        "properties": {"markdown": markdown},
    }


def _alarms(watched: Watched, names: Sequence[str], top: int) -> Value:
    return {
        "type": "alarm",
        "x": 0,
        "y": top,
        "width": COLUMNS,
        "height": ALARMS_HEIGHT,
        "properties": {"title": "Alarms", "alarms": [f"{watched.alarm_arn}{name}" for name in names]},
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
