"""What load balancers and their targets are told by all engines."""

from __future__ import annotations

from tapstack.fleet.load_balancers import LoadBalancer, TargetHealth

HTTP, HTTPS = 80, 443
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
"""TLS 1.2 and 1.3 with forward secrecy only, and keys that a later quantum computer cannot recover."""
DEFAULT = "default"
OUTSIDE = "all"
"""The zone of an address that is not in the VPC."""
SHORTEST_TIMEOUT, LONGEST_TIMEOUT = 2, 5
DEREGISTRATION_DELAY = 30
"""Seconds that a target may still answer after it is taken out; AWS would wait five minutes."""


def timeout(health: TargetHealth) -> int:
    """How many seconds a target has to answer a health check: less than there are between two of them."""
    return min(LONGEST_TIMEOUT, max(SHORTEST_TIMEOUT, health.interval - 1))


def reached(balancer: LoadBalancer) -> list[tuple[str, int]]:
    """Every address and port that a load balancer must be let out to, in order."""
    wanted = {(address, target.port) for target in balancer.targets for address in target.addresses}
    return [(str(address), port) for address, port in sorted(wanted)]
