"""Route 53's answers without a network: what the running sandbox's tests cannot vary freely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import pytest

from tapstack.sandbox.server.dns.records import Alias, Record, Zone
from tapstack.sandbox.server.dns.region_distance import distance
from tapstack.sandbox.server.dns.resolution import Endpoint, Outcome, Resolver, wire_ttl


@dataclass
class FixedLandscape:
    records: Sequence[Record] = ()
    unhealthy: set[str] = field(default_factory=set)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)

    def zones(self) -> Sequence[Zone]:
        return [Zone("example.test", self.records), Zone("inner.example.test")]

    def endpoint(self, name: str) -> Endpoint | None:
        return self.endpoints.get(name)

    def is_check_healthy(self, identifier: str) -> bool:
        return identifier not in self.unhealthy

    def is_endpoint_healthy(self, name: str) -> bool:
        return name not in self.unhealthy


HOME = Endpoint("us-east-1", "elasticloadbalancing", "127.0.0.11")
AWAY = Endpoint("eu-west-1", "elasticloadbalancing", "127.0.0.15")


def values(landscape: FixedLandscape, name: str = "www.example.test", seed: int = 0) -> list[str]:
    answer = Resolver(landscape, random=Random(seed)).resolve(name, "A", "us-east-1")
    return [line.value for line in answer.lines]


def failover(*, home: str | None, away: str | None, evaluates: bool = False) -> list[Record]:
    return [
        Record("www.example.test", "A", alias=Alias("home.", evaluates), failover="PRIMARY", health_check=home),
        Record("www.example.test", "A", alias=Alias("away.", evaluates), failover="SECONDARY", health_check=away),
    ]


@pytest.mark.parametrize(
    ("unhealthy", "evaluates", "expected"),
    [
        (set(), False, HOME),
        ({"a"}, False, AWAY),
        ({"b"}, False, HOME),
        ({"a", "b"}, False, HOME),
        ({"home"}, False, HOME),
        ({"home"}, True, AWAY),
        ({"home", "away"}, True, HOME),
        ({"a", "away"}, True, HOME),
    ],
)
def test_failover_weighs_checks_and_target_health_alike(unhealthy, evaluates, expected):
    records = failover(home="a", away="b", evaluates=evaluates)
    landscape = FixedLandscape(records, unhealthy, {"home": HOME, "away": AWAY})

    assert values(landscape) == [expected.address]


def test_a_primary_without_any_signal_never_fails_over():
    landscape = FixedLandscape(failover(home=None, away="b"), {"a", "home"}, {"home": HOME, "away": AWAY})

    assert values(landscape) == [HOME.address]


def weighted(*weights: int, checks: Sequence[str] = ()) -> list[Record]:
    return [
        Record("www.example.test", "A", 60, (f"127.1.0.{index}",), weight=weight, health_check=f"check-{index}")
        for index, weight in enumerate(weights)
    ]


def drawn(landscape: FixedLandscape) -> set[str]:
    return {value for seed in range(200) for value in values(landscape, seed=seed)}


def test_all_of_weight_zero_are_drawn_alike():
    assert drawn(FixedLandscape(weighted(0, 0))) == {"127.1.0.0", "127.1.0.1"}


def test_an_unhealthy_weight_zero_record_is_not_the_last_resort_of_healthy_ones():
    assert drawn(FixedLandscape(weighted(1, 0, 0), {"check-0", "check-1"})) == {"127.1.0.2"}


def test_with_nothing_healthy_weights_count_as_if_all_were():
    assert drawn(FixedLandscape(weighted(1, 1, 0), {"check-0", "check-1", "check-2"})) == {"127.1.0.0", "127.1.0.1"}


def test_aliases_and_names_that_lead_in_a_circle_are_refused():
    circle = [
        Record("www.example.test", "A", alias=Alias("other.example.test.")),
        Record("other.example.test", "A", alias=Alias("www.example.test.", evaluates_target_health=True)),
        Record("one.example.test", "CNAME", 60, ("two.example.test",)),
        Record("two.example.test", "CNAME", 60, ("one.example.test",)),
    ]
    resolver = Resolver(FixedLandscape(circle), random=Random(0))

    assert resolver.resolve("www.example.test", "A").outcome is Outcome.REFUSED
    assert resolver.resolve("one.example.test", "A").outcome is Outcome.REFUSED


def test_a_chain_of_names_ends_at_a_load_balancer():
    records = [Record("www.example.test", "CNAME", 300, ("Home",))]
    answer = Resolver(FixedLandscape(records, endpoints={"home": HOME}), random=Random(0)).resolve(
        "www.example.test", "A"
    )

    assert [(line.type, line.value) for line in answer.lines] == [("CNAME", "Home"), ("A", HOME.address)]
    assert answer.endpoints == [HOME]


def test_a_deeper_zone_hides_the_records_of_the_one_above():
    landscape = FixedLandscape([Record("www.inner.example.test", "A", 60, ("127.1.0.1",))])

    answer = Resolver(landscape, random=Random(0)).resolve("www.inner.example.test", "A")

    assert answer.outcome is Outcome.NO_SUCH_NAME


@pytest.mark.parametrize(
    ("deployed", "factor", "expected"), [(60, 1, 60), (60, 10, 6), (60, 7, 9), (5, 10, 1), (0, 10, 0), (1, 100, 1)]
)
def test_ttls_are_whole_seconds_rounded_up(deployed, factor, expected):
    assert wire_ttl(deployed, factor) == expected


def test_a_region_is_nearest_to_itself_and_an_unknown_one_farthest_from_all():
    assert distance("eu-west-1", "eu-west-1") < distance("eu-west-1", "eu-west-2")
    assert distance("us-east-2", "us-gov-east-1") > 0
    assert distance("eu-west-1", "xx-new-1") > distance("eu-west-1", "ap-southeast-2")
