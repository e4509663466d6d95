"""The door of this package: run every rule over an environment and weigh what the fleet acknowledges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from fnmatch import fnmatchcase

from tapstack.findings import Finding, Location, Path, Severity, dotted
from tapstack.fleet.fleet import Acknowledgement, Fleet
from tapstack.fleet.loading import Description, FleetFile
from tapstack.plan.planning import make
from tapstack.rules.rule import Problem, Rule, Subject
from tapstack.rules.table import BY_ID, RULES

UNUSED = "unused-acknowledgement"


def check(file: FleetFile, environments: Sequence[str], today: date) -> tuple[Finding, ...]:
    """Everything there is to say about these environments, each thing once."""
    together: dict[tuple[object, ...], Finding] = {}
    checked = {environment: _check(file.describe(environment), file, today) for environment in environments}
    for environment, outcome in checked.items():
        for finding in (*outcome.findings, *_unused(file, environment, checked, today)):
            # Everything but the fix: what is an error in one environment and a warning in another are two findings.
            key = (
                finding.rule,
                finding.severity,
                finding.where,
                finding.path,
                finding.summary,
                finding.detail,
                finding.acknowledged,
            )
            before = together.get(key)
            also = before.environments if before else ()
            together[key] = replace(finding, environments=(*also, environment))
    return tuple(
        sorted(together.values(), key=lambda finding: (finding.where, finding.rule, -finding.severity, finding.detail))
    )


@dataclass(frozen=True)
class _Outcome:
    """What was found in one environment, and which of the file's acknowledgements were of use there."""

    findings: tuple[Finding, ...]
    used: frozenset[Location] = frozenset()


def _check(description: Description, file: FleetFile, today: date) -> _Outcome:
    fleet = description.fleet
    if fleet is None or description.findings:
        return _Outcome(description.findings)
    environment = description.environment
    others = {
        name: other
        for name in file.environments
        if name != environment and (other := file.describe(name).fleet) is not None
    }
    subject = Subject(
        fleet,
        make(fleet, environment),
        today,
        environments=file.environments,
        others=others,
        peers={
            name: make(other, name)
            for name, other in others.items()
            if name in _peers(fleet) or environment in _peers(other)
        },
    )
    findings: list[Finding] = []
    used: set[Location] = set()
    for rule in RULES:
        for problem in rule.check(subject):
            index = _acknowledgement(fleet, rule, problem.path, today)
            reason = ""
            if index is not None:
                reason = fleet.acknowledged[index].reason
                used.add(description.place(("acknowledged", index))[1])
            findings.append(_finding(description, rule, problem, reason))
    return _Outcome(tuple(findings), frozenset(used))


def _peers(fleet: Fleet) -> tuple[str, ...]:
    return fleet.network.peers if fleet.network else ()


def _finding(description: Description, rule: Rule, problem: Problem, reason: str) -> Finding:
    path, where = description.place(problem.path)
    return Finding(
        rule=rule.id,
        severity=rule.severity if problem.severity is None else problem.severity,
        summary=rule.summary,
        detail=problem.detail,
        path=path,
        where=where,
        fix=problem.fix or rule.fix,
        source=rule.source,
        acknowledged=reason,
    )


def _acknowledgement(fleet: Fleet, rule: Rule, path: Path, today: date) -> int | None:
    for index, acknowledgement in enumerate(fleet.acknowledged):
        if acknowledgement.rule != rule.id or (acknowledgement.until is not None and acknowledgement.until <= today):
            continue
        if acknowledgement.at is None or fnmatchcase(dotted(path), _literal_brackets(acknowledgement.at)):
            return index
    return None


def _literal_brackets(pattern: str) -> str:
    """Only * is special in `at`; list positions such as [0] mean themselves."""
    return pattern.replace("[", "[[]")


def _unused(file: FleetFile, environment: str, checked: dict[str, _Outcome], today: date) -> Iterator[Finding]:
    """Acknowledgements of this environment that are of use in none: one may be meant for production only."""
    description = file.describe(environment)
    if description.fleet is None or description.findings:
        return
    for index, acknowledgement in enumerate(description.fleet.acknowledged):
        path, where = description.place(("acknowledged", index))
        if any(where in outcome.used for outcome in checked.values()):
            continue
        others = (other for other in file.environments if other not in checked)
        if any(where in _check(file.describe(other), file, today).used for other in others):
            continue
        detail, fix = _why_unused(acknowledgement, today)
        yield Finding(UNUSED, Severity.WARNING, "An acknowledgement matches nothing.", detail, path, where, fix)


def _why_unused(acknowledgement: Acknowledgement, today: date) -> tuple[str, str]:
    if acknowledgement.rule not in BY_ID:
        near = get_close_matches(acknowledgement.rule, BY_ID, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else "See `tapstack rules`."
        return f"There is no rule '{acknowledgement.rule}'.", hint
    if acknowledgement.until is not None and acknowledgement.until <= today:
        return f"It ended on {acknowledgement.until}.", "Look at the finding again, then renew or remove it."
    place = f" at {acknowledgement.at}" if acknowledgement.at else ""
    return f"'{acknowledgement.rule}' finds nothing{place}.", "Remove it."
