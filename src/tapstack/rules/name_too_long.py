"""AWS refuses names over a service's limit, each service with one of its own."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.plan.names import RULES
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Measure every name where it is longest: in the region with the longest code."""
    for name in subject.plan.names:
        limit = RULES[name.kind].limit
        if name.longest > limit:
            yield Problem(
                name.path,
                f"The {name.kind} would be called {name.text}: up to {name.longest} characters where AWS allows "
                f"{limit}; {name.longest - limit} too many.",
            )


RULE = Rule(
    id="name-too-long",
    severity=Severity.ERROR,
    summary="A physical name would be too long.",
    fix="Shorten the fleet's, the environment's or the component's name.",
    source="https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html",
    check=check,
)
