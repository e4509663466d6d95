"""An alarm on a percentile, or on a formula, is said to be on an average, too.

On AWS an alarm has a statistic, an extended one, or neither. Goes when MiniStack keeps only what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import cloudwatch

from tapstack.sandbox.server.mends.patch import original, replace


def install() -> None:
    """Drop the average that nobody asked for."""
    alarms = original(cloudwatch, "_alarms")

    def putting(own: Callable[..., Any]) -> Callable[..., Any]:
        def put(*arguments: Any, **named: Any) -> Any:
            answer = own(*arguments, **named)
            for alarm in alarms.values():
                if alarm.get("ExtendedStatistic") or alarm.get("Metrics"):
                    alarm.pop("Statistic", None)
            return answer

        return put

    replace(cloudwatch, "_put_metric_alarm", putting)
