"""The note that is left while something is broken: whoever comes after a kill knows what to make whole again."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tapstack.errors import LockedError
from tapstack.rollout.holder import user
from tapstack.rollout.stores import ConflictError, Store, Stored

NAME = "drill.json"


@dataclass(frozen=True)
class Switches:
    """What makes a health check say something else than it sees."""

    disabled: bool
    inverted: bool


HELD = Switches(disabled=True, inverted=True)


@dataclass(frozen=True)
class Note:
    """What a drill broke, and by whom."""

    drill: str
    scenario: str
    began: str
    who: str = field(default_factory=lambda: f"{user()}@{platform.node()}")
    machine: str = field(default_factory=platform.node)
    process: int = field(default_factory=os.getpid)
    regions: tuple[str, ...] = ()
    """Regions of the sandbox with a fault."""
    checks: Mapping[str, Switches] = field(default_factory=dict)
    """Health checks that were changed, and how they stood before."""

    @property
    def may_be_alive(self) -> bool:
        """Tell whether its drill may still be going on; on another machine nobody can tell."""
        if self.machine != platform.node():
            return True
        if self.process == os.getpid():
            return False
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True

    def in_words(self) -> str:
        """What a person should know of it."""
        broken = [f"an outage in {region}" for region in self.regions]
        broken += [f"health check {check}" for check in self.checks]
        return (
            f"The drill {self.drill} ({self.scenario}) by {self.who} left {' and '.join(broken) or 'nothing broken'}."
        )


class Notes:
    """The one note of a fleet in an environment on a target."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stored: Stored | None = None

    def read(self) -> Note | None:
        """The note that lies there, if any."""
        found = self._store.read(NAME)
        if found is None or not found.content.strip():
            return None
        content: dict[str, Any] = json.loads(found.content)
        checks = {check: Switches(**before) for check, before in content["checks"].items()}
        return Note(**{**content, "regions": tuple(content["regions"]), "checks": checks})

    def leave(self, note: Note) -> None:
        """Leave a note before anything is broken, or say in it what else is; only one drill goes on at a time."""
        try:
            self._stored = self._store.write(
                NAME, json.dumps(asdict(note)).encode() + b"\n", self._stored.version if self._stored else None
            )
        except ConflictError as error:
            raise LockedError("Another drill goes on, or did not end.", "Nothing was broken.") from error

    def take_away(self) -> None:
        """Everything is whole again."""
        self._store.delete(NAME)
        self._stored = None
