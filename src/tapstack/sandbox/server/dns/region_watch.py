"""How long Route 53 itself takes to notice that a region's load balancers are gone, or back.

"Evaluate target health" asks AWS's own monitoring, whose pace AWS does not publish. The sandbox takes that of its
fastest ordinary health check: three looks, ten seconds apart, until a region is out, one look until it is back.
Without such a delay a failover by "evaluate target health" alone would look faster than anyone will ever see it.
"""

from __future__ import annotations

from tapstack.sandbox.server.extension import Clock
from tapstack.sandbox.server.faults import Faults

LOAD_BALANCING = "elasticloadbalancing"
"""What AWS says that it looks at: https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html"""
NOTICED_OUT_SECONDS = 30.0
NOTICED_BACK_SECONDS = 10.0

Service = tuple[str, str]


class RegionWatch:
    """Believes an outage, and its end, only after a while."""

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self._clock = clock
        self._faults = faults
        self._believed_out: set[Service] = set()
        self._differs_since: dict[Service, float] = {}

    def look(self, services: set[Service]) -> None:
        """Take note of how things are now; called often."""
        for service in services:
            is_out = self._faults.is_out(*service)
            if is_out == (service in self._believed_out):
                self._differs_since.pop(service, None)
                continue
            since = self._differs_since.setdefault(service, self._clock.now())
            if self._clock.now() - since >= (NOTICED_OUT_SECONDS if is_out else NOTICED_BACK_SECONDS):
                del self._differs_since[service]
                (self._believed_out.add if is_out else self._believed_out.discard)(service)

    def is_out(self, region: str, service: str) -> bool:
        """Tell whether the outage has been noticed."""
        return (region, service) in self._believed_out

    def reset(self) -> None:
        """Take everything for healthy."""
        self._believed_out.clear()
        self._differs_since.clear()
