"""Under which conditions a drill runs: what a person chose, and what follows from the fleet and the target."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from tapstack import __version__
from tapstack.drill.naming import Named
from tapstack.drill.scenarios import Scenario
from tapstack.fleet.objectives import Objectives
from tapstack.targets.target import Target

NO_PROMISE_SECONDS = 180.0
_STEADY_WALL_SECONDS = 2.0
_STEADY_SECONDS = 10.0
_WARM_UP_WALL_SECONDS = 4.0


@dataclass(frozen=True)
class Options:
    """What a person chose."""

    rate: float = 12.0
    """Requests in a wall second, all clients together."""
    write_rate: float = 10.0
    """Writes in a wall second, to each store."""
    writes: bool = True
    timeout: float = 5.0
    """Wall seconds for one request."""
    path: str | None = None
    warm_up: float | None = None
    """Fleet seconds."""
    deadline: float | None = None
    """Fleet seconds after which everything is made whole again, recovered or not."""
    seed: int = 0


@dataclass(frozen=True)
class Conditions:
    """What follows from the fleet, the target and the options."""

    clock_factor: float
    lag: float | None
    warm_up: float
    limit: float
    at_least: float
    """Fleet seconds that an outage lasts even where all is well at once."""
    steady: float
    """Fleet seconds for which all must be served until that counts as recovered."""


def conditions(
    target: Target,
    objectives: Objectives,
    scenario: Scenario,
    names: Sequence[Named],
    ttls: Sequence[float],
    options: Options,
) -> Conditions:
    """Work them out; `ttls` are the fleet's seconds, as DNS answers."""
    factor, lag = pace(target)
    expected = [named.expected_recovery(ttl) for named, ttl in zip(names, ttls, strict=True)]
    known = [one for one in expected if one is not None]
    longest = max(known, default=0.0)
    steady = max(_STEADY_SECONDS, _STEADY_WALL_SECONDS * factor)
    warm_up = options.warm_up or max(
        max(ttls) + _STEADY_SECONDS, 2 * (lag or 0) + _STEADY_SECONDS, _WARM_UP_WALL_SECONDS * factor
    )
    limit = options.deadline or (
        max(2 * longest, 1.25 * (objectives.rto or 0), 0 if known or objectives.rto else NO_PROMISE_SECONDS) + steady
    )
    at_least = longest if known and not scenario.holds else max(ttls)
    return Conditions(factor, lag, warm_up, limit, min(at_least, limit), steady)


def pace(target: Target) -> tuple[float, float | None]:
    """The clock factor, and the replication lag where it is configured."""
    from tapstack.targets.sandbox import SandboxTarget

    if isinstance(target, SandboxTarget):
        return target.sandbox.settings.clock_factor, target.sandbox.settings.replication_lag_seconds
    return 1.0, None


def table_conflicts(target: Target) -> int | None:
    """How many writes of global tables the sandbox saw lose to later ones, since it began; AWS tells nobody."""
    from tapstack.targets.sandbox import SandboxTarget

    if isinstance(target, SandboxTarget):
        return int(target.sandbox.status()["parts"]["replication"]["table_conflicts"])
    return None


def versions() -> dict[str, str]:
    """Of everything that has a part in the figures."""
    found = {"tapstack": __version__, "python": platform.python_version()}
    for package in ("ministack", "boto3", "urllib3", "dnslib"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
