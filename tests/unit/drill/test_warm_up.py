"""Whether a fleet is well enough to be broken."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tapstack.drill.clock import DrillClock
from tapstack.drill.figuring import Seen
from tapstack.drill.naming import Named
from tapstack.drill.observations import Look, Request
from tapstack.drill.warm_up import check, is_calm
from tapstack.errors import UnwellFleetError

HOME, AWAY = "us-east-1", "eu-west-1"
NAMED = Named("app.example", "https://app.example/health?deep=1", "failover", None, None, 400, ())


def request(sent: float, *, ok: bool = True, took: float = 0.05, region: str = HOME) -> Request:
    return Request("app.example cached 1", "cached", sent, took, region, ok, "" if ok else "HTTP 503", "app.example")


def seen(requests: Sequence[Request], region: str = HOME) -> Seen:
    return Seen(requests, [Look(1, "app.example", HOME, region, 60, 0.001)], (), ())


def refusal(found: Seen, named: Named = NAMED) -> str:
    with pytest.raises(UnwellFleetError) as caught:
        check(found, [named], (), HOME, since=10)
    return caught.value.detail


def test_the_first_requests_may_be_cold() -> None:
    check(seen([request(1, ok=False), request(11)]), [NAMED], (), HOME, since=10)


def test_what_fails_is_told_with_its_reason() -> None:
    assert "from us-east-1: HTTP 503 (2 of 3 requests)" in refusal(
        seen([request(11, ok=False), request(12), request(13, ok=False)])
    )


def test_nobody_asked_is_not_well() -> None:
    assert "never asked" in refusal(seen([request(1)]))


def test_clients_that_are_elsewhere_cannot_be_led_away() -> None:
    elsewhere = seen([request(11, region=AWAY)], AWAY)
    assert f"with {AWAY}, and not with the home" in refusal(elsewhere)
    nearest = Named("app.example", NAMED.url, "latency", None, None, 400, ())
    check(elsewhere, [nearest], (), HOME, since=10)


def test_a_name_knows_its_path() -> None:
    assert (NAMED.scheme, NAMED.path) == ("https", "/health?deep=1")
    assert NAMED.expected_recovery(60) is None


class _Clock(DrillClock):
    def __init__(self, moment: float) -> None:
        super().__init__(10)
        self._moment = moment

    def now(self) -> float:
        return self._moment


def test_a_machine_that_stalls_is_not_calm() -> None:
    usual = [request(at) for at in range(100)]
    assert is_calm(seen(usual), _Clock(100))
    assert not is_calm(seen(usual), _Clock(130)), "nothing was answered lately"
    assert not is_calm(seen([*usual[:-1], request(99, took=1.2)]), _Clock(100)), "one answer took long"
