"""What a rule is, and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from tapstack.findings import Path, Severity
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan


@dataclass(frozen=True)
class Subject:
    """One environment of a fleet, as every rule sees it."""

    fleet: Fleet
    plan: Plan
    today: date
    environments: tuple[str, ...] = ()
    others: Mapping[str, Fleet] = field(default_factory=dict)
    peers: Mapping[str, Plan] = field(default_factory=dict)

    @property
    def claims_high_availability(self) -> bool:
        """Tell whether the fleet says that the loss of a zone is not noticed."""
        return self.fleet.objectives.availability == "high"


@dataclass(frozen=True)
class Problem:
    """One place where a rule is broken. What it does not say itself, the rule says."""

    path: Path
    detail: str
    fix: str = ""
    severity: Severity | None = None


@dataclass(frozen=True)
class Rule:
    """A rule: named after the bad pattern, with the place where AWS says why."""

    id: str
    severity: Severity
    summary: str
    fix: str
    source: str
    check: Callable[[Subject], Iterable[Problem]]


def worse_in_production(subject: Subject) -> Severity:
    """An error where data is precious, a warning where it is not."""
    return Severity.ERROR if subject.plan.production else Severity.WARNING
