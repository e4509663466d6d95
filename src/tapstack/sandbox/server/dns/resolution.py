"""From a question to what Route 53 answers: zones, wildcards, chains of names, aliases, and their health."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from random import Random
from typing import Protocol

from tapstack.sandbox.server.dns.records import Record, Zone, canonical, most_specific_zone
from tapstack.sandbox.server.dns.selection import UnanswerableError, choose

ALIAS_TTL = 60
"""Seconds: what Route 53 answers for an alias of a load balancer or an API."""

# Route 53 follows such chains too; the limit only keeps records that point at each other from looping for ever.
_LONGEST_CHAIN = 16


class Outcome(Enum):
    """How a question ended; the values are DNS response codes."""

    FOUND = 0
    FAILED = 2
    NO_SUCH_NAME = 3
    REFUSED = 5


@dataclass(frozen=True)
class Endpoint:
    """A load balancer or an API of the sandbox, behind a name that AWS gave it."""

    region: str
    service: str
    address: str


@dataclass(frozen=True)
class Line:
    """One line of an answer, with the TTL as deployed."""

    name: str
    type: str
    ttl: int
    value: str


@dataclass
class Answer:
    """What is sent back. Found without lines is "this name has nothing of this type"."""

    outcome: Outcome = Outcome.FOUND
    lines: list[Line] = field(default_factory=list)
    authority: list[Line] = field(default_factory=list)
    endpoints: list[Endpoint] = field(default_factory=list)
    is_authoritative: bool = True
    explanation: str = ""
    client_region: str = ""


class Landscape(Protocol):
    """What the answers depend on, as it is at this moment."""

    def zones(self) -> Sequence[Zone]:
        """All public zones."""

    def endpoint(self, name: str) -> Endpoint | None:
        """The load balancer or API of that name."""

    def is_check_healthy(self, identifier: str) -> bool:
        """The status of a health check; a deleted one is healthy."""

    def is_endpoint_healthy(self, name: str) -> bool:
        """Tell what "evaluate target health" finds at a load balancer or API."""


def wire_ttl(deployed_seconds: int, clock_factor: float) -> int:
    """A deployed TTL in the sandbox's time: DNS can only say whole seconds, so it is rounded up and at least one."""
    return max(1, math.ceil(deployed_seconds / clock_factor)) if deployed_seconds else 0


