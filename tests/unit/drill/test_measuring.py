"""Figures from hand-made observations."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pytest

from tapstack.drill.measuring import (
    Window,
    by_client,
    clients,
    detected,
    dns_returned,
    first_success,
    longest_pause,
    recovered,
    recovery,
    returned,
    switches,
    write_pause,
    writes_recovered,
)
from tapstack.drill.observations import Look, Request, Write

HOME, AWAY = "us-east-1", "eu-west-1"
NAME = "app.example"
WINDOW = Window(zero=100, restored=200, until=200, lost_region=HOME, must_leave=False, slow_after=None)
LED_AWAY = Window(zero=100, restored=200, until=200, lost_region=HOME, must_leave=True, slow_after=None)
SLOW = Window(zero=100, restored=200, until=200, lost_region=HOME, must_leave=False, slow_after=2)


def request(sent: float, *, ok: bool = True, region: str = HOME, took: float = 0.1, client: str = "one") -> Request:
    return Request(client, "cached", sent, took, region, ok)


def look(at: float, region: str, client_region: str = HOME, name: str = NAME) -> Look:
    return Look(at, name, client_region, region, 60, 0.001)


def write(sent: float, *, ok: bool = True, region: str = HOME, writer: str = "one") -> Write:
    return Write("tables.items", writer, int(sent), f"k{sent}", region, sent, sent + 1 if ok else None)


OUTAGE = [request(90), request(99), request(105, ok=False), request(150, ok=False), request(160, region=AWAY)]


@pytest.mark.parametrize(
    ("requests", "window", "seconds", "uncertainty"),
    [
        (OUTAGE, WINDOW, 60, 10),
        (OUTAGE[:-1], WINDOW, None, 0),
        ([request(90), request(120)], WINDOW, 0, 0),
        # What fails after a success breaks it again.
        ([*OUTAGE, request(170, ok=False), request(185, region=AWAY)], WINDOW, 85, 15),
        # What fails before, or after the restore, is not the outage's.
        ([request(50, ok=False), request(120), request(210, ok=False)], WINDOW, 0, 0),
        ([request(110), request(130, region=AWAY)], LED_AWAY, 30, 20),
        ([request(110), request(130)], LED_AWAY, None, 0),
        ([request(110, took=3), request(130, took=1)], SLOW, 30, 20),
        ([request(110, took=3), request(130, took=1)], WINDOW, 0, 0),
    ],
)
def test_recovery_is_the_beginning_of_what_never_broke_again(
    requests: Sequence[Request], window: Window, seconds: float | None, uncertainty: float
) -> None:
    found = recovery(requests, window)
    assert (found.seconds, found.uncertainty) == (seconds, uncertainty)


def test_an_outage_that_ends_by_the_clock_may_last_longer_for_clients() -> None:
    fixed = dataclasses.replace(WINDOW, restored=120, until=300)
    assert recovery([request(110, ok=False), request(130)], dataclasses.replace(fixed, until=120)).seconds is None
    assert recovery([request(110, ok=False), request(130)], fixed).seconds == 30


def test_the_last_client_decides() -> None:
    later = [request(one.sent + 20, ok=one.ok, region=one.region, client="two") for one in OUTAGE]
    assert recovered(by_client([*OUTAGE, *later]), ["cached"], WINDOW).seconds == 80
    never = [request(150, ok=False, client="three")]
    assert recovered(by_client([*OUTAGE, *never]), ["cached"], WINDOW).seconds is None
    assert recovered(by_client([*OUTAGE, *never]), ["fresh"], WINDOW).seconds == 0


def test_the_first_success_elsewhere_is_of_a_client_that_was_at_home() -> None:
    bystander = [request(90, region=AWAY, client="far"), request(101, region=AWAY, client="far")]
    assert first_success([*OUTAGE, *bystander], WINDOW) == 60
    assert first_success(bystander, WINDOW) is None


def test_a_client_is_back_where_it_was() -> None:
    back = [*OUTAGE, request(205, region=AWAY), request(240), request(250)]
    assert returned(back, WINDOW) == 40
    assert returned([*OUTAGE, request(205, region=AWAY)], WINDOW) is None
    assert returned([request(90, region=AWAY), request(210, region=AWAY)], WINDOW) == 0
    led_away_at_once = [request(80), request(90), request(99.9, region=AWAY), request(150, region=AWAY), request(210)]
    assert returned(led_away_at_once, WINDOW) == 0
    assert first_success(led_away_at_once, WINDOW) == 50


def test_kinds_are_told_apart() -> None:
    sticky = [Request("s", "sticky", 150, 0.1, HOME, ok=False)]
    cached, held = clients([*OUTAGE, *sticky], WINDOW, slow_after=2)
    assert (cached.kind, cached.clients, cached.requests, cached.failed, cached.recovered) == ("cached", 1, 3, 2, 60)
    assert (held.kind, held.recovered, held.counts) == ("sticky", None, False)
    assert cached.counts


def test_dns_has_noticed_once_it_never_answers_with_the_region_again() -> None:
    looks = [look(90, HOME), look(110, HOME), look(128, AWAY), look(129, HOME), look(130, AWAY), look(230, HOME)]
    assert detected(looks, WINDOW, NAME) == 30
    assert dns_returned(looks, WINDOW, NAME) == 0
    assert switches(looks, since=100) == 4
    assert longest_pause(looks, WINDOW) == 20


def test_dns_that_never_leaves_has_not_noticed() -> None:
    looks = [look(90, HOME), look(110, HOME), look(190, HOME), look(210, HOME)]
    assert detected(looks, WINDOW, NAME) is None
    assert switches(looks) == 0


def test_dns_is_asked_from_where_it_led_to_the_region() -> None:
    looks = [look(90, HOME), look(90, AWAY, client_region=AWAY), look(125, AWAY), look(150, AWAY, client_region=AWAY)]
    assert detected(looks, WINDOW, NAME) == 0
    assert detected(looks, WINDOW, "other.example") is None
    late = [*looks, look(210, AWAY), look(226, HOME)]
    assert dns_returned(late, WINDOW, NAME) == 26
    assert dns_returned([*looks, look(210, AWAY)], WINDOW, NAME) is None


def test_writes_recover_with_the_last_writer() -> None:
    writes = [write(110, ok=False), write(150, region=AWAY), write(120, ok=False, writer="two")]
    assert writes_recovered(writes, WINDOW, "tables.items").seconds is None
    writes.append(write(170, region=AWAY, writer="two"))
    assert writes_recovered(writes, WINDOW, "tables.items").seconds == 70
    assert writes_recovered(writes, WINDOW, "tables.others").seconds == 0


def test_a_pause_of_the_writers_bounds_what_can_be_missed() -> None:
    writes = [write(70), write(85), write(88), write(97), write(92, ok=False), write(98, region=AWAY)]
    # Acknowledged at 86, 89 and 98; the last twenty seconds before the outage begin at 80.
    assert write_pause(writes, WINDOW, lag=20) == 9
    assert write_pause(writes, WINDOW, lag=40) == 15
    assert write_pause([], WINDOW, lag=20) == 0
