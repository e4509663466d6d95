"""A peer that the file does not describe cannot be compared with."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Look every peer up among the file's environments."""
    network = subject.fleet.network
    for index, peer in enumerate(network.peers if network else ()):
        if peer not in subject.environments:
            known = ", ".join(subject.environments)
            yield Problem(("network", "peers", index), f"There is no environment '{peer}'; there are: {known}.")


RULE = Rule(
    id="unknown-peer",
    severity=Severity.ERROR,
    summary="The network's peer is no environment of this fleet.",
    fix="Name an environment of this file.",
    source="https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html",
    check=check,
)
