"""From a health check's configuration to the place where its endpoint really is, on this machine."""

from __future__ import annotations

import ipaddress
import re

from tapstack.sandbox.server.addresses import SHARED, region_at
from tapstack.sandbox.server.dns.health_checks import port_of
from tapstack.sandbox.server.dns.health_rules import Config
from tapstack.sandbox.server.dns.probes import Place, Sight, failure
from tapstack.sandbox.server.dns.resolution import Resolver
from tapstack.sandbox.server.extension import ServerContext

_REGION_IN_NAME = re.compile(r"\.(?P<service>execute-api|lambda-url|elb)\.(?P<region>[a-z]{2,4}(?:-[a-z]+)+-\d)\.")


class EndpointFinder:
    """Finds where to look; a region that is out cannot be reached by a checker either."""

    def __init__(self, context: ServerContext, resolver: Resolver) -> None:
        self._context = context
        self._resolver = resolver

    def find(self, config: Config) -> Place | Sight:
        """The place of a check's endpoint, or why there is none."""
        port = port_of(config)
        address = config.get("IPAddress")
        if address:
            return self._by_address(str(address), port)
        name = str(config.get("FullyQualifiedDomainName") or "").rstrip(".").lower()
        if name == "localhost":
            return Place(SHARED, port)
        if name.endswith(".localhost"):
            return self._by_local_name(name, port)
        answer = self._resolver.resolve(name, "A")
        addresses = [line.value for line in answer.lines if line.type == "A"]
        if not addresses:
            return failure(f"DNS resolution of {name} failed: {answer.explanation or answer.outcome.name}.")
        if not answer.endpoints:
            return self._by_address(addresses[0], port)
        endpoint = answer.endpoints[0]
        if self._context.faults.is_out(endpoint.region, endpoint.service):
            return failure(f"{name} is in {endpoint.region}, which is out.")
        return Place(endpoint.address, self._sandbox_port(port))

    def _by_address(self, address: str, port: int) -> Place | Sight:
        try:
            is_loopback = ipaddress.ip_address(address).is_loopback
        except ValueError:
            is_loopback = False
        if not is_loopback:
            return failure(f"{address} is not on this machine, and the sandbox looks at no other.")
        region = region_at(address)
        if region is None:
            return Place(address, port)
        if self._context.faults.is_out(region):
            return failure(f"{address} stands for {region}, which is out.")
        return Place(address, self._sandbox_port(port))

    def _by_local_name(self, name: str, port: int) -> Place | Sight:
        """Names such as `ID.lambda-url.REGION.localhost`, which the emulator answers itself."""
        match = _REGION_IN_NAME.search(name)
        if match and self._context.faults.is_out(match["region"]):
            return failure(f"{name} is in {match['region']}, which is out.")
        return Place(SHARED, self._sandbox_port(port))

    def _sandbox_port(self, port: int) -> int:
        """AWS's own two ports are the sandbox's; any other is meant as it stands."""
        ports = self._context.settings.ports
        return {80: ports.http, 443: ports.https}.get(port, port)
