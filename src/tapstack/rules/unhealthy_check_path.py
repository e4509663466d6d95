"""A check that can only fail makes every region unhealthy, and then Route 53 answers with the dead one too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """See that a check against an API meets a route, and one that needs no signature."""
    fleet = subject.fleet
    for label, name in (fleet.dns.names if fleet.dns else {}).items():
        if name.health_check is None or name.api is None or name.api not in fleet.apis:
            continue
        api = fleet.apis[name.api]
        path = ("dns", "names", label, "health_check")
        asked = name.health_check.path
        routes = [(key, route) for key, route in api.routes.items() if _answers(key, asked)]
        if not routes:
            yield Problem(path, f"'{asked}' matches no GET route of '{name.api}': every region would be unhealthy.")
        elif all(api.authorization_of(route) == "iam" for _, route in routes):
            yield Problem(path, f"'{asked}' of '{name.api}' asks for a signature, which health checks do not have.")


def _answers(key: str, asked: str) -> bool:
    method, path = key.split(" ", 1)
    pattern = re.sub(r"\\{\w+\\\+\\}", ".+", re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))
    return method in ("GET", "ANY") and re.fullmatch(pattern, asked) is not None


RULE = Rule(
    id="unhealthy-check-path",
    severity=Severity.ERROR,
    summary="The health check asks for a path that nobody may answer.",
    fix="Add an open route for the health check's path, or check another one.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html",
    check=check,
)
