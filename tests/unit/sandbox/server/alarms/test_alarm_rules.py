"""CloudWatch's own tables of how missing data is treated; X is a breach, 0 is fine, - is missing, the oldest first."""

from __future__ import annotations

import pytest

from tapstack.sandbox.server.alarms.alarm_rules import Rule, state_of

KEEP = "keep"
_THREE_OF_THREE = {
    "0 - X - X": ("OK", "OK", "OK", "OK"),
    "- - - - 0": ("OK", "OK", "OK", "OK"),
    "- - - - -": ("INSUFFICIENT_DATA", KEEP, "ALARM", "OK"),
    "0 X X - X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "- - X - -": ("ALARM", KEEP, "ALARM", "OK"),
}
_TWO_OF_THREE = {
    "0 - X - X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "0 0 X 0 X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "0 - X - -": ("OK", "OK", "ALARM", "OK"),
    "- - - - 0": ("OK", "OK", "ALARM", "OK"),
    "- - - X -": ("ALARM", KEEP, "ALARM", "OK"),
}
_TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")


@pytest.mark.parametrize("current", ["OK", "ALARM", "INSUFFICIENT_DATA"])
@pytest.mark.parametrize(
    ("needed", "points", "treatment", "expected"),
    [
        (needed, points, treatment, state)
        for needed, table in ((3, _THREE_OF_THREE), (2, _TWO_OF_THREE))
        for points, states in table.items()
        for treatment, state in zip(_TREATMENTS, states, strict=True)
    ],
)
def test_the_published_tables(needed, points, treatment, expected, current):
    rule = Rule(3, needed, "GreaterThanThreshold", 1, treatment)
    newest_first = [{"X": 2.0, "0": 0.0, "-": None}[point] for point in reversed(points.split())]

    assert rule.range == len(newest_first)
    assert state_of(newest_first, rule, current) == (current if expected is KEEP else expected)


def test_one_late_breach_of_three_alarms_nobody():
    rule = Rule(3, 3, "GreaterThanThreshold", 1)

    assert state_of([2.0, None, None, None, None], rule, "OK") == "OK"


@pytest.mark.parametrize(
    ("comparison", "breaching"),
    [
        ("GreaterThanThreshold", [False, False, True]),
        ("GreaterThanOrEqualToThreshold", [False, True, True]),
        ("LessThanThreshold", [True, False, False]),
        ("LessThanOrEqualToThreshold", [True, True, False]),
    ],
)
def test_comparisons(comparison, breaching):
    rule = Rule(1, 1, comparison, 5)

    assert [rule.is_breaching(value) for value in (4, 5, 6)] == breaching
