"""The emulator's alarms, evaluated on their own: at every new datum, and by the clock.

MiniStack 1.5.33 evaluates an alarm only when some metric is put, over all dimensions at once, without M of N and
without treatment of missing data, and it forgets metric math. Can go when its `_evaluate_alarm` does these.

Each data point covers one period back from now, so the newest is never half empty. Periods run in the sandbox's time:
with a clock factor of 10, sixty deployed seconds are six real ones.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import cloudwatch

from tapstack.sandbox.server.alarms import metric_math
from tapstack.sandbox.server.alarms.alarm_rules import COMPARISONS, Rule, State, state_of
from tapstack.sandbox.server.extension import Clock
from tapstack.sandbox.server.faults import Faults

_log = logging.getLogger("tapstack.alarms")

_LONGEST_PAUSE_SECONDS = 10
# Data are kept in the order in which they came, which is that of their times except for a few that came late: after so
# many that are too old there is nothing younger to be found, and busy metrics hold tens of thousands.
_OLD_ENOUGH = 500
Alarm = dict[str, Any]
Key = tuple[str, str, str]


class Evaluation:
    """Evaluates alarms that are due."""

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self._clock = clock
        self._faults = faults
        self._evaluated: dict[Key, float] = {}

    def reset(self) -> None:
        """Forget when what was evaluated."""
        self._evaluated.clear()

    def evaluate_due(self) -> None:
        """Evaluate each alarm whose pause is over: its period, but ten seconds at most.

        The alarms of a region that is out tell nobody anything, as on AWS: the one that counts lives elsewhere.
        """
        alarms: dict[Key, Alarm] = dict(cloudwatch._alarms.all_items())
        now = time.monotonic()
        for key in self._evaluated.keys() - alarms.keys():
            del self._evaluated[key]
        for key, alarm in alarms.items():
            pause = self._clock.real_seconds(min(period_of(alarm), _LONGEST_PAUSE_SECONDS))
            if now - self._evaluated.setdefault(key, now) < pause:
                continue
            self._evaluated[key] = now
            if self._faults.is_out(key[1], "monitoring"):
                continue
            try:
                with request_scope(key[0], key[1]):
                    self.evaluate(alarm, is_due=True)
            except Exception:  # noqa: BLE001 - logged; the other alarms must go on
                _log.exception("The alarm %s in %s could not be evaluated", key[2], key[1])

    def evaluate(self, alarm: Alarm, *, is_due: bool = False) -> None:
        """Evaluate one alarm of the current account and region; only when it is due is no data a statement."""
        if alarm.get("ComparisonOperator") not in COMPARISONS:
            return
        rule = rule_of(alarm)
        points = self._points(alarm, rule.range)
        if all(point is None for point in points):
            age = time.time() - float(alarm.get("AlarmConfigurationUpdatedTimestamp") or 0)
            # A new alarm has no data because nothing could be measured yet: let a period pass before it is a breach.
            is_new = rule.missing_data == "breaching" and age < self._clock.real_seconds(period_of(alarm))
            if is_new or not is_due:
                return
        current: State = alarm["StateValue"]
        state = state_of(points, rule, current)
        if state != current:
            _change(alarm, state, _reason(points, rule, state))

    def _points(self, alarm: Alarm, length: int) -> Sequence[float | None]:
        """The alarm's data points, the newest first."""
        queries = alarm.get("Metrics")
        if not queries:
            statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
            return self._series(
                alarm.get("Namespace") or "",
                alarm.get("MetricName") or "",
                alarm.get("Dimensions") or (),
                period_of(alarm),
                statistic,
                length,
            )
        return self._by_math(queries, alarm.get("ThresholdMetricId"), length)

    def _by_math(
        self, queries: Sequence[Mapping[str, Any]], threshold_id: str | None, length: int
    ) -> Sequence[float | None]:
        returned = [query["Id"] for query in queries if query.get("ReturnData", True) and query["Id"] != threshold_id]
        series: dict[str, metric_math.Series] = {}
        expressions: dict[str, str] = {}
        for query in queries:
            if query.get("Expression"):
                expressions[query["Id"]] = query["Expression"]
                continue
            stat = query["MetricStat"]
            metric = stat["Metric"]
            series[query["Id"]] = self._series(
                metric["Namespace"],
                metric["MetricName"],
                metric.get("Dimensions") or (),
                int(stat["Period"]),
                stat["Stat"],
                length,
            )
        # Expressions may use each other in any order.
        while expressions:
            ready = [name for name, text in expressions.items() if metric_math.names_in(text) <= series.keys()]
            if not ready:
                raise metric_math.MetricMathError(f"Unknown names in {sorted(expressions.values())}")
            for name in ready:
                series[name] = metric_math.evaluate(expressions.pop(name), series, length)
        return series[returned[0]]

    def _series(
        self,
        namespace: str,
        name: str,
        dimensions: Sequence[Mapping[str, str]],
        period: int,
        statistic: str,
        length: int,
    ) -> Sequence[float | None]:
        key = cloudwatch._dims_key(cloudwatch._dims_from_list(list(dimensions)))
        data = cloudwatch._metrics.get((namespace, name, key)) or ()
        width, now = self._clock.real_seconds(period), time.time()
        buckets: list[list[Mapping[str, Any]]] = [[] for _ in range(length)]
        too_old_in_a_row = 0
        for datum in reversed(data):
            age = max(0.0, now - datum["Timestamp"])
            if age < width * length:
                buckets[int(age / width)].append(datum)
                too_old_in_a_row = 0
            else:
                too_old_in_a_row += 1
                if too_old_in_a_row > _OLD_ENOUGH:
                    break
        return [_statistic(bucket, statistic) for bucket in buckets]


