"""The client gets a 504 while the work, and its side effects, go on."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject

LIMITS = {"rest": 29, "http": 30}


def check(subject: Subject) -> Iterator[Problem]:
    """Compare timeouts with the patience of the API in front."""
    fleet = subject.fleet
    for name, api in fleet.apis.items():
        for function in sorted({route.function for route in api.routes.values()}):
            if function in fleet.functions and fleet.functions[function].timeout > LIMITS[api.kind]:
                yield Problem(
                    ("functions", function, "timeout"),
                    f"'{name}' gives up after {LIMITS[api.kind]} s, '{function}' works on for "
                    f"{fleet.functions[function].timeout} s.",
                )


RULE = Rule(
    id="timeout-beyond-api",
    severity=Severity.WARNING,
    summary="The function may run longer than the API waits.",
    fix="Lower the function's `timeout`.",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html",
    check=check,
)
