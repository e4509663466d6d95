"""A drill that is watched while it goes, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import drilled
import pytest

from tapstack.drill.record import Event, EventKind
from tapstack.views.report.hearing import LiveDrill
from tapstack.views.report.live import served

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
RECORD = drilled.record()


def tell(listener: LiveDrill, until: float) -> None:
    """Tell what the sample drill would have told by then."""
    for event in RECORD.events:
        if event.at <= until:
            listener.happened(event)
    for answer in RECORD.series.dns:
        if answer.at <= until:
            listener.answered(answer)
    listener.counted(
        [one for one in RECORD.series.requests if one.at <= until],
        [one for one in RECORD.series.latencies if one.at <= until],
    )
    listener.wrote([one for one in RECORD.series.writes if one.at <= until])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_drill_is_shown_as_it_goes_and_readable(width: int, scheme: str, opened: Callable[..., Any]) -> None:
    with served("Drill of web-platform", drilled.record().regions) as live:
        shown = opened(live.url, width=width, scheme=scheme)
        page = shown.page
        page.get_by_text("Connected.").wait_for()
        assert page.locator(".area-failed:visible").count() <= 1, "in the legend alone"
        tell(live.drill, until=130)
        page.locator("path.area-failed:visible").first.wait_for()
        assert "us-east-1 is out" in page.locator("main").inner_text()
        assert page.evaluate(AUDIT) == []
        live.drill.ended(RECORD)
        page.get_by_text("The drill is over; this is all of it.").wait_for()
        assert "Kept: back after 89 s" in page.locator("main").inner_text()
        assert page.evaluate(AUDIT) == []
        assert shown.errors == []
        assert {url for url in shown.requests if not url.startswith("data:")} == {live.url, f"{live.url}events"}


def test_what_was_opened_stays_open_and_the_theme_stays(opened: Callable[..., Any]) -> None:
    with served("Drill of web-platform", RECORD.regions) as live:
        page = opened(live.url).page
        page.locator("#theme").click()
        tell(live.drill, until=100)
        live.drill.ended(RECORD)
        page.get_by_text("The drill is over").wait_for()
        page.locator("summary", has_text="The numbers of the charts").click()
        assert page.locator("details[open]").count() == 1
        assert page.locator("#theme").inner_text() == "Theme: light"


def test_a_page_says_when_nobody_tells_it_anything_any_more(opened: Callable[..., Any]) -> None:
    with served("Drill of web-platform", RECORD.regions) as live:
        page = opened(live.url).page
        page.get_by_text("Connected.").wait_for()
    live.drill.happened(Event(at=1, kind=EventKind.NOTE, text="nobody hears this"))
    page.get_by_text("Not connected").wait_for(timeout=15_000)
