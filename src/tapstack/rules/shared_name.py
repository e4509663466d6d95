"""Two environments that answer for the same name: the second cannot be deployed, or takes the first one's clients."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.fleet.fleet import Fleet
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Compare the zone and every name with those of the file's other environments."""
    dns = subject.fleet.dns
    if dns is None:
        return
    mine = _names(subject.fleet)
    for environment, other in subject.others.items():
        if other.dns is None or _are_apart(subject.fleet, other):
            continue
        both = " and ".join(sorted((environment, subject.plan.environment)))
        shared = sorted(mine & _names(other))
        if shared:
            yield Problem(("dns", "zone"), f"{both} both answer for {', '.join(shared)}.")
        elif dns.zone == other.dns.zone and dns.hosted_zone == other.dns.hosted_zone == "create":
            yield Problem(
                ("dns", "zone"),
                f"{both} both make a zone for {dns.zone}: records would not know which one is meant.",
            )


def _names(fleet: Fleet) -> set[str]:
    return {fleet.dns.full_name(label) for label in fleet.dns.names} if fleet.dns else set()


def _are_apart(fleet: Fleet, other: Fleet) -> bool:
    """Tell whether they are in different accounts, as far as the file says."""
    return fleet.account is not None and other.account is not None and fleet.account != other.account


RULE = Rule(
    id="shared-name",
    severity=Severity.ERROR,
    summary="Two environments of this fleet answer for the same name.",
    fix="Give each environment a zone of its own, such as dev.shop.example, or accounts of their own.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-working-with.html",
    check=check,
)
