"""A database whose security group nobody may pass is a bill without a use."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Compare databases with the functions that use them."""
    fleet = subject.fleet
    for name in fleet.databases:
        users = [
            (function, code)
            for function, code in fleet.functions.items()
            if any(use.database == name for use in code.uses)
        ]
        if not users:
            yield Problem(("databases", name), f"The security group of '{name}' lets nobody in: no function uses it.")
        for function, code in users:
            if not code.in_network:
                yield Problem(
                    ("functions", function),
                    f"'{function}' uses '{name}' but runs outside the network.",
                    "Add `in_network: true`.",
                    Severity.ERROR,
                )
            elif fleet.network is not None and fleet.network.nat == "none":
                yield Problem(
                    ("network", "nat"),
                    f"'{function}' reads the secret of '{name}' from Secrets Manager, which cannot be reached from "
                    "inside without a NAT gateway.",
                    "Use `nat: one` or `per-zone`.",
                )


RULE = Rule(
    id="database-without-client",
    severity=Severity.WARNING,
    summary="Nothing can reach the database.",
    fix="Let a function use it (`uses: [{database: NAME}]`), with `in_network: true`.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html",
    check=check,
)
