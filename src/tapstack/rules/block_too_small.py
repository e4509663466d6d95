"""A VPC between /16 and /24: below that no subnet that AWS accepts fits."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.catalog.regions import REGIONS
from tapstack.findings import Severity
from tapstack.plan.addresses import LARGEST_VPC, PLACES, SMALLEST_SUBNET
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """See that every region got its subnets, and that AWS takes a block of that size."""
    network = subject.fleet.network
    if network is None:
        return
    for region in subject.plan.regions:
        given = subject.fleet.regions[region.name].cidr
        path = ("regions", region.name, "cidr") if given else ("network", "pool")
        if region.block is None:
            if region.name not in REGIONS:
                # Not left to `unknown-region`: that may be acknowledged, this may not.
                yield Problem(
                    ("regions", region.name),
                    f"'{region.name}' has no place in the pool, which serves the regions that this release knows.",
                    "Give it a `cidr` of its own.",
                )
            elif network.pool.prefixlen > SMALLEST_SUBNET - 10:
                yield Problem(
                    path,
                    f"The pool {network.pool} has no room for {region.name}: each of 64 places needs a /24 at least.",
                    "Give a pool of /18 or larger, or the region a `cidr`.",
                )
        elif region.block.prefixlen < LARGEST_VPC:
            yield Problem(
                path,
                f"{region.block} is larger than AWS allows: a VPC has /{LARGEST_VPC} at the most.",
                f"Write {region.block.network_address}/{LARGEST_VPC}.",
            )
        elif not region.subnets:
            size = region.block.prefixlen + 4
            wanted = (
                f"/{network.subnet_prefix}" if network.subnet_prefix else f"/{SMALLEST_SUBNET}, the smallest of AWS"
            )
            yield Problem(
                path,
                f"{region.block} is cut into {PLACES} tiers of {PLACES} zones, /{size} each: less than {wanted}.",
            )


RULE = Rule(
    id="block-too-small",
    severity=Severity.ERROR,
    summary="The address block has no room for the subnets.",
    fix="Give a larger block; a /20 has room for 251 addresses in every subnet.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html#vpc-sizing-ipv4",
    check=check,
)
