"""The page on which a drill is watched: only for who has its address, and up to the verdict."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import drilled
import pytest

from tapstack.drill.listener import Listener
from tapstack.drill.record import Event, EventKind, Outcome, RequestCount, WriteCount
from tapstack.views.report.hearing import LiveDrill
from tapstack.views.report.live import LivePage, served

REGIONS = ("us-east-1", "us-west-2")


@pytest.fixture
def page() -> Iterator[LivePage]:
    with served("Drill of web-platform", REGIONS) as made:
        yield made


def get(page: LivePage, path: str | None = None, host: str | None = None) -> tuple[int, str, http.client.HTTPMessage]:
    """Status, body and headers; the page itself unless a path is given."""
    address = urlsplit(page.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=5)
    try:
        connection.request("GET", path or address.path, headers={"Host": host or address.netloc})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers
    finally:
        connection.close()


def step(at: float, region: str = "us-east-1", outcome: Outcome = Outcome.OK, count: int = 5) -> list[RequestCount]:
    return [RequestCount(at=at, region=region, outcome=outcome, count=count)]


def test_it_is_a_listener_as_drills_want_them() -> None:
    listener: Listener = LiveDrill("a drill", REGIONS)
    listener.happened(Event(at=0, kind=EventKind.PHASE, text="Clients begin.", subject="warm-up"))


def test_who_listens_beside_it_hears_the_same() -> None:
    first, second = LiveDrill("a drill", REGIONS), LiveDrill("a drill", REGIONS)
    with served("a drill", REGIONS, beside=first) as page:
        for listener in (page.drill, second):
            listener.happened(Event(at=0, kind=EventKind.FAULT, text="It is out.", subject="outage"))
            listener.counted(step(0), [])
            listener.wrote([WriteCount(at=0, store="tables.items", region="us-east-1", outcome="failed", count=1)])
            for answer in drilled.record().series.dns:
                listener.answered(answer)
        assert first.picture() == second.picture()
        page.drill.ended(drilled.record())
        assert first.is_over


def test_it_is_served_on_loopback_alone(page: LivePage) -> None:
    assert urlsplit(page.url).hostname == "127.0.0.1"
    assert page._server.server_address[0] == "127.0.0.1"


def test_the_page_is_there_for_who_has_the_address(page: LivePage) -> None:
    status, body, headers = get(page)
    assert status == 200
    assert "Drill of web-platform" in body
    assert "connect-src 'self'" in body
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/events", "/guess/", "/guess/events", "/favicon.ico"])
def test_strangers_find_nothing(page: LivePage, path: str) -> None:
    assert get(page, path)[0] == 404


def test_nothing_else_is_below_the_token(page: LivePage) -> None:
    assert get(page, urlsplit(page.url).path + "../../etc/passwd")[0] == 404


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1"])
def test_a_name_that_was_made_to_lead_here_is_refused(page: LivePage, host: str) -> None:
    assert get(page, host=host)[0] == 404


def test_two_pages_have_two_tokens(page: LivePage) -> None:
    with served("another", REGIONS) as other:
        assert urlsplit(other.url).path != urlsplit(page.url).path


def test_a_picture_shows_what_was_heard(page: LivePage) -> None:
    heard = page.drill
    heard.happened(Event(at=0, kind=EventKind.PHASE, text="Clients begin.", subject="warm-up"))
    heard.counted(step(0), [])
    heard.counted(step(1), [])
    heard.happened(Event(at=2, kind=EventKind.FAULT, text="us-east-1 is <out>.", subject="outage", region="us-east-1"))
    heard.counted(step(2, outcome=Outcome.FAILED), [])
    heard.wrote([WriteCount(at=2, store="tables.items", region="us-east-1", outcome="failed", count=1)])
    picture = heard.picture()
    assert "Clients begin." in picture
    assert "us-east-1 is &lt;out&gt;." in picture
    assert 'class="area-failed"' in picture
    assert "Writes to tables.items" in picture
    assert "outage at 0 s" in picture


def test_the_last_picture_is_the_whole_record(page: LivePage) -> None:
    page.drill.ended(drilled.record())
    assert "Kept: back after 89 s" in page.drill.picture()


def events(page: LivePage, into: list[tuple[str, str]]) -> threading.Thread:
    """Follows the stream in a thread of its own."""
    address = urlsplit(page.url)

    def follow() -> None:
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
        connection.request("GET", f"{address.path}events")
        answer = connection.getresponse()
        assert answer.getheader("Content-Type") == "text/event-stream"
        kind = ""
        while line := answer.readline().decode():
            if line.startswith("event: "):
                kind = line.split()[1]
            elif line.startswith("data: "):
                into.append((kind, json.loads(line.removeprefix("data: "))))
        connection.close()

    following = threading.Thread(target=follow)
    following.start()
    return following


def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    assert holds()


def test_who_looks_on_gets_every_change_up_to_the_end() -> None:
    got: list[tuple[str, str]] = []
    with served("a drill", REGIONS) as page:
        following = events(page, got)
        until(lambda: bool(got))
        for second in range(3):
            page.drill.counted(step(second), [])
        page.drill.ended(drilled.record())
    following.join(10)
    assert not following.is_alive()
    assert got[-1][0] == "over"
    assert "Kept: back after 89 s" in got[-1][1]
    assert [kind for kind, _ in got[:-1]] == ["picture"] * (len(got) - 1)


def test_a_drill_that_is_given_up_keeps_nobody_waiting() -> None:
    with served("a drill", REGIONS) as page:
        assert get(page)[0] == 200
    with pytest.raises(OSError):
        get(page)
