"""A given block inside the pool is a collision that waits for its region."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.catalog.regions import REGIONS
from tapstack.findings import Severity
from tapstack.plan.addresses import slot_in
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Find given blocks that some region, not yet in the fleet, would collide with when it is added."""
    network = subject.fleet.network
    if network is None:
        return
    absent = [
        (region, slot)
        for region in REGIONS
        if region not in subject.fleet.regions and (slot := slot_in(network.pool, region)) is not None
    ]
    for name, region in subject.fleet.regions.items():
        if region.cidr is None or not region.cidr.overlaps(network.pool):
            continue
        taken = [other for other, slot in absent if slot.overlaps(region.cidr)]
        if taken:
            yield Problem(
                ("regions", name, "cidr"),
                f"{region.cidr} is in the pool {network.pool}, where it is kept for {', '.join(taken)}: "
                "adding that region would collide.",
            )


RULE = Rule(
    id="block-in-pool",
    severity=Severity.WARNING,
    summary="A given block lies where the pool serves another region.",
    fix="Take a block outside the pool, or move `network.pool`.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html",
    check=check,
)
