"""Gateways are billed by the hour, used or not."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Count the gateways that nobody's availability depends on."""
    network = subject.fleet.network
    if network is None or subject.plan.production or network.nat != "per-zone":
        return
    count = sum(region.zones for region in subject.plan.regions)
    if count > len(subject.plan.regions):
        yield Problem(
            ("network", "nat"),
            f"{count} NAT gateways are paid for by the hour in '{subject.plan.environment}'; "
            f"`nat: one` would need {len(subject.plan.regions)}.",
            severity=Severity.WARNING,
        )


RULE = Rule(
    id="costly-nat",
    severity=Severity.INFO,
    summary="NAT gateways in every zone, outside production.",
    fix="Use `nat: one` or `nat: none` in this environment.",
    source="https://aws.amazon.com/vpc/pricing/",
    check=check,
)
