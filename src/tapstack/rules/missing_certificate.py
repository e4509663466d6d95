"""A certificate needs a name, or must be given."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """See that every HTTPS listener can get a certificate in every region."""
    fleet = subject.fleet
    named = {name.load_balancer for name in fleet.dns.names.values()} if fleet.dns else set()
    without = [region for region in (fleet.home, *fleet.standbys) if fleet.regions[region].certificate is None]
    for name, balancer in fleet.load_balancers.items():
        if balancer.tls == "certificate" and name not in named and without:
            yield Problem(
                ("load_balancers", name),
                f"'{name}' is to serve HTTPS, but no name in `dns` leads to it and {', '.join(without)} names no "
                "certificate.",
            )


RULE = Rule(
    id="missing-certificate",
    severity=Severity.ERROR,
    summary="The load balancer has no certificate to serve HTTPS with.",
    fix="Give the load balancer a name under `dns.names`, or every region a `certificate`.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html",
    check=check,
)
