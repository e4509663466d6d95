"""Everything that passes can be read and changed on the way."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject, worse_in_production


def check(subject: Subject) -> Iterator[Problem]:
    """Find listeners without TLS."""
    for name, balancer in subject.fleet.load_balancers.items():
        if balancer.tls == "none":
            yield Problem(
                ("load_balancers", name, "tls"),
                f"Load balancer '{name}' serves plain HTTP.",
                severity=worse_in_production(subject),
            )


RULE = Rule(
    id="plain-http",
    severity=Severity.WARNING,
    summary="Clients talk to the load balancer in the clear.",
    fix="Leave `tls` at certificate, and give a name under `dns.names` or a `certificate` in each region.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-1",
    check=check,
)
