"""What `tapstack drift` tells CloudWatch where nothing in AWS could look for itself: how many resources have drifted.

Only Terraform knows what its state holds, so a region cannot watch itself. Whoever runs `tapstack drift` on a schedule
reports; alarms say when something was found, and when nobody has looked.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from tapstack.engines.alarm import BELOW, Alarm, Metric
from tapstack.plan.model import Plan
from tapstack.plan.names import NameKind, name_of

NAMESPACE = "TapStack"
METRIC = "DriftedResources"
HOUR, DAY = 3600, 86400
OF = "drift"
"""What the alarms on it are of."""
LONGEST_DAYS = 7
"""The longest that an alarm of CloudWatch looks back."""


def report(client: Any, plan: Plan, drifted: int) -> None:
    """Tell a region's CloudWatch what was found there; 0 ends the alarm."""
    dimensions = [{"Name": name, "Value": value} for name, value in _dimensions(plan).items()]
    client.put_metric_data(
        Namespace=NAMESPACE,
        MetricData=[{"MetricName": METRIC, "Dimensions": dimensions, "Value": drifted, "Unit": "Count"}],
    )


def alarms_of(plan: Plan, every: int) -> Iterator[Alarm]:
    """The alarms that go off when something was found, and when nobody has looked for twice as long as agreed."""
    yield Alarm(
        OF,
        "found",
        "Resources of this region are not as described. See `tapstack drift`.",
        (Metric(NAMESPACE, METRIC, _dimensions(plan), "Maximum"),),
        1,
        missing="unchanged",
        period=HOUR,
        evaluations=1,
    )
    period = min(every - every % HOUR, DAY)
    yield Alarm(
        OF,
        "unwatched",
        "Nobody has looked for changes made by hand: `tapstack drift --report` has not run in time.",
        (Metric(NAMESPACE, METRIC, _dimensions(plan), "SampleCount"),),
        1,
        BELOW,
        "steady",
        period=period,
        evaluations=min(2 * math.ceil(every / period), LONGEST_DAYS * DAY // period),
    )


def is_on_drift(plan: Plan, alarm: str) -> bool:
    """Tell by its name whether an alarm is one of these: they ring for what people do, and for what they do not."""
    return alarm.startswith(name_of(NameKind.ALARM, plan.fleet, plan.environment, f"{OF}-").text)


def _dimensions(plan: Plan) -> dict[str, str]:
    return {"Fleet": plan.fleet, "Environment": plan.environment}
