"""Alarms on metric math: MiniStack 1.5.33 drops the expressions of an API call, and refuses those of a template.

Can go when MiniStack stores an alarm's `Metrics`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from ministack.services import cloudwatch
from ministack.services.cloudformation import provisioners

from tapstack.sandbox.server.alarms import metric_math
from tapstack.sandbox.server.mends.patch import replace

# What an alarm on one metric has and an alarm on several has not.
_OF_ONE_METRIC = ("Namespace", "MetricName", "Statistic", "ExtendedStatistic", "Period", "Dimensions", "Unit")
_QUERY_MEMBER = re.compile(r"Metrics\.member\.(\d+)\.(.+)")

Handler = Callable[..., tuple[int, dict[str, str], bytes]]
Queries = list[dict[str, Any]]


def install() -> None:
    """Keep the expressions, by either way in."""

    def keeping(original: Handler) -> Handler:
        def put_metric_alarm(
            params: Mapping[str, Any], cbor_data: Mapping[str, Any], is_cbor: bool, is_json: bool = False
        ) -> tuple[int, dict[str, str], bytes]:
            queries = cbor_data.get("Metrics") or [] if is_cbor or is_json else queries_in_form(params)
            try:
                _check(queries)
            except metric_math.MetricMathError as problem:
                error = cloudwatch._error
                return error("ValidationError", str(problem), 400, use_json=is_json, use_cbor=is_cbor)  # type: ignore[no-any-return]
            response = original(params, cbor_data, is_cbor, is_json)
            if queries and response[0] == 200:
                name = cbor_data.get("AlarmName") or cloudwatch._p(params, "AlarmName")
                _store(cloudwatch._alarms[name], queries)
            return response

        return put_metric_alarm

    def accepting(original: Callable[[str, Mapping[str, Any]], dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        def metric_alarm_record(name: str, props: Mapping[str, Any]) -> dict[str, Any]:
            queries = [_typed(query) for query in props.get("Metrics") or ()]
            if not queries:
                return original(name, props)
            _check(queries)
            others = {key: value for key, value in props.items() if key != "Metrics"}
            alarm = original(name, {**others, "Namespace": "-", "MetricName": "-"})
            _store(alarm, queries)
            return alarm

        return metric_alarm_record

    replace(cloudwatch, "_put_metric_alarm", keeping)
    replace(provisioners, "_cw_metric_alarm_record", accepting)


def queries_in_form(params: Mapping[str, Any]) -> Queries:
    """The queries of a call by the Query protocol, whose nested names are written flat."""
    queries: dict[int, dict[str, Any]] = {}
    for name in params:
        match = _QUERY_MEMBER.fullmatch(name)
        if match:
            _put(queries.setdefault(int(match[1]), {}), match[2].split("."), cloudwatch._p(params, name))
    return [_typed(queries[index]) for index in sorted(queries)]


def _put(target: MutableMapping[str, Any], path: list[str], value: str) -> None:
    match path:
        case [name]:
            target[name] = value
        case [name, "member", index, *rest]:
            items: list[dict[str, Any]] = target.setdefault(name, [])
            while len(items) < int(index):
                items.append({})
            _put(items[int(index) - 1], rest, value)
        case [name, *rest]:
            _put(target.setdefault(name, {}), rest, value)
        case _:
            raise ValueError("a query's member without a name")


def _typed(query: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers and truth values as such; templates and forms write them as words."""
    typed = dict(query)
    if "ReturnData" in typed:
        typed["ReturnData"] = str(typed["ReturnData"]).lower() == "true"
    if "Period" in typed:
        typed["Period"] = int(typed["Period"])
    if "MetricStat" in typed:
        typed["MetricStat"] = {**typed["MetricStat"], "Period": int(typed["MetricStat"]["Period"])}
    return typed


def _check(queries: Queries) -> None:
    for query in queries:
        if query.get("Expression"):
            metric_math.names_in(query["Expression"])


def _store(alarm: dict[str, Any], queries: Queries) -> None:
    for name in _OF_ONE_METRIC:
        alarm.pop(name, None)
    alarm["Metrics"] = queries
