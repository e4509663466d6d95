"""`python -m parity [EXAMPLE ...]`: compare the engines; fails on an unmeant difference or a stale reason.

What is not compared now is told as it was compared last.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tapstack.fleet.loading import FleetFile

from .comparing import Comparison, compare
from .intended import stale
from .keeping import keep, kept
from .page import page

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "parity.md"
EXAMPLES = sorted(ROOT.glob("examples/*/fleet.yaml"))


def main() -> int:
    """Compare, tell, and write the page."""
    names = [file.parent.name for file in EXAMPLES]
    parser = argparse.ArgumentParser(prog="python -m parity", description="Holds the engines against each other.")
    parser.add_argument("examples", nargs="*", metavar="EXAMPLE", help=f"one of {', '.join(names)}; all without a name")
    parser.add_argument("--environment", help="only this one")
    parser.add_argument(
        "--engines",
        nargs=2,
        default=("cloudformation", "terraform"),
        help="the same one twice shows that deploying repeats",
    )
    chosen = parser.parse_args()
    if unknown := set(chosen.examples) - set(names):
        parser.error(f"no such example: {', '.join(sorted(unknown))}")
    jobs = [
        (file, environment)
        for file in EXAMPLES
        if not chosen.examples or file.parent.name in chosen.examples
        for environment in FleetFile.read(file).environments
        if chosen.environment in (None, environment)
    ]
    engines = (chosen.engines[0], chosen.engines[1])
    comparisons = _compared(jobs, engines)
    if engines[0] == engines[1]:
        return 1 if any(one.unexplained for one in comparisons) else 0
    known = [one for one in kept() if chosen.environment in (None, one.environment)]
    missing = [name for name in names if name not in {one.fleet for one in known}]
    unused = [] if missing else stale(difference for one in known for difference in one.differences)
    for entry in unused:
        print(f"stale: nothing differs any more at {entry.path}")
    PAGE.write_text(page(known, missing))
    return 1 if unused or any(one.unexplained for one in comparisons) else 0


def _compared(jobs: list[tuple[Path, str]], engines: tuple[str, str]) -> list[Comparison]:
    comparisons = []
    with tempfile.TemporaryDirectory(prefix="parity-") as state:
        os.environ["TAPSTACK_STATE_HOME"] = state
        for file, environment in jobs:
            one = compare(file, environment, engines)
            made = [f"{count} resources by {engine}" for count, engine in zip(one.total, engines, strict=True)]
            print(f"== {one.fleet} {environment}: {', '.join(made)}, ", end="")
            print(f"{len(one.unexplained)} differences that nobody meant", flush=True)
            for difference in one.unexplained:
                print(f"  {difference}", flush=True)
            comparisons.append(one)
            if engines[0] != engines[1]:
                keep(one)
    return comparisons


if __name__ == "__main__":
    sys.exit(main())
