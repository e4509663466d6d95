"""Clients are led by health: only what would be answered before the wanted region is held."""

from __future__ import annotations

import pytest

from tapstack.failover.routing import Check, holding, letting_go, regions_in_the_way
from tapstack.fleet.dns import DnsName

FAILOVER = DnsName(api="front")
TWO, THREE, FOUR = ("home", "a"), ("home", "a", "b"), ("home", "a", "b", "c")


@pytest.mark.parametrize(
    ("regions", "to", "held"),
    [
        (TWO, "a", ("home",)),
        (TWO, "home", ()),
        (THREE, "a", ("home",)),
        (THREE, "b", ("home", "a")),
        (FOUR, "c", ("home", "a", "b")),
        (FOUR, "a", ("home",)),
    ],
)
def test_what_stands_before_the_wanted_region_steps_aside(regions: tuple[str, ...], to: str, held: object) -> None:
    assert regions_in_the_way(regions, FAILOVER, to) == held


@pytest.mark.parametrize("routing", ["latency", "weighted"])
def test_names_that_spread_their_clients_go_on_doing_so(routing: str) -> None:
    name = DnsName.model_validate({"api": "front", "routing": routing})
    assert regions_in_the_way(THREE, name, "b") == ()


def test_held_is_what_is_both_disabled_and_inverted() -> None:
    check = Check("app", "app.example", "home", "id-1", "address")
    assert holding(check).parameters == {"HealthCheckId": "id-1", "Disabled": True, "Inverted": True}
    assert letting_go(check).parameters == {"HealthCheckId": "id-1", "Disabled": False, "Inverted": False}
