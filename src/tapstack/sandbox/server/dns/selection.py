"""Which record of a group Route 53 answers with, by routing policy and health.

Rules: "How Amazon Route 53 chooses records when health checking is configured" and "Choosing a routing policy" (Route
53 Developer Guide). Where no record of a group is healthy, all are considered healthy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from tapstack.sandbox.server.dns.records import Record
from tapstack.sandbox.server.dns.region_distance import distance

Health = Callable[[Record], bool]

MULTIVALUE_ANSWERS = 8


class UnanswerableError(Exception):
    """The sandbox knows the record but cannot answer as AWS would; the message says why."""


def choose(group: Sequence[Record], *, is_healthy: Health, client_region: str, random: Random) -> Sequence[Record]:
    """Choose from records of one name and type; more than one only for multivalue answers."""
    first = group[0]
    if first.unsupported_routing:
        raise UnanswerableError(f"the sandbox does not answer {first.unsupported_routing} routing")
    if first.failover is not None:
        return [_failover(group, is_healthy)]
    if first.weight is not None:
        return [_weighted(group, is_healthy, random)]
    if first.region is not None:
        return [_nearest(group, is_healthy, client_region)]
    if first.location is not None:
        return [_default_location(group)]
    if first.is_multivalue:
        return _multivalue(group, is_healthy, random)
    return [first]


def _failover(group: Sequence[Record], is_healthy: Health) -> Record:
    """The primary unless it is unhealthy and the secondary is healthy; a record without a health signal is healthy."""
    primary = next((record for record in group if record.failover == "PRIMARY"), None)
    secondary = next((record for record in group if record.failover == "SECONDARY"), None)
    if primary is None or secondary is None:
        return primary or secondary or group[0]
    return secondary if not is_healthy(primary) and is_healthy(secondary) else primary


def _weighted(group: Sequence[Record], is_healthy: Health, random: Random) -> Record:
    """By weight; those of weight 0 only when no other is healthy, or when all weigh 0 (then with equal chances)."""
    healthy = [record for record in group if is_healthy(record)] or list(group)
    weighing = [record for record in healthy if record.weight]
    if not weighing:
        return random.choice(healthy)
    return random.choices(weighing, [record.weight or 0 for record in weighing])[0]


def _nearest(group: Sequence[Record], is_healthy: Health, client_region: str) -> Record:
    healthy = [record for record in group if is_healthy(record)] or list(group)
    return min(healthy, key=lambda record: (distance(client_region, record.region or ""), record.identifier))


def _default_location(group: Sequence[Record]) -> Record:
    """The sandbox's clients stand nowhere on a map: only the location `*` holds for them."""
    for record in group:
        if record.location and record.location.get("CountryCode") == "*":
            return record
    raise UnanswerableError("the sandbox answers geolocation routing with the default location only, and none exists")


def _multivalue(group: Sequence[Record], is_healthy: Health, random: Random) -> Sequence[Record]:
    healthy = [record for record in group if is_healthy(record)] or list(group)
    return random.sample(healthy, min(MULTIVALUE_ANSWERS, len(healthy)))
