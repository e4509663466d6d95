"""Metric filters that emit: log lines become data points. MiniStack 1.5.33 stores such filters and never uses them.

Patterns: words, quoted phrases, `?optional` and `-excluded` words, `{ $.field = value }` with the usual comparisons
joined by `&&` or `||`. Patterns of columns (`[ip, user, ...]`) match nothing here. Can go when MiniStack emits.
"""

from __future__ import annotations

import fnmatch
import json
import logging
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ministack.services import cloudwatch, cloudwatch_logs

from tapstack.sandbox.server.mends.patch import replace

_log = logging.getLogger("tapstack.alarms")
_WORD = re.compile(r'(?P<sign>[-?]?)(?:"(?P<phrase>(?:[^"\\]|\\.)*)"|(?P<word>\S+))')
_TERM = re.compile(
    r"\$\.(?P<path>[\w.\-\[\]]+)\s*(?:(?P<operator>!=|>=|<=|=|>|<)\s*(?P<value>\"[^\"]*\"|[^\s&|]+)"
    r"|(?P<test>IS\s+(?:NULL|TRUE|FALSE)|NOT\s+EXISTS))"
)
_NUMERIC: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
_MISSING = object()


def install() -> None:
    """Look at each batch of log lines where the emulator hands them to subscriptions."""

    def emitting(original: Callable[..., Any]) -> Callable[..., Any]:
        def fanout(group: str, stream: str, events: Sequence[Mapping[str, Any]]) -> Any:
            try:
                _emit(group, events)
            except Exception:  # noqa: BLE001 - logged; a filter must not keep lines from being stored
                _log.exception("The metric filters of %s failed", group)
            return original(group, stream, events)

        return fanout

    replace(cloudwatch_logs, "_fanout_to_subscription_filters", emitting)


def _emit(group: str, events: Sequence[Mapping[str, Any]]) -> None:
    for (filtered, _), stored in cloudwatch_logs._metric_filters.items():
        if filtered != group:
            continue
        matching = [str(event.get("message", "")) for event in events]
        matching = [message for message in matching if matches(stored.get("filterPattern", ""), message)]
        for metric in stored.get("metricTransformations") or ():
            _record(metric, matching)


def _record(metric: Mapping[str, Any], messages: Sequence[str]) -> None:
    name, namespace, unit = metric["metricName"], metric["metricNamespace"], metric.get("unit") or "None"
    for message in messages:
        value = _number(str(metric.get("metricValue", "1")), message)
        if value is not None:
            dimensions = {
                key: str(found)
                for key, path in (metric.get("dimensions") or {}).items()
                if (found := field(message, str(path).removeprefix("$."))) is not None
            }
            cloudwatch.record_metric(namespace, name, value, unit, dimensions)
    default = metric.get("defaultValue")
    if not messages and default is not None:
        cloudwatch.record_metric(namespace, name, float(default), unit, {})


def _number(written: str, message: str) -> float | None:
    found = field(message, written.removeprefix("$.")) if written.startswith("$.") else written
    try:
        return float(found)  # type: ignore[arg-type] # what is no number is none
    except (TypeError, ValueError):
        return None


def matches(pattern: str, message: str) -> bool:
    """Tell whether a log line matches a filter pattern."""
    pattern = pattern.strip()
    if pattern.startswith("{"):
        return _matches_fields(pattern.strip("{} \t"), message)
    if pattern.startswith("["):
        return False
    optional: list[bool] = []
    for match in _WORD.finditer(pattern):
        text = match["phrase"] if match["phrase"] is not None else match["word"]
        is_in = text.replace('\\"', '"') in message
        match match["sign"]:
            case "?":
                optional.append(is_in)
            case "-" if is_in:
                return False
            case "" if not is_in:
                return False
    return any(optional) if optional else True


def _matches_fields(expression: str, message: str) -> bool:
    """`&&` binds closer than `||`, and parentheses are only understood around the whole."""
    for alternative in expression.strip("() ").split("||"):
        terms = [_TERM.search(term) for term in alternative.split("&&")]
        if all(term is not None and _holds(term, message) for term in terms):
            return True
    return False


def _holds(term: re.Match[str], message: str) -> bool:
    found = field(message, term["path"], _MISSING)
    if term["test"]:
        wanted = term["test"].split()[-1]
        return found is {"NULL": None, "TRUE": True, "FALSE": False, "EXISTS": _MISSING}[wanted]
    if found is _MISSING:
        return False
    value = term["value"].strip('"')
    try:
        return _NUMERIC[term["operator"]](float(found), float(value))  # type: ignore[arg-type] # tried, see below
    except (TypeError, ValueError):
        is_equal = fnmatch.fnmatchcase(str(found), value)
        return {"=": is_equal, "!=": not is_equal}.get(term["operator"], False)


def field(message: str, path: str, default: object = None) -> object:
    """A field of a log line that is JSON."""
    try:
        value: Any = json.loads(message)
    except ValueError:
        return default
    for part in re.findall(r"[^.\[\]]+", path):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return default
    return value
