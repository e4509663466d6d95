"""Deploy an example into a sandbox of its own, and keep what the terminal showed half-way as docs/pictures/deploy.svg.

python scripts/picture_deploy.py [EXAMPLE]
"""

from __future__ import annotations

import dataclasses
import io
import re
import shutil
import sys
import tempfile
import threading
from pathlib import Path

import click
from rich import _export_format
from rich.console import Console, RenderableType
from rich.text import Text

from tapstack.cli.deploy import deploy_run
from tapstack.cli.rollout import opened
from tapstack.sandbox.control import Sandbox
from tapstack.views.live import LiveProgress

_ROOT = Path(__file__).parent.parent
_PICTURE = _ROOT / "docs" / "pictures" / "deploy.svg"
_EXAMPLE = "web-platform"
_ENVIRONMENT = "dev"
_SANDBOX = "picture"
_WIDTH = 104
_STATES = ("done", "working", "waiting")
_SECONDS_BETWEEN = 0.25
# An SVG that a page shows as a picture loads no fonts; and nothing here should try.
_FORMAT = re.sub(r"(?s)    @font-face \{\{.*?\n    \}\}\n", "", _export_format.CONSOLE_SVG_FORMAT)


def main() -> None:
    """Deploy, looking at the table four times a second, and draw the moment at which most was to be seen."""
    example = sys.argv[1] if len(sys.argv) > 1 else _EXAMPLE
    with tempfile.TemporaryDirectory() as folder, Sandbox.run(_SANDBOX) as sandbox:
        sandbox.reset()
        project = Path(folder) / example
        shutil.copytree(_ROOT / "examples" / example, project, ignore=shutil.ignore_patterns(".tapstack"))
        moments = _deployed(project / "fleet.yaml")
    command = f"$ tapstack deploy --environment {_ENVIRONMENT}"
    _PICTURE.parent.mkdir(parents=True, exist_ok=True)
    _PICTURE.write_text(_drawn(command, _most_telling(moments), moments[-1]), encoding="utf-8")
    click.echo(f"{_PICTURE.relative_to(_ROOT)}: one of {len(moments)} moments, and the last")


def _deployed(file: Path) -> list[Text]:
    screen = Console(file=io.StringIO(), force_terminal=True, width=_WIDTH, height=50)
    progress = LiveProgress(screen)
    moments: list[Text] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(_SECONDS_BETWEEN):
            moments.append(_still(progress.picture()))

    looking = threading.Thread(target=look)
    with opened(file, _ENVIRONMENT, target_name=f"sandbox:{_SANDBOX}", profile=None, engine=None) as run:
        looking.start()
        try:
            deploy_run(dataclasses.replace(run, watch=progress), yes=True)
        finally:
            over.set()
            looking.join()
    return [*moments, _still(progress.picture())]


def _still(picture: RenderableType) -> Text:
    """The picture as it is now: it would move on with the time."""
    written = io.StringIO()
    Console(file=written, force_terminal=True, color_system="truecolor", width=_WIDTH, height=50).print(picture)
    return Text.from_ansi(written.getvalue().rstrip())


def _most_telling(moments: list[Text]) -> Text:
    """Of the moments at which most states are to be seen, the one in the middle."""
    counts = [sum(f" {state} " in f"{moment.plain} ".replace("\n", " ") for state in _STATES) for moment in moments]
    telling = [moment for moment, count in zip(moments, counts, strict=True) if count == max(counts)]
    return telling[len(telling) * 2 // 3]


def _drawn(command: str, moment: Text, last: Text) -> str:
    screen = Console(file=io.StringIO(), record=True, width=_WIDTH, force_terminal=True)
    screen.print(Text(command, style="bold green"), moment, Text("…", style="dim"), last, sep="\n")
    return screen.export_svg(title="tapstack", code_format=_FORMAT, unique_id="deploy")


if __name__ == "__main__":
    main()
