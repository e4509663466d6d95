"""Acknowledging a finding: what matches, for how long, and what an acknowledgement of nothing says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tapstack.findings import Finding, has_errors
from tapstack.fleet.loading import FleetFile
from tapstack.rules.checking import UNUSED, check

TODAY = date(2026, 11, 20)
OPEN_API = """\
fleet: shop
home: us-east-1
regions: {us-east-1: {}}
tags: {CostCenter: shop}
functions: {f: {inline: x}}
apis: {shop: {authorization: none, routes: {GET /: f}}}
"""


def found(text: str, *environments: str) -> list[Finding]:
    file = FleetFile.parse(text.encode())
    findings = check(file, environments or file.environments, TODAY)
    return [finding for finding in findings if finding.rule in ("open-api", UNUSED)]


def acknowledging(*lines: str) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"{OPEN_API}acknowledged:\n  -\n{body}\n    reason: Everybody may read the menu.\n"


@pytest.mark.parametrize(
    "at",
    [
        (),
        ("at: apis.shop.authorization",),
        ("at: apis.*.authorization",),
        ("at: apis.*",),
        ("until: 2026-11-21",),
    ],
)
def test_an_acknowledgement_that_matches_closes_the_finding_and_keeps_its_reason(at: tuple[str, ...]) -> None:
    (finding,) = found(acknowledging("rule: open-api", *at))
    assert finding.acknowledged == "Everybody may read the menu."
    assert not finding.is_open


@pytest.mark.parametrize(
    ("lines", "detail", "fix"),
    [
        (("rule: open-api", "at: apis.other.authorization"), "finds nothing at apis.other.authorization", "Remove it."),
        (("rule: open-api", "at: apis.[s]hop.authorization"), "finds nothing", "Remove it."),
        (("rule: open-api", "until: 2026-11-20"), "It ended on 2026-11-20", "renew or remove"),
        (("rule: open-apis",), "There is no rule 'open-apis'", "Did you mean 'open-api'?"),
        (("rule: zzzz",), "There is no rule 'zzzz'", "See `tapstack rules`."),
    ],
)
def test_an_acknowledgement_that_matches_nothing_is_a_finding(lines: tuple[str, ...], detail: str, fix: str) -> None:
    findings = found(acknowledging(*lines))
    assert [finding.rule for finding in findings if finding.is_open] == ["open-api", UNUSED]
    unused = findings[-1]
    assert unused.where.line == 9
    assert detail in unused.detail
    assert fix in unused.fix


def test_one_of_use_in_a_single_environment_is_used_also_when_another_is_checked() -> None:
    text = acknowledging("rule: open-api") + "environments:\n  dev: {apis: {shop: {authorization: iam}}}\n  prod: {}\n"
    assert found(text, "dev") == []
    assert [finding.environments for finding in found(text)] == [("prod",)]


def test_an_environment_may_bring_its_own() -> None:
    text = (
        OPEN_API
        + "environments:\n  dev:\n    acknowledged:\n      - {rule: open-api, reason: Nobody knows the address.}\n"
        "  prod: {}\n"
    )
    assert [(finding.environments, finding.is_open) for finding in found(text)] == [
        (("dev",), False),
        (("prod",), True),
    ]


def test_an_acknowledged_error_stops_nothing() -> None:
    text = "fleet: shop\nhome: us-east-1\nregions: {us-east-1: {}}\n"
    file = FleetFile.parse(text.encode())
    assert has_errors(check(file, ("dev",), TODAY))
    file = FleetFile.parse(f"{text}acknowledged: [{{rule: missing-tag, reason: Nobody pays here.}}]\n".encode())
    assert not has_errors(check(file, ("dev",), TODAY))


@pytest.mark.parametrize("days", [-1, 0])
def test_the_day_is_handed_to_the_rules(days: int) -> None:
    until = TODAY + timedelta(days=days)
    assert any(finding.is_open for finding in found(acknowledging("rule: open-api", f"until: {until}")))
