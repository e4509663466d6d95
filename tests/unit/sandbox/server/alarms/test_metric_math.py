"""Metric math, and filter patterns for log lines."""

from __future__ import annotations

import pytest

from tapstack.sandbox.server.alarms.metric_filters import matches
from tapstack.sandbox.server.alarms.metric_math import MetricMathError, evaluate, names_in

SERIES = {"errors": [1.0, 0.0, None], "calls": [4.0, 0.0, 2.0]}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("errors / calls * 100", [25.0, None, None]),
        ("100*(errors+1)/(calls+1)", [40.0, 100.0, None]),
        ("-errors", [-1.0, 0.0, None]),
        ("calls ^ 2", [16.0, 0.0, 4.0]),
        ("FILL(errors, 0) + 1", [2.0, 1.0, 1.0]),
        ("IF(calls > 0, errors / calls, 0)", [0.25, 0.0, None]),
        ("IF(calls < 1, 7)", [None, 7.0, None]),
        ("SUM([errors, calls])", [5.0, 0.0, 2.0]),
        ("MAX(METRICS())", [4.0, 0.0, 2.0]),
        ("avg([errors, calls])", [2.5, 0.0, 2.0]),
    ],
)
def test_expressions(expression, expected):
    assert evaluate(expression, SERIES, 3) == expected


@pytest.mark.parametrize("expression", ["ANOMALY_DETECTION_BAND(m1)", "1 +", "__import__('os')", "a.b(c)"])
def test_what_cannot_be_evaluated_is_refused(expression):
    with pytest.raises(MetricMathError):
        names_in(expression)


def test_the_names_that_an_expression_uses():
    assert names_in("IF(a > b, SUM([c, 1]), METRICS())") == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("pattern", "line", "expected"),
    [
        ("", "anything", True),
        ("ERROR", "[ERROR] no", True),
        ("ERROR", "error", False),
        ('"Task timed out"', "x Task timed out after 3 s", True),
        ("ERROR timeout", "ERROR only", False),
        ("?ERROR ?WARN", "a WARN", True),
        ("?ERROR ?WARN", "fine", False),
        ("ERROR -ignored", "ERROR ignored", False),
        ('{ $.level = "ERROR" }', '{"level": "ERROR"}', True),
        ('{ $.level = "ERR*" }', '{"level": "ERROR"}', True),
        ('{ $.level != "ERROR" }', '{"level": "INFO"}', True),
        ("{ $.status >= 500 }", '{"status": 502}', True),
        ("{ $.status >= 500 && $.path = /pay }", '{"status": 502, "path": "/"}', False),
        ("{ $.status = 404 || $.status = 500 }", '{"status": 500}', True),
        ("{ $.request.items[1].id = 7 }", '{"request": {"items": [{}, {"id": 7}]}}', True),
        ("{ $.failed IS TRUE }", '{"failed": true}', True),
        ("{ $.error NOT EXISTS }", '{"level": "INFO"}', True),
        ("{ $.level = 1 }", "not JSON", False),
        ("[ip, user, status=5*]", "127.0.0.1 - 500", False),
    ],
)
def test_filter_patterns(pattern, line, expected):
    assert matches(pattern, line) is expected
