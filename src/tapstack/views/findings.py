"""Findings as text for people, as JSON, and as SARIF for code scanning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tapstack import __version__
from tapstack.findings import Finding, Severity, dotted
from tapstack.rules.table import RULES

SARIF_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
PLURAL = ("error", "warning")
COLOUR = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


@dataclass(frozen=True)
class Checked:
    """A file, the environments that were looked at, and what was found."""

    file: str
    environments: tuple[str, ...]
    findings: tuple[Finding, ...]


def as_text(
    findings: Sequence[Finding], environments: Sequence[str], *, show_acknowledged: bool = False, heading: str = ""
) -> str:
    """Findings for people: place first, so that editors can jump there, then what, why and the way out."""
    import click

    lines: list[str] = []
    for finding in findings:
        if not finding.is_open and not show_acknowledged:
            continue
        label = "acknowledged" if finding.acknowledged else finding.severity.label
        colour = "green" if finding.acknowledged else COLOUR[finding.severity]
        only = "" if set(finding.environments) == set(environments) else f" [{', '.join(finding.environments)}]"
        lines.append(f"{finding.where}: {click.style(label, fg=colour, bold=True)} {finding.rule}{only}")
        at = f"{dotted(finding.path)}: " if finding.path else ""
        lines.append(f"  {at}{finding.summary} {finding.detail}".rstrip())
        if finding.acknowledged:
            lines.append(f"  Reason: {finding.acknowledged}")
        elif finding.fix:
            lines.append(f"  {finding.fix}")
        lines.append("")
    lines.append(heading + summary_line(findings, environments))
    return "\n".join(lines)


def summary_line(findings: Sequence[Finding], environments: Sequence[str]) -> str:
    """How many of each, in one line."""
    counts = _counts(findings)
    parts = [f"{count} {label}{'s' if count != 1 and label in PLURAL else ''}" for label, count in counts.items()]
    return f"{', '.join(parts)} in {', '.join(environments)}"


def _counts(findings: Sequence[Finding]) -> dict[str, int]:
    counts = {severity.label: 0 for severity in sorted(Severity, reverse=True)}
    for finding in findings:
        if finding.is_open:
            counts[finding.severity.label] += 1
    return {**counts, "acknowledged": sum(not finding.is_open for finding in findings)}


def as_data(checked: Sequence[Checked]) -> dict[str, object]:
    """Findings for scripts, of one file or several, always in the same form."""
    return {
        "counts": _counts([finding for one in checked for finding in one.findings]),
        "files": [
            {
                "file": one.file,
                "environments": list(one.environments),
                "counts": _counts(one.findings),
                "findings": [_finding_data(finding) for finding in one.findings],
            }
            for one in checked
        ],
    }


def _finding_data(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.label,
        "summary": finding.summary,
        "detail": finding.detail,
        "fix": finding.fix,
        "source": finding.source,
        "path": dotted(finding.path),
        "file": finding.where.file,
        "line": finding.where.line,
        "column": finding.where.column,
        "environments": list(finding.environments),
        "acknowledged": finding.acknowledged or None,
    }


def as_sarif(findings: Sequence[Finding]) -> dict[str, object]:
    """Findings as SARIF 2.1.0, which code hosts show beside the line."""
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "tapstack", "version": __version__, "rules": list(_sarif_rules(findings))}},
                "results": [_sarif_result(finding) for finding in findings],
            }
        ],
    }


def _sarif_rules(findings: Sequence[Finding]) -> Iterator[dict[str, object]]:
    used = {finding.rule for finding in findings}
    for rule in RULES:
        if rule.id in used:
            used.discard(rule.id)
            yield {
                "id": rule.id,
                "shortDescription": {"text": rule.summary},
                "help": {"text": rule.fix},
                "helpUri": rule.source,
                "defaultConfiguration": {"level": SARIF_LEVEL[rule.severity]},
            }
    for rule_id in sorted(used):
        yield {"id": rule_id}


def _sarif_result(finding: Finding) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "level": SARIF_LEVEL[finding.severity],
        "message": {"text": " ".join(part for part in (finding.summary, finding.detail, finding.fix) if part)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": finding.where.file},
                    "region": {"startLine": max(finding.where.line, 1), "startColumn": max(finding.where.column, 1)},
                },
                "logicalLocations": [{"fullyQualifiedName": dotted(finding.path)}],
            }
        ],
    }
    if finding.acknowledged:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.acknowledged}]
    return result
