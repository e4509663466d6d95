"""Every rule against small fleets in `cases/`: a line marked `#! SEVERITY [ENVIRONMENT]` must be found, no other.

What all cases share (name, home, cost centre) is added below what they say, so that lines keep their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tapstack.findings import Severity
from tapstack.fleet.loading import FleetFile
from tapstack.rules.checking import UNUSED, check
from tapstack.rules.table import BY_ID, RULES

CASES = Path(__file__).parent / "cases"
TODAY = date(2026, 11, 20)
SHARED = {"fleet": "shop", "home": "us-east-1", "tags": "{CostCenter: shop}"}


def cases() -> Iterator[object]:
    for file in sorted(CASES.glob("*.yaml")):
        content = YAML(typ="safe").load(file)
        assert set(content) == {"broken", "fine"}, (
            f"{file.name} needs fleets that break the rule and fleets that do not"
        )
        for kind, fleets in content.items():
            for name, fleet in fleets.items():
                yield pytest.param(file.stem, fleet, id=f"{file.stem}-{kind}-{name}".replace(" ", "-"))


def whole(fleet: str) -> bytes:
    missing = [f"{key}: {value}" for key, value in SHARED.items() if not re.search(rf"(?m)^{key}:", fleet)]
    return "\n".join([fleet, *missing]).encode()


def marks(fleet: str, environments: tuple[str, ...]) -> set[tuple[int, str, frozenset[str]]]:
    wanted: set[tuple[int, str, frozenset[str]]] = set()
    for number, line in enumerate(fleet.splitlines(), start=1):
        _, found, mark = line.partition("#!")
        for one in mark.split(";") if found else ():
            severity, *only = one.split()
            wanted.add((number, severity, frozenset(only or environments)))
    return wanted


@pytest.mark.parametrize(("rule", "fleet"), list(cases()))
def test_a_rule_finds_what_is_marked_and_nothing_else(rule: str, fleet: str) -> None:
    file = FleetFile.parse(whole(fleet))
    found = check(file, file.environments, TODAY)
    assert not [finding for finding in found if finding.rule not in BY_ID and finding.rule != UNUSED], found
    mine = {
        (finding.where.line, finding.severity.label, frozenset(finding.environments))
        for finding in found
        if finding.rule == rule and finding.is_open
    }
    assert mine == marks(fleet, file.environments), "\n".join(f"{f.where} {f.detail}" for f in found if f.rule == rule)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_has_cases_a_source_and_a_fix(rule) -> None:
    assert (CASES / f"{rule.id}.yaml").is_file()
    assert rule.source.startswith("https://")
    assert rule.summary.endswith(".")
    assert rule.fix.endswith(".")


def test_rules_have_ids_and_modules_of_the_same_name() -> None:
    assert len(BY_ID) == len(RULES)
    for rule in RULES:
        assert rule.check.__module__ == f"tapstack.rules.{rule.id.replace('-', '_')}"
    modules = {path.stem for path in Path(check.__code__.co_filename).parent.glob("*.py")}
    assert modules - {"__init__", "checking", "rule", "table"} == {rule.id.replace("-", "_") for rule in RULES}


def test_no_case_is_left_of_a_rule_that_is_gone() -> None:
    assert {path.stem for path in CASES.glob("*.yaml")} == set(BY_ID)


def test_findings_say_where_why_and_what_to_do() -> None:
    file = FleetFile.parse(whole("regions:\n  us-east-1: {cidr: 10.0.0.0/25}\nnetwork: {nat: one}\n"), "shop.yaml")
    found = next(finding for finding in check(file, ("dev",), TODAY) if finding.rule == "block-too-small")
    assert str(found.where) == "shop.yaml:2:15"
    assert found.path == ("regions", "us-east-1", "cidr")
    assert found.severity is Severity.ERROR
    assert "10.0.0.0/25" in found.detail
    assert found.fix
    assert found.source.startswith("https://docs.aws.amazon.com/")
