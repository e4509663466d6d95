"""Findings as text, JSON and SARIF."""

from __future__ import annotations

import json
from datetime import date

import click
from jsonschema import Draft202012Validator

from tapstack.fleet.loading import FleetFile
from tapstack.rules.checking import check
from tapstack.rules.table import BY_ID
from tapstack.views.findings import Checked, as_data, as_sarif, as_text

TEXT = """\
fleet: shop
home: us-east-1
regions: {us-east-1: {}}
network: {nat: one}
tags: {CostCenter: shop}
acknowledged:
  - {rule: costly-nat, reason: It is not needed here.}
functions: {f: {inline: x, timeout: 5s}}
apis: {a: {authorization: none, routes: {GET /: f}}}
observability: {notify: [a@shop.example]}
environments: {dev: {}, prod: {acknowledged: [{rule: open-api, reason: Anybody may read the menu.}]}}
"""
FILE = FleetFile.parse(TEXT.encode(), "shop/fleet.yaml")
FOUND = check(FILE, FILE.environments, date(2026, 11, 20))

# What matters of SARIF 2.1.0 to those who read it; the standard's own schema is 100 kB.
SARIF = {
    "type": "object",
    "required": ["version", "runs", "$schema"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "minItems": 1,
            "items": {
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "properties": {
                            "driver": {
                                "required": ["name", "rules"],
                                "properties": {"rules": {"items": {"required": ["id"], "type": "object"}}},
                            }
                        }
                    },
                    "results": {
                        "items": {
                            "required": ["ruleId", "level", "message", "locations"],
                            "properties": {
                                "level": {"enum": ["error", "warning", "note", "none"]},
                                "message": {"required": ["text"]},
                                "locations": {
                                    "minItems": 1,
                                    "items": {
                                        "required": ["physicalLocation"],
                                        "properties": {
                                            "physicalLocation": {
                                                "required": ["artifactLocation", "region"],
                                                "properties": {
                                                    "region": {
                                                        "properties": {
                                                            "startLine": {"type": "integer", "minimum": 1},
                                                            "startColumn": {"type": "integer", "minimum": 1},
                                                        }
                                                    }
                                                },
                                            }
                                        },
                                    },
                                },
                                "suppressions": {
                                    "items": {
                                        "required": ["kind"],
                                        "properties": {"kind": {"enum": ["inSource", "external"]}},
                                    }
                                },
                            },
                        }
                    },
                },
            },
        },
    },
}


def test_text_puts_the_place_first_and_counts_at_the_end() -> None:
    text = click.unstyle(as_text(FOUND, FILE.environments))
    lines = text.splitlines()
    assert "shop/fleet.yaml:4:11: error single-nat [prod]" in lines
    assert "shop/fleet.yaml:4:11: warning single-nat [dev]" in lines
    assert "shop/fleet.yaml:9:12: warning open-api [dev]" in lines
    assert lines[-1] == "1 error, 3 warnings, 0 info, 1 acknowledged in dev, prod"


def test_text_keeps_acknowledged_findings_to_itself_unless_asked() -> None:
    assert "Anybody may read" not in as_text(FOUND, FILE.environments)
    assert "Reason: Anybody may read the menu." in as_text(FOUND, FILE.environments, show_acknowledged=True)


def test_json_is_stable_and_complete() -> None:
    data = as_data([Checked("shop/fleet.yaml", FILE.environments, FOUND)])
    again = check(FleetFile.parse(TEXT.encode(), "shop/fleet.yaml"), FILE.environments, date(2026, 11, 20))
    assert json.dumps(data) == json.dumps(as_data([Checked("shop/fleet.yaml", FILE.environments, again)]))
    assert data["counts"] == {"error": 1, "warning": 3, "info": 0, "acknowledged": 1}
    (file,) = data["files"]
    assert set(file) == {"file", "environments", "counts", "findings"}
    first = next(finding for finding in file["findings"] if finding["rule"] == "single-nat")
    assert first == {
        "rule": "single-nat",
        "severity": "error",
        "summary": BY_ID["single-nat"].summary,
        "detail": first["detail"],
        "fix": BY_ID["single-nat"].fix,
        "source": BY_ID["single-nat"].source,
        "path": "network.nat",
        "file": "shop/fleet.yaml",
        "line": 4,
        "column": 11,
        "environments": ["prod"],
        "acknowledged": None,
    }


def test_sarif_has_its_shape_and_carries_reasons() -> None:
    sarif = as_sarif(FOUND)
    Draft202012Validator(SARIF).validate(sarif)
    (run,) = sarif["runs"]
    described = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} == described
    suppressed = [result for result in run["results"] if result.get("suppressions")]
    assert [result["ruleId"] for result in suppressed] == ["open-api"]


def test_sarif_of_nothing_is_still_sarif() -> None:
    Draft202012Validator(SARIF).validate(as_sarif([]))
