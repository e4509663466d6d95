"""Seeing what happens: logs, alarms that reach somebody, dashboards, and a watch for drift."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from tapstack.fleet.base import Part, Seconds, seconds

DAY = 86400
RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)


def _retention(value: object) -> object:
    amount = seconds(value)
    if isinstance(amount, int) and (amount % DAY or amount // DAY not in RETENTION_DAYS):
        allowed = ", ".join(f"{days}d" for days in RETENTION_DAYS)
        raise ValueError(f"CloudWatch keeps logs for one of {allowed}")
    return amount


class Thresholds(Part):
    """When alarms go off; each counts within `period`."""

    function_errors: Annotated[int, Field(ge=1)] = 1
    function_throttles: Annotated[int, Field(ge=1)] = 1
    api_server_errors: Annotated[int, Field(ge=1)] = 5
    api_latency: Annotated[Seconds, Field(ge=1)] = 3
    load_balancer_server_errors: Annotated[int, Field(ge=1)] = 5
    database_cpu_percent: Annotated[int, Field(ge=1, le=100)] = 80
    database_connections: Annotated[int, Field(ge=1)] = 200
    database_replication_lag: Annotated[Seconds, Field(ge=1)] = 5
    table_throttles: Annotated[int, Field(ge=1)] = 1
    table_replication_latency: Annotated[Seconds, Field(ge=1)] = 10
    period: Annotated[
        Literal[60, 300, 900], BeforeValidator(seconds, json_schema_input_type=Literal["60s", "5m", "15m"])
    ] = 300
    evaluations: Annotated[int, Field(ge=1, le=10)] = 1


class Observability(Part):
    """Everything is on unless it is turned off."""

    log_retention: Annotated[int, BeforeValidator(_retention, json_schema_input_type=Seconds)] = 30 * DAY
    alarms: bool = True
    thresholds: Thresholds = Thresholds()
    notify: tuple[Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")], ...] = Field(
        default=(), description="E-mail addresses that every region's alarm topic writes to."
    )
    dashboards: bool = Field(default=True, description="One per region and one for the fleet.")
    drift_watch: Annotated[Seconds, Field(ge=3600)] | None = Field(
        default=None,
        description="How often changes made by hand are looked for, and told: by each region itself, or, by Terraform, "
        "by `tapstack drift --report` on a schedule of yours; an alarm tells when that is late.",
    )