def rule_of(alarm: Alarm) -> Rule:
    """What the alarm asks."""
    periods = int(alarm.get("EvaluationPeriods") or 1)
    return Rule(
        evaluation_periods=periods,
        datapoints_to_alarm=int(alarm.get("DatapointsToAlarm") or periods),
        comparison=alarm["ComparisonOperator"],
        threshold=float(alarm.get("Threshold") or 0),
        missing_data=alarm.get("TreatMissingData") or "missing",
    )


def period_of(alarm: Alarm) -> int:
    """The alarm's period; that of its metrics when it uses metric math."""
    periods = [
        int((query.get("MetricStat") or {}).get("Period") or query.get("Period") or 0)
        for query in alarm.get("Metrics") or ()
    ]
    return max(periods, default=0) or int(alarm.get("Period") or 60)


def _statistic(bucket: list[Mapping[str, Any]], statistic: str) -> float | None:
    stats = cloudwatch._calc_stats(bucket)
    return cloudwatch._stat_value(stats, statistic, bucket) if stats else None


def _change(alarm: Alarm, state: State, reason: str) -> None:
    """Everything that follows from a new state: history, actions, composite alarms."""
    before = alarm["StateValue"]
    now = int(time.time())
    alarm.update(StateValue=state, StateReason=reason, StateUpdatedTimestamp=now, StateTransitionedTimestamp=now)
    cloudwatch._record_history(alarm["AlarmName"], before, state, reason)
    cloudwatch._dispatch_alarm_actions(alarm, before, state, reason)
    cloudwatch._evaluate_parent_alarms(alarm)
    _log.info("Alarm %s in %s/%s: %s, was %s", alarm["AlarmName"], get_account_id(), get_region(), state, before)


def _reason(points: Sequence[float | None], rule: Rule, state: State) -> str:
    known = [value for value in points if value is not None][: rule.evaluation_periods]
    if not known:
        treated = f" treated as {rule.missing_data}" if rule.missing_data != "missing" else ""
        return f"No data for the last {rule.evaluation_periods} periods,{treated or ' insufficient'}."
    count = sum(rule.is_breaching(value) for value in known)
    return (
        f"Threshold Crossed: {count} out of the last {len(known)} datapoints {known} {rule.comparison} "
        f"{rule.threshold:g} (minimum {rule.datapoints_to_alarm} for ALARM): {state}"
    )
