"""What starts a function, in EventBridge's own words, as all engines say it."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from tapstack.errors import InvalidFleetError
from tapstack.fleet.functions import Trigger

ATTEMPTS = 5
"""How often a table's changes are tried."""
BATCH = 100
RATES = ((86400, "day"), (3600, "hour"), (60, "minute"))


def rate(seconds: int) -> str:
    """A schedule as EventBridge writes it, in the largest unit that fits."""
    for size, word in RATES:
        if seconds % size == 0:
            count = seconds // size
            return f"rate({count} {word}{'s' if count > 1 else ''})"
    raise InvalidFleetError("A schedule counts in whole minutes.", f"{seconds} seconds are none.")


def new_objects(trigger: Trigger, bucket: Any) -> dict[str, Any]:
    """The pattern of the events that tell of a bucket's new objects; `bucket` is its name as the engine says it."""
    detail: dict[str, Any] = {"bucket": {"name": [bucket]}}
    if trigger.prefix or trigger.suffix:
        detail["object"] = {"key": [_key_pattern(trigger)]}
    return {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": detail}


def filtered(trigger: Trigger) -> str:
    """What tells two triggers of one bucket apart, which differ by their filters: a few letters, or nothing."""
    wanted = f"{trigger.prefix}\n{trigger.suffix}"
    return hashlib.sha256(wanted.encode()).hexdigest()[:8] if wanted.strip() else ""


def no_stream(table: str) -> InvalidFleetError:
    """The refusal to let a global table's changes start a function: engines know the streams of one unit alone."""
    return InvalidFleetError(
        f"Table '{table}' is global, so its stream cannot start a function.",
        "AWS makes up the name of every replica's stream, and no region may ask another for it.",
    )


def _key_pattern(trigger: Trigger) -> dict[str, str]:
    if trigger.prefix and trigger.suffix:
        # A list of patterns means "any of them"; only a wildcard says both at once.
        return {"wildcard": f"{_literal(trigger.prefix)}*{_literal(trigger.suffix)}"}
    return {"prefix": trigger.prefix} if trigger.prefix else {"suffix": trigger.suffix}


def _literal(text: str) -> str:
    return re.sub(r"([*\\])", r"\\\1", text)
