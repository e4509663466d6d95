"""What runs of a unit have made, as Terraform itself told it: known even where a run died before it saved its state."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from tapstack.engines.terraform import running
from tapstack.engines.terraform.running import Event

MADE = "made.json"
COMPLETE = "apply_complete"


def note(notes: Path) -> Mapping[str, str]:
    """Add what the last run told to what is noted, before another run overwrites it; IDs by address."""
    known = _read(notes / MADE)
    files = sorted(notes.glob(running.TOLD), key=_written)
    found = told(known, (event for file in files for event in running.Tail(file).read()))
    if found != known:
        (notes / MADE).write_text(json.dumps(found), encoding="utf-8")
    return found


def forget(notes: Path) -> None:
    """A run has come to its end: its state knows everything."""
    (notes / MADE).unlink(missing_ok=True)
    for file in notes.glob(running.TOLD):
        file.unlink(missing_ok=True)


def told(known: Mapping[str, str], events: Iterable[Event]) -> dict[str, str]:
    """The IDs of what was made and not deleted again."""
    found = dict(known)
    for event in events:
        hook = event.get("hook")
        if event.get("type") != COMPLETE or not isinstance(hook, Mapping):
            continue
        address = str(hook.get("resource", {}).get("addr", ""))
        if hook.get("action") == "delete":
            found.pop(address, None)
        elif hook.get("action") == "create" and hook.get("id_value"):
            found[address] = str(hook["id_value"])
    return found


def _written(file: Path) -> int:
    """When it was written last; another deployer may clear it away at any moment."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _read(file: Path) -> Mapping[str, str]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