class Resolver:
    """Answers questions from a landscape."""

    def __init__(self, landscape: Landscape, *, random: Random) -> None:
        self._landscape = landscape
        self._random = random

    def resolve(self, name: str, record_type: str, client_region: str = "us-east-1") -> Answer:
        """Answer one question of a client that stands in a region."""
        answer = Answer(client_region=client_region)
        try:
            self._follow(canonical(name), record_type, answer)
        except UnanswerableError as problem:
            return Answer(Outcome.REFUSED, is_authoritative=False, explanation=str(problem))
        return answer

    def _follow(self, name: str, record_type: str, answer: Answer) -> None:
        zones = self._landscape.zones()
        for _ in range(_LONGEST_CHAIN):
            zone = most_specific_zone(zones, name)
            if zone is None:
                self._answer_outside(name, record_type, answer)
                return
            if delegation := zone.delegation_of(name):
                answer.is_authoritative = bool(answer.lines)
                answer.authority = [
                    Line(server.name, "NS", server.ttl, value) for server in delegation for value in server.values
                ]
                return
            records = zone.standing_for(name)
            if records is None:
                # After a CNAME the first name does exist, yet the code speaks of the last one (RFC 6604).
                answer.outcome = Outcome.NO_SUCH_NAME
                answer.authority = _negative(zone)
                return
            if not (group := _of_type(records, record_type)):
                answer.authority = _negative(zone)
                return
            target = self._answer_group(name, group, answer)
            if target is None or record_type == "CNAME":
                if not answer.lines:
                    answer.authority = _negative(zone)
                return
            name = target
        raise UnanswerableError("the names of this chain lead in a circle")

    def _answer_outside(self, name: str, record_type: str, answer: Answer) -> None:
        endpoint = self._landscape.endpoint(name)
        if endpoint is not None:
            self._answer_endpoint(name, record_type, endpoint, answer)
        elif not answer.lines:
            answer.outcome = Outcome.REFUSED
            answer.is_authoritative = False
            answer.explanation = "no zone of the sandbox holds this name, and it asks no other servers"

    def _answer_group(self, name: str, group: Sequence[Record], answer: Answer) -> str | None:
        """Add the chosen record of a group; returns the next name when it is a CNAME."""
        chosen = self._choose(group, answer)
        for record in chosen:
            if record.alias is not None:
                self._answer_alias(name, record, answer, depth=0)
            else:
                answer.lines += [Line(name, record.type, record.ttl, value) for value in record.values]
        last = answer.lines[-1] if answer.lines else None
        return canonical(last.value) if last and last.type == "CNAME" else None

    def _answer_alias(self, name: str, record: Record, answer: Answer, depth: int) -> None:
        """Answer with what the alias stands for, under the alias's own name, as Route 53 does."""
        if depth > _LONGEST_CHAIN:
            raise UnanswerableError("the aliases of this name lead in a circle")
        target = _alias_target(record)
        endpoint = self._landscape.endpoint(target)
        if endpoint is not None:
            self._answer_endpoint(name, record.type, endpoint, answer)
            return
        group = self._alias_group(record)
        if group is None:
            raise UnanswerableError(
                f"{target} is no load balancer, API or record of the sandbox"
                + (" (S3 websites and CloudFront are not served)" if _is_foreign_service(target) else "")
            )
        if not group:
            return
        chosen = self._choose(group, answer)
        for inner in chosen:
            if inner.alias is not None:
                self._answer_alias(name, inner, answer, depth + 1)
            else:
                answer.lines += [Line(name, inner.type, inner.ttl, value) for value in inner.values]

    def _choose(self, group: Sequence[Record], answer: Answer) -> Sequence[Record]:
        return choose(group, is_healthy=self.is_healthy, client_region=answer.client_region, random=self._random)

    @staticmethod
    def _answer_endpoint(name: str, record_type: str, endpoint: Endpoint, answer: Answer) -> None:
        if record_type == "A":
            answer.lines.append(Line(name, "A", ALIAS_TTL, endpoint.address))
            answer.endpoints.append(endpoint)

    def is_healthy(self, record: Record, depth: int = 0) -> bool:
        """The health of a record: its check and, where asked for, its alias's target; without either it is healthy."""
        if record.health_check and not self._landscape.is_check_healthy(record.health_check):
            return False
        if record.alias is None or not record.alias.evaluates_target_health:
            return True
        target = _alias_target(record)
        if self._landscape.endpoint(target) is not None:
            return self._landscape.is_endpoint_healthy(target)
        group = self._alias_group(record)
        # The target may be a group itself: it is healthy while any of its records is.
        return depth < _LONGEST_CHAIN and any(self.is_healthy(inner, depth + 1) for inner in group or ())

    def _alias_group(self, record: Record) -> Sequence[Record] | None:
        target = _alias_target(record)
        zone = most_specific_zone(self._landscape.zones(), target)
        if zone is None:
            return None
        records = zone.standing_for(target) or ()
        return [inner for inner in records if inner.type == record.type]


def _alias_target(record: Record) -> str:
    # The CDK and the console name a load balancer by a prefix that stands for "IPv4 and IPv6".
    return canonical(record.alias.name).removeprefix("dualstack.") if record.alias else ""


def _is_foreign_service(target: str) -> bool:
    return "s3-website" in target or target.endswith(".cloudfront.net")


def _of_type(records: Sequence[Record], record_type: str) -> Sequence[Record]:
    """The records that answer a type: that type's, else a CNAME that leads on."""
    return [record for record in records if record.type == record_type] or [
        record for record in records if record.type == "CNAME"
    ]


def _negative(zone: Zone) -> list[Line]:
    """The line that says how long "there is no such thing" may be remembered."""
    authority = zone.authority
    if authority is None or not authority.values:
        return []
    minimum = int(authority.values[0].split()[-1])
    return [Line(zone.name, "SOA", min(authority.ttl, minimum), authority.values[0])]
