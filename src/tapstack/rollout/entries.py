"""What a journal says, line by line. No secret and no value of a property stands in it.

A line is one entry as JSON. Lines are only ever added: the torn end of a killed writer is all that can be wrong.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any

from tapstack.errors import FileAccessError
from tapstack.rollout.holder import now

FORMAT = 1


class Outcome(StrEnum):
    """How a step, or a whole deployment, ended."""

    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    INTERRUPTED = "interrupted"
    RESUMED = "resumed"
    """It was killed, and a later run has seen to what it left."""


@dataclass(frozen=True)
class Started:
    """A deployment began."""

    id: str
    verb: str
    engine: str
    target: str
    account: str
    fleet: str
    environment: str
    units: tuple[str, ...]
    shapes: Mapping[str, str]
    """The shape of each unit: what took as long before."""
    digests: Mapping[str, str]
    who: str
    tapstack: str
    at: str = field(default_factory=now)


@dataclass(frozen=True)
class Begun:
    """A step began."""

    unit: str
    step: str
    was: str = ""
    """What there was of the unit: a creation takes longer than a change."""
    at: str = field(default_factory=now)


@dataclass(frozen=True)
class Ended:
    """A step ended."""

    unit: str
    step: str
    outcome: Outcome
    seconds: float
    error: str = ""
    was: str = ""
    at: str = field(default_factory=now)


@dataclass(frozen=True)
class Left:
    """Something that the fleet retains stayed when its unit went."""

    unit: str
    kind: str
    identity: str
    cost: str
    at: str = field(default_factory=now)


@dataclass(frozen=True)
class Noted:
    """Something that a reader should know."""

    text: str
    at: str = field(default_factory=now)


@dataclass(frozen=True)
class Finished:
    """The deployment ended."""

    outcome: Outcome
    error: str = ""
    at: str = field(default_factory=now)


Entry = Started | Begun | Ended | Left | Noted | Finished
_KINDS: Mapping[str, type[Entry]] = {
    "started": Started,
    "begun": Begun,
    "ended": Ended,
    "left": Left,
    "noted": Noted,
    "finished": Finished,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def line_of(entry: Entry) -> bytes:
    """The entry as one line."""
    told = {"format": FORMAT, "entry": _NAMES[type(entry)], **asdict(entry)}
    return json.dumps(told, ensure_ascii=False).encode() + b"\n"


def entries_of(content: bytes, where: str) -> tuple[Entry, ...]:
    """The entries of a record; what follows the last line's end was never finished, and does not count."""
    lines = content.split(b"\n")[:-1]
    return tuple(_entry_of(line, where, number) for number, line in enumerate(lines, 1))


def whole_lines(content: bytes) -> bytes:
    """A record without its torn end."""
    return content[: content.rfind(b"\n") + 1]


def _entry_of(line: bytes, where: str, number: int) -> Entry:
    try:
        told: dict[str, Any] = json.loads(line)
        if told["format"] > FORMAT:
            raise FileAccessError(
                "A newer TapStack wrote this journal.",
                f"{where} has format {told['format']}; this release reads up to {FORMAT}. Update TapStack.",
            )
        kind = _KINDS[told["entry"]]
        known = {name: told[name] for name in (part.name for part in fields(kind)) if name in told}
        if "outcome" in known:
            known["outcome"] = Outcome(known["outcome"])
        if "units" in known:
            known["units"] = tuple(known["units"])
        return kind(**known)
    except (ValueError, KeyError, TypeError) as error:
        raise FileAccessError(
            "The journal is damaged.",
            f"{where}, line {number} is no entry: {type(error).__name__}: {error}. Look at it, move it out of the "
            "way, and run the same command again: what stands is asked of AWS, not of the journal.",
        ) from error
