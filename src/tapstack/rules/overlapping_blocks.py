"""Two networks that share addresses can never be connected, and nothing says so until somebody tries."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from tapstack.findings import Path, Severity
from tapstack.rules.rule import Problem, Rule, Subject

Claim = tuple[IPv4Network, str, Path]


def check(subject: Subject) -> Iterator[Problem]:
    """Compare the regions with each other, and with those of every environment that peers."""
    own: list[Claim] = [
        (region.block, f"region {region.name}", _path(subject, region.name))
        for region in subject.plan.regions
        if region.block is not None
    ]
    yield from _overlaps(own)
    for environment, plan in subject.peers.items():
        theirs: list[Claim] = [
            (region.block, f"region {region.name} of the peer {environment}", ())
            for region in plan.regions
            if region.block is not None
        ]
        yield from _between(own, theirs)


def _path(subject: Subject, region: str) -> Path:
    return ("regions", region, "cidr") if subject.fleet.regions[region].cidr else ("regions", region)


def _overlaps(claims: list[Claim]) -> Iterator[Problem]:
    # Blocks are either nested or apart, so in sorted order an overlap shows against the widest one seen so far.
    widest: Claim | None = None
    for claim in sorted(claims, key=lambda claim: (int(claim[0].network_address), claim[0].prefixlen)):
        if widest is not None and claim[0].overlaps(widest[0]):
            yield Problem(claim[2], f"{claim[0]} of {claim[1]} overlaps {widest[0]} of {widest[1]}.")
        else:
            widest = claim


def _between(own: list[Claim], theirs: list[Claim]) -> Iterator[Problem]:
    for block, who, path in own:
        for other, whose, _ in theirs:
            if block.overlaps(other):
                yield Problem(path, f"{block} of {who} overlaps {other} of {whose}: the two cannot be connected.")


RULE = Rule(
    id="overlapping-blocks",
    severity=Severity.ERROR,
    summary="Address blocks overlap.",
    fix="Give one of them another block, or leave `cidr` out and take one from the pool.",
    source="https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-limitations",
    check=check,
)
