"""What is not the same in two inventories."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class _Missing:
    def __repr__(self) -> str:
        return "absent"


ABSENT = _Missing()


@dataclass(frozen=True)
class Difference:
    """One place where two inventories differ; `ABSENT` on the side that has nothing there."""

    path: str
    a: Any
    b: Any

    def __str__(self) -> str:
        return f"{self.path}: {_short(self.a)} / {_short(self.b)}"


def _short(value: Any) -> str:
    text = repr(value) if value is ABSENT else json.dumps(value, sort_keys=True)
    return text if len(text) <= 160 else f"{text[:157]}..."


def compare(path: str, a: Any, b: Any) -> Iterator[Difference]:
    """Every difference below a path."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            yield from compare(f"{path}.{key}", a.get(key, ABSENT), b.get(key, ABSENT))
    elif isinstance(a, list) and isinstance(b, list):
        only_a, only_b = _without(a, b), _without(b, a)
        if len(only_a) == len(only_b) == 1:
            yield from compare(f"{path}[]", only_a[0], only_b[0])
        else:
            yield from (Difference(f"{path}[]", item, ABSENT) for item in only_a)
            yield from (Difference(f"{path}[]", ABSENT, item) for item in only_b)
    elif a != b or isinstance(a, bool) is not isinstance(b, bool):
        yield Difference(path, a, b)


def _without(items: list[Any], others: list[Any]) -> list[Any]:
    rest = list(others)
    left = []
    for item in items:
        if item in rest:
            rest.remove(item)
        else:
            left.append(item)
    return left
