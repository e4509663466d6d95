"""AWS refuses names over a service's limit, each service with one of its own."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.plan.names import RULES
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Measure every name where it is longest: in the region with the longest code."""
    region_length = max(map(len, subject.fleet.regions))
    for name in subject.plan.names:
        limit, longest = RULES[name.kind].limit, name.longest(region_length)
        if longest > limit:
            yield Problem(
                name.path,
                f"The {name.kind} would be called {name.text}: up to {longest} characters where AWS allows "
                f"{limit}; {longest - limit} too many.",
            )


RULE = Rule(
    id="name-too-long",
    severity=Severity.ERROR,
    summary="A physical name would be too long.",
    fix="Shorten the fleet's, the environment's or the component's name.",
    source="https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html",
    check=check,
)
