"""A PRIMARY record without a health signal is healthy for ever."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Find names with several regions behind them and no health check."""
    for label, name in (subject.fleet.dns.names if subject.fleet.dns else {}).items():
        if name.health_check is None and len(subject.fleet.regions) > 1:
            yield Problem(
                ("dns", "names", label, "health_check"),
                f"'{label}' has {name.routing} routing and no health check: Route 53 keeps on naming a dead region.",
            )


RULE = Rule(
    id="failover-without-health-check",
    severity=Severity.ERROR,
    summary="Nothing notices that a region is gone.",
    fix="Leave `health_check` at its default, or describe one.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-types.html",
    check=check,
)
