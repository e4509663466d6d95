"""Some regions show two zones to new accounts."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.catalog.regions import REGIONS
from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject

TWO_AT_LEAST = 2


def check(subject: Subject) -> Iterator[Problem]:
    """Compare the zones asked for with those that a new account sees, and with those that components need."""
    yield from _needed(subject)
    for region in subject.plan.regions:
        facts = REGIONS.get(region.name)
        if facts is not None and region.zones > facts.zones:
            own = subject.fleet.regions[region.name].zones is not None
            yield Problem(
                ("regions", region.name, "zones") if own else ("regions", region.name),
                f"{region.zones} zones are asked for; new accounts see {facts.zones} in {region.name}.",
                f"Write {region.name}: {{zones: {facts.zones}}}",
            )


def _needed(subject: Subject) -> Iterator[Problem]:
    fleet = subject.fleet
    needing = [(("load_balancers", name), f"Load balancer '{name}'") for name in fleet.load_balancers]
    needing += [(("databases", name), f"Database '{name}'") for name in fleet.databases]
    narrow = [region.name for region in subject.plan.regions if region.zones < TWO_AT_LEAST]
    for path, who in needing if narrow and fleet.network else ():
        yield Problem(
            path,
            f"{who} needs subnets in two zones, AWS refuses fewer; {', '.join(narrow)} uses one.",
            "Use two zones or more.",
        )


RULE = Rule(
    id="too-few-zones",
    severity=Severity.ERROR,
    summary="The region has fewer zones than the fleet needs.",
    fix="Say `zones` under that region, or use fewer everywhere.",
    source="https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html",
    check=check,
)
