"""A property before and after, in the room that there is."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator

from tapstack.engines.engine import PropertyChange

ARROW = " → "
NOTHING = "(none)"
KEPT = 12
"""How much of what both values have in common is left before the place where they part."""


def in_one_line(change: PropertyChange, room: int) -> str:
    """Path, before and after; values too long for the room are cut, and never where they differ."""
    before, after = (_flat(value) for value in (change.before, change.after))
    if change.before is None and change.after is None:
        return change.path
    if change.before is None:
        return f"{change.path}: {_cut(after, room - len(change.path) - 2)}"
    left = room - len(change.path) - len(": ") - len(ARROW)
    if len(before) + len(after) > left:
        before, after = _from_where_they_part(before, after)
        # The shorter one leaves its room to the longer.
        half = max(left // 2, 8)
        for_before = max(half, left - len(after))
        before, after = _cut(before, for_before), _cut(after, max(half, left - len(before)))
    return f"{change.path}: {before}{ARROW}{after}"


def in_lines(change: PropertyChange) -> Iterator[str]:
    """Path, before and after in full: documents as a comparison line by line."""
    before, after = (_document(value) for value in (change.before, change.after))
    if max(before.count("\n"), after.count("\n")) == 0:
        # Only a cut could make it other than it is.
        yield in_one_line(change, len(change.path) + len(before) + len(after) + 20)
        return
    yield f"{change.path}:"
    for line in difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2):
        if not line.startswith(("---", "+++", "@@")):
            yield f"  {line}"


def _flat(value: str | None) -> str:
    return NOTHING if value is None else " ".join(value.split()) or '""'


def _document(value: str | None) -> str:
    if value is None:
        return ""
    try:
        data = json.loads(value)
    except ValueError:
        return value
    return json.dumps(data, indent=2) if isinstance(data, dict | list) else value


def _from_where_they_part(before: str, after: str) -> tuple[str, str]:
    common = next((at for at, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    if common <= KEPT * 2:
        return before, after
    return f"…{before[common - KEPT :]}", f"…{after[common - KEPT :]}"


def _cut(text: str, room: int) -> str:
    return text if len(text) <= max(room, 8) else f"{text[: max(room, 8) - 1]}…"
