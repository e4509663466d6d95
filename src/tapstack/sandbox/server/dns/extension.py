"""The extension: everything of this package put together."""

from __future__ import annotations

import asyncio
from random import Random

from tapstack.sandbox.server.addresses import SHARED
from tapstack.sandbox.server.dns import custom_domains, status_api
from tapstack.sandbox.server.dns.endpoints import EndpointFinder
from tapstack.sandbox.server.dns.health_checks import CHECKER_REGIONS, HealthChecks
from tapstack.sandbox.server.dns.health_rules import Config
from tapstack.sandbox.server.dns.landscape import EmulatorLandscape
from tapstack.sandbox.server.dns.probes import Place, Sight
from tapstack.sandbox.server.dns.region_watch import LOAD_BALANCING, RegionWatch
from tapstack.sandbox.server.dns.resolution import Answer, Resolver
from tapstack.sandbox.server.dns.wire import CLIENT_REGION_OPTION, DnsServer
from tapstack.sandbox.server.extension import ServerContext, Status
from tapstack.sandbox.server.target_health import TargetHealth

_WATCH_SECONDS = 0.25


class Dns:
    """Answers questions and runs health checks."""

    name = "dns"

    def __init__(self, targets: TargetHealth) -> None:
        self._targets = targets
        self._watching: asyncio.Task[None] | None = None
        # Not a secret: weighted routing draws lots.
        self._random = Random()  # noqa: S311

    def install(self, context: ServerContext) -> None:
        """Put the parts together and teach the emulator what it lacks."""
        self._context = context
        self._checks = HealthChecks(context.clock, context.faults, self._find_place)
        self._watch = RegionWatch(context.clock, context.faults)
        landscape = EmulatorLandscape(self._watch, self._checks, self._targets)
        self._resolver = Resolver(landscape, random=self._random)
        self._finder = EndpointFinder(context, self._resolver)
        self._server = DnsServer(self._resolve, context.settings.clock_factor)
        status_api.install(self._checks)
        custom_domains.install(self._resolver)

    async def start(self, context: ServerContext) -> None:
        """Listen, and let the checkers look."""
        await self._server.start(SHARED, context.settings.ports.dns)
        await self._checks.start()
        self._watching = asyncio.create_task(self._watch_regions())

    async def stop(self) -> None:
        """Stop listening and looking."""
        await self._server.stop()
        await self._checks.stop()
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)

    def reset(self) -> None:
        """Forget what the checkers saw; zones and checks are gone already."""
        self._checks.reset()
        self._watch.reset()

    def status(self) -> Status:
        """Where it listens, how fast its clock runs, and how the checks stand."""
        factor = self._context.settings.clock_factor
        return {
            "address": f"{SHARED}:{self._context.settings.ports.dns}",
            "clock factor": factor,
            "time": "as deployed"
            if factor == 1
            else f"checks and TTLs run {factor:g} times as fast as deployed, TTLs in whole seconds",
            "clients are in": self._context.settings.default_region,
            "EDNS option for a client's region": CLIENT_REGION_OPTION,
            "checkers per check": len(CHECKER_REGIONS),
            "health checks": self._checks.status(),
        }

    def _resolve(self, name: str, record_type: str, client_region: str | None) -> Answer:
        return self._resolver.resolve(name, record_type, client_region or self._context.settings.default_region)

    async def _watch_regions(self) -> None:
        seen: set[str] = set()
        while True:
            # A region that is restored must be looked at further, until it is believed.
            seen |= self._context.faults.by_region.keys()
            self._watch.look({(region, LOAD_BALANCING) for region in seen})
            await asyncio.sleep(_WATCH_SECONDS)

    def _find_place(self, config: Config) -> Place | Sight:
        return self._finder.find(config)
