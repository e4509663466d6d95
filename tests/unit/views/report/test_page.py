"""The report's page: everything that was asked for is in it, what was not is said, and nothing comes from elsewhere."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import drilled

from tapstack.engines.engine import Drifted, Standing, UnitDrift
from tapstack.failover.instructions import Instruction
from tapstack.failover.runbook import Runbook, write
from tapstack.findings import Finding, Severity
from tapstack.fleet.loading import FleetFile
from tapstack.plan.planning import make
from tapstack.views.report.page import Report, page

ROOT = Path(__file__).parents[4]


def report(**more: Any) -> Report:
    described = FleetFile.read(ROOT / "examples/web-platform/fleet.yaml").describe("prod")
    assert described.fleet is not None
    plan = make(described.fleet, "prod")
    return Report(described.fleet, plan, more.pop("findings", ()), datetime(2026, 11, 21, tzinfo=UTC), **more)


def words(page: str) -> str:
    """The page's text, without style and script."""
    body = re.sub(r"(?s)<(style|script)>.*?</\1>", "", page)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_it_is_one_file_that_loads_nothing() -> None:
    made = page(report(drills=(drilled.record(),)))
    assert not re.findall(r'(?:src|href)="(?!#|data:,)[^"]*"', made)
    assert not re.findall(r"url\((?!#)|@import|fetch\(|XMLHttpRequest|WebSocket", made)
    assert "https://" not in re.sub(r'"url": "https://app.web-platform.example/health"', "", made)
    assert "default-src 'none'" in made
    assert "connect-src" not in made


def test_what_was_not_asked_is_said() -> None:
    said = words(page(report()))
    assert said.count("AWS was not asked") == 2
    assert "No drill is on record" in said
    assert "from the description alone" in said
    assert "Runbook" not in said


def test_plan_and_addresses_are_in_it() -> None:
    said = words(page(report()))
    assert "us-west-2 standby 10.1.0.0/16 2 wave 1 wave 2 - wave 4" in said
    assert "regional us-east-1, us-west-2 one artifact, byte for byte" in said
    assert "us-west-2 isolated 10.1.128.0/24 10.1.144.0/24" in said


def test_findings_and_reasons_are_in_it() -> None:
    findings = (
        Finding("open-api", Severity.WARNING, "Anybody may call.", "'GET /' is open.", ("apis", "a"), fix="Close it."),
        Finding("costly-nat", Severity.INFO, "It costs.", "", ("network",), acknowledged="It is worth it to us."),
    )
    said = words(page(report(findings=findings)))
    assert "0 errors, 1 warning, 0 info, 1 acknowledged in prod" in said
    assert "open-api warning apis.a Anybody may call. 'GET /' is open. Close it." in said
    assert "costly-nat network It costs. It is worth it to us." in said


def test_outputs_and_drift_of_a_target_are_in_it() -> None:
    found = (
        UnitDrift(
            "regional/us-east-1",
            Standing.STANDS,
            (Drifted("regional/us-east-1", "TableItems", "DynamoDB::Table", "BillingMode", "A", "B", ""),),
        ),
        UnitDrift("regional/us-west-2", Standing.ABSENT),
    )
    outputs = {"us-east-1": {"VpcId": "vpc-1 <b>"}, "us-west-2": {}}
    said = words(page(report(target="sandbox", outputs=outputs, drift=found)))
    assert "sandbox was asked" in said
    assert "VpcId vpc-1 &lt;b&gt;" in said
    assert "us-west-2: nothing stands here." in said
    assert "regional/us-east-1 TableItems BillingMode A B" in said
    assert "Not deployed: regional/us-west-2." in said


def test_a_drill_shows_verdict_figures_and_every_number() -> None:
    said = words(page(report(drills=(drilled.record(),))))
    assert "Kept: back after 89 s of 2 min allowed" in said
    assert "The clock ran 5 times as fast" in said
    assert "rto app.web-platform.example 90.0 s 120.0 s 89.0 s kept" in said
    assert "failback the fleet - - - open" in said
    assert "sticky 2 900 120 3 140.0 s 92.0 s no" in said
    assert "tables.items 640 62 3 (1.2 s) 0 (0.0 s) 0 31.0 s" in said
    assert "31.0 s dns us-west-2 DNS leads to us-west-2" in said
    assert "clock_factor&quot;: 5.0" in said or 'clock_factor": 5.0' in said


def test_what_never_happened_is_said_in_words() -> None:
    record = drilled.record()
    broken = record.figures.model_copy(update={"recovered": None, "lost_seconds": None})
    verdict = record.verdict.model_copy(update={"kept": False, "text": "Broken: nobody came back."})
    made = page(report(drills=(drilled.record(figures=broken, verdict=verdict),)))
    assert '<p class="verdict bad">Broken: nobody came back.</p>' in made
    assert "recovered after (RTO) not at all promised: 2 min" in words(made)


def test_what_stands_between_backticks_is_code() -> None:
    verdict = drilled.record().verdict.model_copy(update={"text": "Run `tapstack failover` <now>, or `not"})
    made = page(report(drills=(drilled.record(verdict=verdict),)))
    assert "Run <code>tapstack failover</code> &lt;now&gt;, or `not</p>" in made


def test_older_drills_are_folded_away() -> None:
    made = page(report(drills=(drilled.record(), drilled.record(began="2026-11-20T12:00:00Z"))))
    assert made.count("<summary>region-outage: us-east-1 lost, 2026-11-20 at 12:00 UTC</summary>") == 1


def test_the_runbook_holds_every_step_and_command() -> None:
    described = report()
    runbook = write(described.fleet, described.plan)
    said = html.unescape(page(report(runbook=runbook)))
    assert 'href="#runbook"' in said
    for scenario in runbook.scenarios:
        assert f"<summary>{scenario.title}</summary>" in said
        for one in scenario.instructions:
            assert "\n".join(one.commands) in said
    assert said.count("<li><strong>") == len(runbook.looking) + sum(len(way.instructions) for way in runbook.scenarios)


def test_a_runbook_is_text_whatever_is_in_it() -> None:
    odd = Instruction("Look <here>", ("echo '<script>alert(1)</script>'",), expect="`a < b`")
    made = page(report(runbook=Runbook("web", "dev", "us-east-1", ("X=1",), (odd,), ())))
    assert "<script>alert" not in made
    assert "See: <code>a &lt; b</code>" in made
