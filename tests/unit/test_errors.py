"""Every error of the package has an exit code of its own, wherever it is defined."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter

import tapstack
from tapstack.cli import USAGE
from tapstack.errors import TapStackError

CHANGES = 2
"""What `plan` and `drift` exit with when there are changes."""

RUNS_ELSEWHERE = (
    "tapstack.__main__",
    "tapstack.sandbox.server",
    "tapstack.functions",
    "tapstack.engines.cloudformation",
)
"""The command itself, and code whose imports are optional; their errors are defined outside of it."""


def all_errors() -> list[type[TapStackError]]:
    for module in pkgutil.walk_packages(tapstack.__path__, "tapstack.", onerror=lambda name: None):
        if not module.name.startswith(RUNS_ELSEWHERE):
            importlib.import_module(module.name)
    found: list[type[TapStackError]] = []
    waiting = [TapStackError]
    while waiting:
        error = waiting.pop()
        if error not in found:
            found.append(error)
            waiting += error.__subclasses__()
    return found


def test_exit_codes_are_unique_and_not_taken() -> None:
    errors = all_errors()
    codes = Counter(error.exit_code for error in errors)
    assert [code for code, count in codes.items() if count > 1] == []
    assert not {0, CHANGES, USAGE} & set(codes)
    assert max(codes) < 126, "126 and up belong to the shell"


def test_errors_are_called_so_and_explained() -> None:
    for error in all_errors():
        assert error.__name__.endswith("Error")
        assert (error.__doc__ or "").strip()
