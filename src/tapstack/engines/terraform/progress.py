"""How far Terraform has come, from the lines that it tells while it works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tapstack.engines.engine import Progress, Tell
from tapstack.engines.terraform.running import Event

BEGAN = "apply_start"
STILL = "apply_progress"
ENDED = ("apply_complete", "apply_errored")


@dataclass
class Listener:
    """Turns events into progress; `total` is how many resources the plan touches."""

    unit: str
    total: int
    tell: Tell
    _working: dict[str, float] = field(default_factory=dict)
    _done: set[str] = field(default_factory=set)

    def __call__(self, event: Event) -> None:
        """Take one event in."""
        kind = event.get("type", "")
        if kind not in (BEGAN, STILL, *ENDED):
            return
        hook: Mapping[str, object] = event.get("hook", {})
        resource = hook.get("resource")
        if not isinstance(resource, Mapping):
            return
        address = str(resource.get("addr", ""))
        if kind in ENDED:
            self._working.pop(address, None)
            if kind == ENDED[0]:
                self._done.add(address)
        else:
            # One that is replaced begins twice, and is done when it is there again.
            self._done.discard(address)
            seconds = hook.get("elapsed_seconds", 0)
            self._working[address] = float(seconds) if isinstance(seconds, int | float) else 0.0
        self.tell(self.progress())

    def progress(self, note: str = "") -> Progress:
        """Where it stands."""
        total = max(self.total, len(self._done) + len(self._working))
        return Progress(self.unit, len(self._done), total, dict(self._working), note)
