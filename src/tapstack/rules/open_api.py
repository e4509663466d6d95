"""Public by intent is fine; public by accident is a breach."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Find routes that ask for nothing."""
    for name, api in subject.fleet.apis.items():
        if api.authorization == "none":
            yield Problem(("apis", name, "authorization"), f"Every route of '{name}' is open unless it says otherwise.")
            continue
        for key, route in api.routes.items():
            if route.authorization == "none":
                yield Problem(("apis", name, "routes", key), f"'{key}' of '{name}' is open to everybody.")


RULE = Rule(
    id="open-api",
    severity=Severity.WARNING,
    summary="Anybody can call the API.",
    fix="Ask for a signature with `authorization: iam`, or acknowledge that it is public.",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html",
    check=check,
)
