"""The extension: everything of this package put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import cloudwatch

from tapstack.sandbox.server.alarms import actions, metric_filters, metric_math_alarms, traffic_metrics
from tapstack.sandbox.server.alarms.evaluation import Evaluation
from tapstack.sandbox.server.extension import ServerContext, Status
from tapstack.sandbox.server.mends.patch import replace
from tapstack.sandbox.server.watch import Watch

# How often it is looked which alarms are due; with the fastest clock an alarm is due every tenth of a second.
_TICK_SECONDS = 0.25


class Alarms:
    """Evaluates alarms when data comes and when time passes."""

    name = "alarms"

    def __init__(self) -> None:
        self._watch: Watch | None = None

    def install(self, context: ServerContext) -> None:
        """Take the place of the emulator's own evaluation, and publish what alarms watch."""
        self._factor = context.settings.clock_factor
        self._evaluation = Evaluation(context.clock, context.faults)

        def by_rules(_: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
            return self._evaluation.evaluate

        replace(cloudwatch, "_evaluate_alarm", by_rules)
        for part in (actions, metric_math_alarms, traffic_metrics, metric_filters):
            part.install()

    async def start(self, context: ServerContext) -> None:  # noqa: ARG002 - the protocol's
        """Evaluate by the clock."""
        self._watch = Watch("alarms", self._evaluation.evaluate_due, _TICK_SECONDS)
        self._watch.start()

    async def stop(self) -> None:
        """Evaluate no more."""
        if self._watch is not None:
            await self._watch.stop()

    def reset(self) -> None:
        """Forget when what was evaluated."""
        self._evaluation.reset()

    def status(self) -> Status:
        """How many alarms there are in each state, and how fast their periods run."""
        stored = [*cloudwatch._alarms.all_values(), *cloudwatch._composite_alarms.all_values()]
        states = [alarm["StateValue"] for alarm in stored]
        return {
            **{state: states.count(state) for state in ("OK", "ALARM", "INSUFFICIENT_DATA")},
            "clock factor": self._factor,
            "periods": "as deployed" if self._factor == 1 else f"{self._factor:g} times as fast as deployed",
        }
