"""Which regions, and which of their services, are out, slow or failing right now."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """What is wrong with a region. Without `services` it is all of them."""

    unreachable: bool = False
    latency_seconds: float = 0.0
    error_rate: float = 0.0
    services: frozenset[str] = frozenset()


@dataclass
class Faults:
    """The faults in force, by region; other extensions ask here before they deliver something to a region."""

    by_region: dict[str, Fault] = field(default_factory=dict)

    def is_out(self, region: str, service: str | None = None) -> bool:
        """Tell whether calls to that region (or that service of it) get no answer at all."""
        fault = self.by_region.get(region)
        return fault is not None and fault.unreachable and (not fault.services or service in fault.services)
