"""The report as one HTML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tapstack import __version__
from tapstack.drill.record import DrillRecord
from tapstack.engines.engine import UnitDrift
from tapstack.failover.runbook import Runbook
from tapstack.findings import Finding
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan
from tapstack.views.report.assets import document
from tapstack.views.report.drills import drills_part
from tapstack.views.report.markup import Markup, tag, text
from tapstack.views.report.parts import drift_part, findings_part, outputs_part, plan_part, topology_part
from tapstack.views.report.runbook import runbook_part
from tapstack.views.report.tables import cards, note, section
from tapstack.views.report.topology import in_words, topology


@dataclass(frozen=True)
class Report:
    """Everything that a report is made of; what was not asked for is None."""

    fleet: Fleet
    plan: Plan
    findings: Sequence[Finding]
    made: datetime
    target: str = ""
    outputs: Mapping[str, Mapping[str, str]] | None = None
    drift: Sequence[UnitDrift] | None = None
    drills: Sequence[DrillRecord] = ()
    runbook: Runbook | None = None


def page(report: Report) -> str:
    """The whole page."""
    title = f"{report.fleet.fleet} in {report.plan.environment}"
    parts = {
        "Topology": topology_part(topology(report.fleet, report.plan)),
        "Drills": drills_part(report.drills, report.fleet.objectives),
        "Findings": findings_part(report.findings, report.plan.environment),
        "Plan": plan_part(report.plan),
        "Outputs": outputs_part(report.outputs, report.target),
        "Drift": drift_part(report.drift, report.target),
        **({"Runbook": runbook_part(report.runbook)} if report.runbook is not None else {}),
    }
    return document(
        f"{title} · TapStack", text(_head(report, title, list(parts)), tag("main", *parts.values(), id="main"))
    )


def _head(report: Report, title: str, names: Sequence[str]) -> Markup:
    links = (tag("li", tag("a", name, href=f"#{name.lower()}")) for name in names)
    return text(
        tag("a", "Skip to the content", href="#main", class_="skip"),
        tag(
            "header",
            tag("h1", title),
            tag("p", report.fleet.description, class_="lead"),
            tag("button", "Theme: system", id="theme", type="button"),
            class_="top",
        ),
        note(
            f"Made by TapStack {__version__} on {report.made:%Y-%m-%d at %H:%M} UTC, through {report.plan.engine}"
            f"{', ' + report.target + ' was asked' if report.target else ', from the description alone'}."
        ),
        tag("nav", tag("ul", links), aria_label="Parts of this page"),
        _promises(report),
    )


def _promises(report: Report) -> Markup:
    promised = report.fleet.objectives
    opened = sum(finding.is_open for finding in report.findings)
    return section(
        "promises",
        "Promises",
        cards(
            [
                ("recovery time (RTO)", "none" if promised.rto is None else in_words(promised.rto), "at most"),
                ("data lost (RPO)", "none" if promised.rpo is None else in_words(promised.rpo), "at most"),
                ("loss of a zone", "not noticed" if promised.availability == "high" else "may be noticed", ""),
                ("regions", str(len(report.plan.regions)), f"home {report.plan.home}"),
                ("findings", str(opened), f"open, {len(report.findings) - opened} acknowledged"),
            ]
        ),
    )
