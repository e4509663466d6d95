"""Route 53 refuses example.com and its like."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.catalog.domains import is_reserved
from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Look the zone up among the reserved ones."""
    dns = subject.fleet.dns
    if dns is not None and is_reserved(dns.zone):
        yield Problem(("dns", "zone"), f"Route 53 refuses to make a zone for {dns.zone}.")


RULE = Rule(
    id="reserved-domain",
    severity=Severity.ERROR,
    summary="The domain is reserved.",
    fix="Use a domain of your own.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html",
    check=check,
)
