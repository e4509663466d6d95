"""A second region that nobody is sent to is no standby."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Look for a promise, or a failover record, without anybody to fail over to."""
    fleet = subject.fleet
    names = fleet.dns.names if fleet.dns else {}
    alone = len(fleet.regions) == 1
    for label, name in names.items():
        if alone and name.routing == "failover":
            yield Problem(("dns", "names", label, "routing"), f"'{label}' fails over, but {fleet.home} is alone.")
        if name.routing == "weighted" and not any(fleet.regions[region].weight for region in fleet.standbys):
            yield Problem(
                ("dns", "names", label, "routing"),
                f"'{label}' is weighted, but no region besides the home has a weight.",
                severity=Severity.WARNING,
            )
    entrances = [*fleet.apis, *fleet.load_balancers]
    if fleet.objectives.rto is None or not entrances:
        return
    if alone:
        yield Problem(("objectives", "rto"), f"An `rto` is promised, but {fleet.home} is the only region.")
    elif not names:
        yield Problem(
            ("objectives", "rto"),
            f"An `rto` is promised, but no name stands in front of {', '.join(entrances)}: clients know only one.",
        )
    answered = {("apis", name.api) for name in names.values()}
    answered |= {("load_balancers", name.load_balancer) for name in names.values()}
    for kind, components in (("apis", fleet.apis), ("load_balancers", fleet.load_balancers)):
        for component in components:
            if names and (kind, component) not in answered:
                yield Problem(
                    (kind, component),
                    f"'{component}' stands in every region, but no name leads there.",
                    severity=Severity.WARNING,
                )


RULE = Rule(
    id="routing-without-standby",
    severity=Severity.ERROR,
    summary="No standby would ever be asked.",
    fix="Add a region, and a name under `dns.names` that several regions answer.",
    source="https://docs.aws.amazon.com/whitepapers/latest/disaster-recovery-workloads-on-aws/disaster-recovery-options-in-the-cloud.html",
    check=check,
)
