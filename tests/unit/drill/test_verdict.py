"""Verdicts over hand-made figures."""

from __future__ import annotations

from typing import Any

import pytest

from tapstack.drill.record import Criterion, Figures, NameSettings, StoreFigures, Verdict
from tapstack.drill.scenarios import BUILT_IN
from tapstack.drill.verdict import judge
from tapstack.fleet.objectives import Objectives

NAME = NameSettings(
    name="app.example", url="https://app.example/", routing="failover", interval=10, threshold=3, ttl=60,
    expected_recovery=90,
)  # fmt: skip
PROMISES = Objectives.model_validate({"rto": "2m", "rpo": "5s"})
NONE = Objectives()


def store(**changed: Any) -> StoreFigures:
    return StoreFigures.model_validate(
        {
            "store": "tables.items",
            "kind": "table",
            "follows_dns": True,
            "replicated": True,
            "acknowledged": 50,
            "failed": 0,
            "missing_at_takeover": 0,
            "missing_at_takeover_seconds": 0,
            "missing_afterwards": 0,
            "missing_afterwards_seconds": 0,
            "conflicting": 0,
            "without_writes": 0,
            **changed,
        }
    )


def figures(stores: tuple[StoreFigures, ...] = (store(),), **changed: Any) -> Figures:
    return Figures.model_validate(
        {
            "detected": 30,
            "first_success": 31,
            "recovered": 90,
            "sticky_recovered": 90,
            "lost_seconds": 0,
            "failed_back": 60,
            "outage_seconds": 130,
            "requests": 100,
            "failed": 0,
            "slowed": 0,
            "conflicting": 0,
            "dns_switches": 0,
            **changed,
            "stores": stores,
        }
    )


def verdict(
    found: Figures, promises: Objectives = PROMISES, scenario: str = "region-outage", lag: float = 1
) -> Verdict:
    return judge(promises, BUILT_IN[scenario], [NAME], found, lag=lag)


def one(found: Verdict, name: str) -> Criterion:
    return next(criterion for criterion in found.criteria if criterion.name == name)


def test_promises_that_hold_are_kept() -> None:
    found = verdict(figures((store(missing_at_takeover=2, missing_at_takeover_seconds=0.9),)))
    assert found.kept is True
    assert (one(found, "rto").expected, one(found, "rto").limit, one(found, "rto").measured) == (90, 120, 90)
    assert (one(found, "rpo").expected, one(found, "rpo").limit, one(found, "rpo").measured) == (1, 5, 0.9)


@pytest.mark.parametrize(
    ("found", "criterion", "text"),
    [
        (figures(recovered=120.5), "rto", "without the fleet for 120.5 s; 120 s are promised"),
        (figures(recovered=None), "rto", "not served again in the 130 s"),
        (
            figures((store(missing_at_takeover=3, missing_at_takeover_seconds=6),)),
            "rpo",
            "lost 3 acknowledged writes, the oldest 6.0 s old",
        ),
        (figures((store(replicated=False, missing_at_takeover_seconds=None),)), "rpo", "not replicated"),
        (figures((store(missing_afterwards=1),)), "settled", "still lacks 1"),
        (figures(failed_back=None), "failback", "did not come back"),
    ],
)
def test_a_promise_that_does_not_hold_breaks_the_verdict(found: Figures, criterion: str, text: str) -> None:
    result = verdict(found)
    assert result.kept is False
    assert one(result, criterion).ok is False
    assert text in result.text
    assert sum(each.ok is False for each in result.criteria) == 1


def test_who_was_not_served_is_named() -> None:
    result = verdict(figures((store(without_writes=None),), recovered=None))
    assert "Writers of tables.items were not served again" in result.text


def test_without_promises_there_is_no_verdict() -> None:
    found = verdict(figures(recovered=None, failed_back=3), NONE)
    assert found.kept is None
    assert one(found, "rto").ok is None


def test_what_could_not_be_measured_is_said() -> None:
    found = verdict(figures(()))
    assert found.kept is True
    assert one(found, "rpo").ok is None
    assert "not measured" in found.text


def test_a_database_that_waits_for_a_person_is_told_and_not_judged() -> None:
    database = store(store="databases.main", kind="database", follows_dns=False, without_writes=None)
    found = verdict(figures((database,)))
    assert found.kept is True
    assert one(found, "writes").ok is None
    assert "waits for a person" in found.text


def test_a_scenario_that_only_leads_away_expects_the_ttl() -> None:
    found = verdict(figures(recovered=58), scenario="led-away")
    assert one(found, "rto").expected == 60
    assert "led away within 58.0 s" in one(found, "rto").text


@pytest.mark.parametrize("field", ["failed", "slowed", "dns_switches", "conflicting"])
def test_a_control_drill_must_find_nothing(field: str) -> None:
    quiet = figures(failed=0, dns_switches=0)
    assert verdict(quiet, scenario="none").kept is True
    found = verdict(figures(**{field: 1}), scenario="none")
    assert found.kept is False
    assert "no other drill can be trusted" in found.text


def test_a_control_drill_must_not_lose_a_write() -> None:
    for lost in (store(missing_afterwards=1), store(failed=1)):
        assert verdict(figures((lost,)), NONE, scenario="none").kept is False
