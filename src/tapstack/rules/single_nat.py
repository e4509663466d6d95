"""The zone with the only NAT gateway takes all others' way out with it."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject, worse_in_production


def check(subject: Subject) -> Iterator[Problem]:
    """Compare the gateways with the claim."""
    network = subject.fleet.network
    if network is None or not subject.claims_high_availability or network.nat != "one":
        return
    if network.zones > 1 and "private" in network.tiers:
        yield Problem(
            ("network", "nat"),
            f"All {network.zones} zones of a region lose their way out with the one zone that holds the gateway.",
            severity=worse_in_production(subject),
        )


RULE = Rule(
    id="single-nat",
    severity=Severity.WARNING,
    summary="One NAT gateway under a claim of high availability.",
    fix="Use `nat: per-zone`, or claim `availability: standard`.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html",
    check=check,
)
