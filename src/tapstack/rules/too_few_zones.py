"""Some regions show two zones to new accounts."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.catalog.regions import REGIONS
from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Compare the zones asked for with those that a new account sees."""
    for region in subject.plan.regions:
        facts = REGIONS.get(region.name)
        if facts is not None and region.zones > facts.zones:
            own = subject.fleet.regions[region.name].zones is not None
            yield Problem(
                ("regions", region.name, "zones") if own else ("regions", region.name),
                f"{region.zones} zones are asked for; new accounts see {facts.zones} in {region.name}.",
                f"Write {region.name}: {{zones: {facts.zones}}}",
            )


RULE = Rule(
    id="too-few-zones",
    severity=Severity.ERROR,
    summary="The region has fewer zones than the fleet asks for.",
    fix="Say `zones` under that region, or use fewer everywhere.",
    source="https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html",
    check=check,
)
