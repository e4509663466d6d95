"""`tapstack --help` against `python -c "import pydantic"`: the command must not feel heavy before it does anything."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

LIMIT = 4.0
ROUNDS = 15
COMMAND = Path(sys.executable).parent / "tapstack"


def main() -> bool:
    pairs = [
        (_seconds([str(COMMAND), "--help"]), _seconds([sys.executable, "-c", "import pydantic"])) for _ in range(ROUNDS)
    ]
    command, peer = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"tapstack --help   {command * 1000:6.0f} ms")
    print(f"import pydantic   {peer * 1000:6.0f} ms")
    print(f"ratio             {command / peer:6.2f}   (limit {LIMIT:g})")
    return command / peer <= LIMIT


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun
