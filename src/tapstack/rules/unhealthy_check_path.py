"""A check that can only fail makes every region unhealthy, and then Route 53 answers with the dead one too."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from tapstack.findings import Severity
from tapstack.fleet.apis import Api
from tapstack.fleet.load_balancers import LoadBalancer
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """See that a health check meets somebody who answers, and who asks for no signature."""
    fleet = subject.fleet
    for label, name in (fleet.dns.names if fleet.dns else {}).items():
        if name.health_check is None:
            continue
        path = ("dns", "names", label, "health_check")
        asked = name.health_check.path
        if name.api is not None:
            problem = _of_api(name.api, fleet.apis[name.api], asked)
        elif name.load_balancer is not None:
            problem = _of_load_balancer(name.load_balancer, fleet.load_balancers[name.load_balancer], asked)
        else:
            continue
        if problem:
            yield Problem(path, problem)


def _of_api(name: str, api: Api, asked: str) -> str:
    routes = [(key, route) for key, route in api.routes.items() if _answers(key, asked)]
    if not routes:
        return f"'{asked}' matches no GET route of '{name}': every region would be unhealthy."
    if all(api.authorization_of(route) == "iam" for _, route in routes):
        return f"'{asked}' of '{name}' asks for a signature, which health checks do not have."
    return ""


def _of_load_balancer(name: str, balancer: LoadBalancer, asked: str) -> str:
    if not balancer.internet_facing:
        return f"'{name}' is inside the network, where Route 53's health checkers cannot reach it."
    patterns = [rule.paths for rule in balancer.rules.values()]
    met = any(not paths or any(fnmatchcase(asked, _literal(path)) for path in paths) for paths in patterns)
    if balancer.default is None and not met:
        return (
            f"'{asked}' matches no rule of '{name}', which has no `default`: it answers 404, so no region is healthy."
        )
    return ""


def _literal(pattern: str) -> str:
    """Load balancers know * and ?, and no brackets."""
    return pattern.replace("[", "[[]")


def _answers(key: str, asked: str) -> bool:
    method, route = key.split(" ", 1)
    if method not in ("GET", "ANY"):
        return False
    wanted, given = route.split("/"), asked.partition("?")[0].split("/")
    if wanted[-1].endswith("+}") and len(given) >= len(wanted):
        # The last segment takes whatever is left.
        wanted, given = wanted[:-1], given[: len(wanted) - 1]
    return len(wanted) == len(given) and all(
        part == other or (part.startswith("{") and other) for part, other in zip(wanted, given, strict=True)
    )


RULE = Rule(
    id="unhealthy-check-path",
    severity=Severity.ERROR,
    summary="The health check asks for a path that nobody may answer.",
    fix="Let somebody answer the health check's path without a signature, or check another one.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html",
    check=check,
)
