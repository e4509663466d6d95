"""Gateways are billed by the hour, used or not."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Count the gateways that nobody's availability depends on."""
    network = subject.fleet.network
    if network is None or network.nat == "none":
        return
    count = sum(region.zones if network.nat == "per-zone" else 1 for region in subject.plan.regions)
    if "private" not in network.tiers:
        yield Problem(
            ("network", "nat"),
            f"{count} NAT gateways serve nobody: the network has no private tier.",
            "Use `nat: none`.",
        )
    elif not subject.plan.production and count > len(subject.plan.regions):
        yield Problem(
            ("network", "nat"),
            f"{count} NAT gateways are paid for by the hour in '{subject.plan.environment}'; "
            f"`nat: one` would need {len(subject.plan.regions)}.",
        )


RULE = Rule(
    id="costly-nat",
    severity=Severity.WARNING,
    summary="More NAT gateways than needed.",
    fix="Use `nat: one` or `nat: none` in this environment.",
    source="https://aws.amazon.com/vpc/pricing/",
    check=check,
)
