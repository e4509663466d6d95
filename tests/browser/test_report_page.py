"""The report as a person sees it, in a real browser: quiet, whole, readable, and usable without a mouse."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
PAGES = ("two", "six")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 820, 390, 320])
@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_readable(
    name: str, width: int, scheme: str, pages: dict[str, str], opened: Callable[..., Any]
) -> None:
    shown = opened(pages[name], width=width, scheme=scheme)
    shown.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert shown.page.evaluate(AUDIT) == []
    assert shown.errors == []
    assert [url for url in shown.requests if not url.startswith("data:")] == [pages[name]]


def test_the_audit_sees_what_is_wrong(pages: dict[str, str], opened: Callable[..., Any]) -> None:
    page = opened(pages["two"]).page
    page.evaluate(
        """() => {
          const wrong = (text, style) => {
            const made = Object.assign(document.createElement("p"), { textContent: text });
            Object.assign(made.style, style);
            document.querySelector("main").append(made);
          };
          wrong("tiny", { fontSize: "9px" });
          wrong("faint", { color: "rgb(150, 150, 150)" });
          wrong("wide", { width: "2000px" });
          wrong("cut off because there is no room", { width: "50px", overflow: "hidden", whiteSpace: "nowrap" });
          const [one, other] = document.querySelectorAll(".wide .topology text");
          other.setAttribute("x", one.getAttribute("x"));
          other.setAttribute("y", one.getAttribute("y"));
          const last = [...document.querySelectorAll(".wide .topology .title")].pop();
          last.textContent = "a name that nobody has cut to the room that there is";
        }"""
    )
    found = {problem.split(":")[0] for problem in page.evaluate(AUDIT)}
    assert {
        "too small", "too faint", "beside the page", "cut off", "over other text", "wider than its room",
        "the page scrolls sideways",
    } <= found  # fmt: skip


def test_nothing_else_may_run_or_load(pages: dict[str, str], opened: Callable[..., Any]) -> None:
    shown = opened(pages["two"])
    shown.page.evaluate(
        """() => {
          const image = document.createElement("img");
          image.src = "http://127.0.0.1:9/pixel.png";
          const script = document.createElement("script");
          script.textContent = "window.ran = true;";
          document.body.append(image, script);
        }"""
    )
    assert shown.page.evaluate("window.ran") is None
    assert shown.refused == [("http://127.0.0.1:9/pixel.png", "csp")]
    assert len([error for error in shown.errors if "Content Security Policy" in error]) == 2


@pytest.mark.parametrize("name", PAGES)
def test_the_tab_key_goes_through_the_page_from_top_to_bottom(
    name: str, pages: dict[str, str], opened: Callable[..., Any]
) -> None:
    page = opened(pages[name]).page
    seen: list[str] = []
    tops: list[float] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => {
              const active = document.activeElement;
              if (!active || active === document.body) return null;
              const box = active.getBoundingClientRect();
              const style = getComputedStyle(active);
              return {
                what: `${active.tagName} ${active.ariaLabel ?? active.textContent.trim()}`.toLowerCase(),
                top: box.top + scrollY,
                shown: box.width > 0 && box.height > 0,
                ring: style.outlineStyle !== "none" || active.matches(".part"),
              };
            }"""
        )
        if at is None:
            break
        assert at["shown"], at
        assert at["ring"], at
        seen.append(at["what"])
        tops.append(at["top"])
    assert seen[0] == "a skip to the content"
    assert seen[1] == "button theme: system"
    assert "a skip the drawing" in seen
    drawn = [what for what in seen if what.startswith("g ")]
    assert len(drawn) == 1, "the drawing is one stop; arrow keys go on inside"
    # What is beside each other may be higher by a few pixels; a skip link appears at the top.
    places = [top for what, top in zip(seen, tops, strict=True) if "skip" not in what]
    assert all(after >= before - 60 for before, after in pairwise(places)), list(zip(seen, tops, strict=True))


def test_skip_links_skip(pages: dict[str, str], opened: Callable[..., Any]) -> None:
    page = opened(pages["two"]).page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    page.locator("a", has_text="Skip the drawing").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.topology')") is None


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label')"))


@pytest.mark.parametrize("width", [1280, 390])
def test_arrow_keys_go_from_box_to_box_and_tell_what_is_in_it(
    width: int, pages: dict[str, str], opened: Callable[..., Any]
) -> None:
    page = opened(pages["two"], width=width).page
    page.locator('.topology:visible .part[tabindex="0"]').focus()
    assert focused(page).startswith("app.web-platform.example: ")
    details = page.locator("#details")
    assert "30 s until it is believed, 60 s until clients ask again" in details.inner_text()
    page.keyboard.press("ArrowDown")
    assert focused(page) == "load balancer web in us-east-1: load balancer"
    page.keyboard.press("ArrowRight")
    assert focused(page) == "load balancer web in us-west-2: load balancer"
    page.keyboard.press("ArrowDown")
    assert focused(page) == "function primary in us-west-2: function"
    assert "buckets.uploads (read-write)" in details.inner_text()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert focused(page) == "function primary in us-east-1: function"
    assert page.locator(".topology:visible .same").count() == 2, "the same component in both regions"


def test_a_click_and_enter_tell_the_same_as_focus(pages: dict[str, str], opened: Callable[..., Any]) -> None:
    page = opened(pages["two"]).page
    page.locator('.topology:visible .part[data-about="databases.main"][data-region="us-west-2"]').click()
    assert "PostgreSQL reader" in page.locator("#details").inner_text()
    page.evaluate("document.getElementById('details').replaceChildren()")
    page.keyboard.press("Enter")
    assert "PostgreSQL reader" in page.locator("#details").inner_text()


def test_the_theme_is_the_systems_until_somebody_chooses(pages: dict[str, str], opened: Callable[..., Any]) -> None:
    page = opened(pages["two"], scheme="dark").page
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    button = page.locator("#theme")
    button.click()
    assert button.inner_text() == "Theme: light"
    light = page.evaluate(ground)
    assert light != dark
    page.reload()
    assert button.inner_text() == "Theme: light"
    assert page.evaluate(ground) == light
    button.click()
    assert page.evaluate(ground) == dark
    button.click()
    assert button.inner_text() == "Theme: system"
    page.emulate_media(color_scheme="light")
    assert page.evaluate(ground) == light


def test_mermaid_text_can_be_copied(pages: dict[str, str], opened: Callable[..., Any]) -> None:
    page = opened(pages["two"]).page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("summary", has_text="Mermaid").click()
    page.locator('button[data-copies="mermaid-text"]').click()
    page.locator('button[data-copies="mermaid-text"]', has_text=re.compile("Copied|Selected")).wait_for()
    copied = page.evaluate("navigator.clipboard.readText().catch(() => String(getSelection()))")
    assert copied.startswith("flowchart TB")


def test_on_paper_everything_is_unfolded(pages: dict[str, str], opened: Callable[..., Any]) -> None:
    page = opened(pages["two"]).page
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("details:not([open])").count() == 0
    assert page.locator("button:visible").count() == 0


def test_without_its_script_the_page_says_all_the_same(pages: dict[str, str], browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    try:
        page = context.new_page()
        page.goto(pages["two"])
        text = page.locator("body").inner_text()
        for said in (
            "app.web-platform.example",
            "us-west-2",
            "Kept: back after 89 s",
            "rpo-out-of-reach",
            "10.1.0.0/16",
        ):
            assert said in text
        stops = page.locator('.wide .topology .part[tabindex="0"]').count()
        assert stops == page.locator(".wide .topology .part").count() > 10
    finally:
        context.close()
