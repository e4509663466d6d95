"""When a health check is healthy."""

from __future__ import annotations

import pytest

from tapstack.sandbox.server.dns.health_rules import (
    HEALTHY_ABOVE_SHARE,
    Checker,
    alarm_is_healthy,
    final_status,
    share_healthy,
    status_of,
)
from tapstack.sandbox.server.dns.region_watch import RegionWatch
from tapstack.sandbox.server.extension import Clock
from tapstack.sandbox.server.faults import Fault, Faults


def test_a_new_checker_takes_the_endpoint_for_healthy_until_enough_failures_in_a_row():
    checker = Checker(threshold=3)
    opinions = []
    for succeeded in (False, False, True, False, False, False, True, True, False, True, True, True):
        checker.observe(succeeded)
        opinions.append(checker.is_healthy)

    assert opinions == [True, True, True, True, True, False, False, False, False, False, False, True]


def test_one_of_three_checkers_is_enough():
    checkers = [Checker(1, is_healthy=healthy) for healthy in (False, True, False)]

    assert share_healthy(checkers) > HEALTHY_ABOVE_SHARE
    assert share_healthy([Checker(1, is_healthy=False)] * 3) <= HEALTHY_ABOVE_SHARE


@pytest.mark.parametrize(
    ("config", "measured", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"Inverted": True}, True, False),
        ({"Disabled": True}, False, True),
        ({"Disabled": True, "Inverted": True}, True, False),
    ],
)
def test_disabled_counts_as_healthy_and_inverted_as_the_opposite(config, measured, expected):
    assert final_status(config, measured) is expected


@pytest.mark.parametrize(
    ("state", "insufficient", "last_known", "expected"),
    [
        ("OK", "Unhealthy", False, True),
        ("ALARM", "Healthy", True, False),
        ("INSUFFICIENT_DATA", "Healthy", False, True),
        ("INSUFFICIENT_DATA", "Unhealthy", True, False),
        ("INSUFFICIENT_DATA", "LastKnownStatus", False, False),
        (None, "", True, True),
    ],
)
def test_an_alarm_without_data_counts_as_the_check_says(state, insufficient, last_known, expected):
    assert alarm_is_healthy(state, insufficient, last_known) is expected


def test_calculated_checks_count_final_statuses_of_children_and_may_nest():
    configs = {
        "good": {"Type": "HTTP"},
        "bad": {"Type": "HTTP"},
        "upside-down": {"Type": "HTTP", "Inverted": True},
        "inner": {"Type": "CALCULATED", "HealthThreshold": 2, "ChildHealthChecks": ["good", "upside-down"]},
        "outer": {"Type": "CALCULATED", "HealthThreshold": 2, "ChildHealthChecks": ["inner", "bad"]},
        "circle": {"Type": "CALCULATED", "HealthThreshold": 1, "ChildHealthChecks": ["circle"]},
    }

    def status(identifier: str) -> bool:
        return status_of(identifier, configs, lambda name, _: name == "good")

    assert status("inner")
    assert not status("outer")
    assert not status("circle")
    assert status("deleted")


def test_an_outage_is_believed_after_a_while_and_its_end_sooner():
    class SetClock(Clock):
        at = 0.0

        def now(self) -> float:
            return SetClock.at

    faults = Faults()
    watch = RegionWatch(SetClock(1), faults)
    believed = []
    service = ("us-east-1", "elasticloadbalancing")
    for moment, is_out in ((0, True), (29, True), (31, True), (32, False), (41, False), (43, False)):
        SetClock.at = moment
        faults.by_region = {"us-east-1": Fault(unreachable=True)} if is_out else {}
        watch.look({service})
        believed.append(watch.is_out(*service))

    assert believed == [False, False, True, True, True, False]
