"""Health checks that run: three checkers for each check, spread over its interval, as deployed.

Route 53 has some sixteen checkers for a check. Three are enough for its rule (more than 18 % must find it healthy, so
one of three is enough) and keep the load small. All three have seen an outage after interval times threshold.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch, route53

from tapstack.sandbox.server.dns.health_rules import (
    HEALTHY_ABOVE_SHARE,
    Checker,
    Config,
    alarm_is_healthy,
    share_healthy,
    status_of,
)
from tapstack.sandbox.server.dns.probes import Look, Place, Sight, failure, look_at
from tapstack.sandbox.server.extension import Clock
from tapstack.sandbox.server.faults import Faults

_log = logging.getLogger("tapstack.dns")

CHECKER_REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-1")
_INTERVAL = 30
_THRESHOLD = 3
_LOOK_FOR_CHANGES_SECONDS = 0.25
_ENDPOINT_TYPES = frozenset({"HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP"})
_METRICS_REGION = "us-east-1"

FindPlace = Callable[[Config], Place | Sight]


@dataclass
class Observation:
    """What one checker saw last."""

    region: str
    checker: Checker
    report: str = "Unknown: the health checker has not looked yet."
    checked_at: float = field(default_factory=time.time)
    last_failure: str | None = None
    failed_at: float = 0.0


@dataclass
class _Running:
    version: int
    config: dict[str, Any]
    observations: list[Observation]
    task: asyncio.Task[None] | None = None


class HealthChecks:
    """Runs every check of every account that the emulator holds."""

    def __init__(self, clock: Clock, faults: Faults, find_place: FindPlace) -> None:
        self._clock = clock
        self._faults = faults
        self._find_place = find_place
        self._running: dict[tuple[str, str], _Running] = {}
        self._last_known: dict[str, bool] = {}
        self._supervision: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Look for checks to run, now and whenever they change."""
        self._supervision = asyncio.create_task(self._supervise())

    async def stop(self) -> None:
        """End all checkers."""
        tasks = [running.task for running in self._running.values()] + [self._supervision]
        for task in tasks:
            if task is not None:
                task.cancel()
        await asyncio.gather(*filter(None, tasks), return_exceptions=True)
        self.reset()

    def reset(self) -> None:
        """Forget what was seen."""
        for running in self._running.values():
            if running.task is not None:
                running.task.cancel()
        self._running.clear()
        self._last_known.clear()

    def status(self) -> dict[str, str]:
        """Each check, as DNS sees it now."""
        return {identifier: "healthy" if self.is_healthy(identifier) else "unhealthy" for identifier in self._configs()}

    def is_healthy(self, identifier: str) -> bool:
        """The final status of a check; one that does not exist is healthy."""
        return status_of(identifier, self._configs(), self._measured)

    def observations(self, identifier: str) -> list[Observation] | None:
        """What each checker last saw; None for checks that watch no endpoint, or do not exist."""
        for (_, known), running in self._running.items():
            if known == identifier:
                return running.observations if running.config.get("Type") in _ENDPOINT_TYPES else None
        return None

    @staticmethod
    def _configs() -> Mapping[str, Config]:
        stored = route53._health_checks.to_dict()
        return {identifier: check["config"] for (_, identifier), check in stored.items()}

    def _measured(self, identifier: str, config: Config) -> bool:
        if config.get("Type") == "CLOUDWATCH_METRIC":
            return self._alarm_status(identifier, config)
        for (_, known), running in self._running.items():
            if known == identifier:
                return share_healthy([each.checker for each in running.observations]) > HEALTHY_ABOVE_SHARE
        return True

    def _alarm_status(self, identifier: str, config: Config) -> bool:
        watched = config.get("AlarmIdentifier")
        alarm = None
        # No data comes from a region that is out.
        if isinstance(watched, Mapping) and not self._faults.is_out(str(watched.get("Region")), "monitoring"):
            for (_, region, name), stored in [
                *cloudwatch._alarms.all_items(),
                *cloudwatch._composite_alarms.all_items(),
            ]:
                if (region, name) == (watched.get("Region"), watched.get("Name")):
                    alarm = stored["StateValue"]
        status = alarm_is_healthy(
            alarm, str(config.get("InsufficientDataHealthStatus", "")), self._last_known.get(identifier, True)
        )
        if alarm in ("OK", "ALARM"):
            self._last_known[identifier] = status
        return status

    async def _supervise(self) -> None:
        while True:
            try:
                self._pick_up_changes()
            except Exception:  # noqa: BLE001 - logged; checks must go on
                _log.exception("Looking for changed health checks failed")
            await asyncio.sleep(_LOOK_FOR_CHANGES_SECONDS)

    def _pick_up_changes(self) -> None:
        stored = route53._health_checks.to_dict()
        for key in [key for key in self._running if key not in stored]:
            gone = self._running.pop(key)
            if gone.task is not None:
                gone.task.cancel()
        for key, check in stored.items():
            known = self._running.get(key)
            if known is not None and (known.version, known.config) == (check.get("version", 1), check["config"]):
                continue
            if known is not None and known.task is not None:
                known.task.cancel()
            self._running[key] = self._begin(key, check, known)

    def _begin(self, key: tuple[str, str], check: Mapping[str, Any], known: _Running | None) -> _Running:
        config = dict(check["config"])
        threshold = int(config.get("FailureThreshold") or _THRESHOLD)
        # A changed check keeps its status until its checkers know better, as on AWS.
        healthy = [each.checker.is_healthy for each in known.observations] if known else []
        observations = [
            Observation(region, Checker(threshold, *healthy[index : index + 1]))
            for index, region in enumerate((config.get("Regions") or CHECKER_REGIONS)[: len(CHECKER_REGIONS)])
        ]
        running = _Running(check.get("version", 1), config, observations)
        if config.get("Type") in _ENDPOINT_TYPES or config.get("Type") in ("CALCULATED", "CLOUDWATCH_METRIC"):
            running.task = asyncio.create_task(self._run(key, running))
        return running

    async def _run(self, key: tuple[str, str], running: _Running) -> None:
        """Let the checkers look, each once per interval, evenly spread."""
        account, identifier = key
        config = running.config
        looks = config.get("Type") in _ENDPOINT_TYPES
        interval = self._clock.real_seconds(float(config.get("RequestInterval") or _INTERVAL))
        step = interval / len(running.observations)
        due = time.monotonic()
        async with asyncio.TaskGroup() as looking:
            while True:
                for observation in running.observations:
                    if looks and not config.get("Disabled"):
                        looking.create_task(self._observe(config, observation))
                    # On a machine that was busy or asleep, missed looks are not made up for.
                    due = max(due + step, time.monotonic() - interval)
                    await asyncio.sleep(max(0.0, due - time.monotonic()))
                self._publish(account, identifier, running, looks)

    async def _observe(self, config: Config, observation: Observation) -> None:
        try:
            place = self._find_place(config)
            sight = place if isinstance(place, Sight) else await look_at(place, look_of(config, place.port))
        except Exception:  # noqa: BLE001 - logged; checks must go on
            _log.exception("A health check could not look at its endpoint")
            sight = failure("The sandbox could not look at the endpoint.")
        observation.checker.observe(sight.succeeded)
        observation.report = sight.report
        observation.checked_at = time.time()
        if not sight.succeeded:
            observation.last_failure, observation.failed_at = sight.report, observation.checked_at

    def _publish(self, account: str, identifier: str, running: _Running, looks: bool) -> None:
        dimensions = {"HealthCheckId": identifier}
        with contextlib.suppress(KeyError), request_scope(account, _METRICS_REGION):
            cloudwatch.record_metric(
                "AWS/Route53", "HealthCheckStatus", float(self.is_healthy(identifier)), "None", dimensions
            )
            if looks:
                share = 100 * share_healthy([each.checker for each in running.observations])
                cloudwatch.record_metric("AWS/Route53", "HealthCheckPercentageHealthy", share, "Percent", dimensions)


def look_of(config: Config, port: int) -> Look:
    """What a check asks of its endpoint."""
    kind = str(config.get("Type"))
    name = str(config.get("FullyQualifiedDomainName") or config.get("IPAddress") or "")
    uses_tls = kind.startswith("HTTPS")
    return Look(
        host=f"{name}:{port}",
        path=str(config.get("ResourcePath") or "/"),
        uses_tls=uses_tls,
        server_name=name if config.get("EnableSNI", True) and not _is_address(name) else None,
        search=str(config["SearchString"]) if kind.endswith("_STR_MATCH") and config.get("SearchString") else None,
        is_tcp_only=kind == "TCP",
    )


def port_of(config: Config) -> int:
    """The port that a check names, or the usual one."""
    port = config.get("Port")
    return port if isinstance(port, int) and port else 443 if str(config.get("Type")).startswith("HTTPS") else 80


def _is_address(name: str) -> bool:
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(name)
        return True
    return False
