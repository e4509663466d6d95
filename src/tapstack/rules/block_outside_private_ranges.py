"""Public addresses inside a VPC hide whoever owns them on the internet."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject

PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
DOCKER_LIKE = IPv4Network("172.17.0.0/16")


def check(subject: Subject) -> Iterator[Problem]:
    """Compare the pool and every given block with the private ranges."""
    network = subject.fleet.network
    if network is None:
        return
    blocks = [(("regions", name, "cidr"), region.cidr) for name, region in subject.fleet.regions.items()]
    for path, block in ((("network", "pool"), network.pool), *blocks):
        if block is None:
            continue
        if not any(block.subnet_of(private) for private in PRIVATE):
            yield Problem(path, f"{block} is routed on the internet: its real owners could not be reached from inside.")
        elif block.overlaps(DOCKER_LIKE):
            yield Problem(
                path,
                f"{block} contains {DOCKER_LIKE}, which AWS Cloud9, SageMaker and Docker use for themselves.",
                severity=Severity.WARNING,
            )


RULE = Rule(
    id="block-outside-private-ranges",
    severity=Severity.ERROR,
    summary="An address block is not private.",
    fix="Use a block of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html#vpc-sizing-ipv4",
    check=check,
)
