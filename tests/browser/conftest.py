"""Pages in a real Chromium: any that is found, CHROMIUM names one; without one the tests are skipped, and say so."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import drilled
import pytest
from ruamel.yaml import YAML

from tapstack.failover.runbook import write
from tapstack.fleet.loading import FleetFile
from tapstack.plan.planning import make
from tapstack.rules.checking import check
from tapstack.views.report.page import Report, page

playwright = pytest.importorskip("playwright.sync_api", reason="these tests need `playwright`: make setup")

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SIX = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2", "sa-east-1")
MADE = datetime(2026, 11, 21, 12, tzinfo=UTC)


def find_chromium(own: str) -> str | None:
    """The browser that CHROMIUM names, one on PATH, or the one that Playwright has downloaded."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or (own if Path(own).exists() else None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        path = find_chromium(running.chromium.executable_path)
        if path is None:
            pytest.skip("no Chromium here: install one (Debian: apt install chromium), or name one in CHROMIUM")
        # Chromium's own sandbox refuses to run as root, as continuous integration often does.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        launched = running.chromium.launch(executable_path=path, args=arguments)
        yield launched
        launched.close()


class Opened:
    """A page in a browser, and everything that it did that a page should not."""

    def __init__(self, context: Any) -> None:
        self.page = context.new_page()
        self.requests: list[str] = []
        self.refused: list[tuple[str, str]] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("requestfailed", lambda request: self.refused.append((request.url, request.failure)))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console",
            lambda said: self.errors.append(said.text) if said.type in ("error", "warning") else None,
        )


@pytest.fixture
def opened(browser: Any) -> Iterator[Callable[..., Opened]]:
    """Opens a page at a width, by day or by night."""
    contexts: list[Any] = []

    def to_open(url: str, *, width: int = 1280, scheme: str = "light") -> Opened:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        made = Opened(context)
        made.page.goto(url)
        return made

    yield to_open
    for context in contexts:
        context.close()


def report_of(data: dict[str, Any], **more: Any) -> Report:
    """A report of a fleet, as data."""
    file = FleetFile.parse(json.dumps(data, default=str).encode())
    fleet = file.describe("prod").fleet
    assert fleet is not None, file.describe("prod").findings
    findings = check(file, ("prod",), date(2026, 11, 21))
    plan = make(fleet, "prod")
    return Report(fleet, plan, findings, MADE, runbook=write(fleet, plan), **more)


def example(name: str) -> dict[str, Any]:
    """An example's description, as data."""
    data: dict[str, Any] = YAML(typ="safe").load(ROOT / "examples" / name / "fleet.yaml")
    return data


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The addresses of reports: of two regions with a drill, of six with long names and three names in DNS."""
    folder = tmp_path_factory.mktemp("pages")
    two = report_of(
        example("web-platform"),
        drills=(drilled.record(), drilled.record(lost_region="", zero=None, restored=None)),
        target="sandbox",
        outputs={"us-east-1": {"RDSEndpoint": f"{'long-' * 20}name.us-east-1.rds.amazonaws.com"}, "us-west-2": {}},
        drift=(),
    )
    wide = example("data-platform")
    wide["regions"] = {name: {} for name in SIX}
    check_of = {"health_check": {"path": "/health"}}
    wide["dns"]["names"] |= {
        "www": {"api": "platform", "routing": "failover", **check_of},
        "a-name-that-is-much-longer-than-its-box": {"api": "platform", "routing": "weighted", **check_of},
    }
    wide["functions"]["a-function-whose-name-is-long"] = {"inline": "x"}
    wide["acknowledged"] = []
    texts = {"two": page(two), "six": page(report_of(wide, drills=(drilled.record(SIX),)))}
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in texts}
