"""Lose a region of an example in a sandbox of its own, and keep what the report shows of it as docs/pictures/drill.png.

python scripts/picture_drill.py [EXAMPLE]

Needs Playwright and a Chromium: the one that CHROMIUM names, or one on PATH.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click
from playwright.sync_api import FloatRect, ViewportSize, sync_playwright

from tapstack.sandbox.control import Sandbox

_ROOT = Path(__file__).parent.parent
_PICTURE = _ROOT / "docs" / "pictures" / "drill.png"
_EXAMPLE = "web-platform"
_ENVIRONMENT = "dev"
_SANDBOX = "picture"
_CLOCK_FACTOR = 5.0
_WIDTH = 1280
_EXTENT = """() => {
  const drills = document.getElementById("drills");
  return [drills.offsetTop, drills.querySelectorAll(".chart")[2].getBoundingClientRect().bottom + scrollY];
}"""
"""From the drills' heading to the end of the first charts: wide and narrow ones take turns."""


def main() -> None:
    """Deploy, drill, report, and look at the report."""
    example = sys.argv[1] if len(sys.argv) > 1 else _EXAMPLE
    with tempfile.TemporaryDirectory() as folder, Sandbox.run(_SANDBOX, clock_factor=_CLOCK_FACTOR) as sandbox:
        sandbox.reset()
        project = Path(folder) / example
        shutil.copytree(_ROOT / "examples" / example, project, ignore=shutil.ignore_patterns(".tapstack"))
        _tapstack(project, "deploy", "--target", f"sandbox:{_SANDBOX}", "--yes")
        # A broken promise is worth a picture, too.
        _tapstack(project, "drill", "--target", f"sandbox:{_SANDBOX}", "--yes", may_fail=True)
        _tapstack(project, "report", "--output", "report.html")
        _PICTURE.parent.mkdir(parents=True, exist_ok=True)
        _look(project / "report.html")
    click.echo(f"{_PICTURE.relative_to(_ROOT)}: {_PICTURE.stat().st_size // 1024} KiB")


def _tapstack(project: Path, verb: str, *arguments: str, may_fail: bool = False) -> None:
    command = [sys.executable, "-m", "tapstack", verb, "--environment", _ENVIRONMENT, *arguments]
    subprocess.run(command, cwd=project, check=not may_fail)


def _look(page: Path) -> None:
    with sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        shown = browser.new_page(viewport=ViewportSize(width=_WIDTH, height=900), color_scheme="light")
        shown.goto(page.as_uri())
        top, bottom = shown.evaluate(_EXTENT)
        clip = FloatRect(x=0, y=top - 12, width=_WIDTH, height=bottom - top + 24)
        shown.screenshot(path=_PICTURE, full_page=True, clip=clip)
        browser.close()


if __name__ == "__main__":
    main()
