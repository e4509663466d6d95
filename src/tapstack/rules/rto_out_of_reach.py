"""Interval times threshold, plus TTL, is the least that an outage lasts for clients."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.fleet.dns import ALIAS_TTL
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Add up what passes until the last client asks again."""
    rto = subject.fleet.objectives.rto
    if rto is None or subject.fleet.dns is None:
        return
    for label, name in subject.fleet.dns.names.items():
        health = name.health_check
        if health is None:
            continue
        needed = health.detection_seconds + ALIAS_TTL
        if needed > rto:
            yield Problem(
                ("dns", "names", label, "health_check"),
                f"{health.threshold} checks {health.interval} s apart and a TTL of {ALIAS_TTL} s make {needed} s; "
                f"the `rto` is {rto} s.",
            )
    for name_of, balancer in subject.fleet.load_balancers.items():
        if balancer.keep_alive > rto:
            yield Problem(
                ("load_balancers", name_of, "keep_alive"),
                f"Clients may stay on one connection for {balancer.keep_alive} s and never ask DNS again; "
                f"the `rto` is {rto} s.",
                "Lower `keep_alive`.",
                Severity.WARNING,
            )


RULE = Rule(
    id="rto-out-of-reach",
    severity=Severity.ERROR,
    summary="Health checks and TTL take longer than the `rto` allows.",
    fix="Use `interval: 10s`, a lower `threshold`, or promise less.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html",
    check=check,
)
