"""`python -m benchmarks [NAME ...]`: run the listed benchmarks, all without a name; fails when a limit is missed."""

from __future__ import annotations

import importlib
import sys

BENCHMARKS = (
    "help",
    "validate",
    "sandbox_start",
    "sandbox_gateway",
    "synthesis",
    "deploying",
    "terraform_synthesis",
    "terraform_deploying",
)


def main() -> int:
    chosen = sys.argv[1:] or BENCHMARKS
    missed = []
    for name in chosen:
        print(f"== {name}")
        if not importlib.import_module(f"benchmarks.{name}").main():
            missed.append(name)
        print()
    if missed:
        print("limits missed:", ", ".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
