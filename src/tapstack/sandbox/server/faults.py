"""Which regions, and which of their services, are out, slow or failing right now."""

from __future__ import annotations

from dataclasses import dataclass, field

# Answered from everywhere on AWS, although their calls are signed for us-east-1: an outage of that region leaves them
# alone unless it names them.
GLOBAL_SERVICES = frozenset({"iam", "route53", "cloudfront", "organizations", "globalaccelerator", "account"})
_GLOBAL_REGION = "us-east-1"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a region. Without `services` it is all of them, the global ones excepted."""

    unreachable: bool = False
    latency_seconds: float = 0.0
    error_rate: float = 0.0
    throttle_rate: float = 0.0
    expired_credentials: bool = False
    services: frozenset[str] = frozenset()

    def concerns(self, region: str, service: str | None) -> bool:
        """Tell whether calls to that service of the region meet this fault."""
        if self.services:
            return service in self.services
        # STS has an endpoint in each region and a global one, which signs as us-east-1 does.
        return service not in GLOBAL_SERVICES and not (service == "sts" and region == _GLOBAL_REGION)


@dataclass
class Faults:
    """The faults in force, by region; other extensions ask here before they deliver something to a region."""

    by_region: dict[str, Fault] = field(default_factory=dict)

    def is_out(self, region: str, service: str | None = None) -> bool:
        """Tell whether calls to that region (or that service of it) get no answer at all."""
        fault = self.of(region, service)
        return fault is not None and fault.unreachable

    def of(self, region: str, service: str | None = None) -> Fault | None:
        """The fault that calls to that service of the region meet, if any."""
        fault = self.by_region.get(region)
        return fault if fault is not None and fault.concerns(region, service) else None
