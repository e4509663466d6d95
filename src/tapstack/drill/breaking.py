"""Breaks things, and makes whole again what it broke, however the drill ends."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tapstack.drill.deployed import Check
from tapstack.drill.notes import HELD, Note, Notes, Switches
from tapstack.drill.scenarios import Action, Step
from tapstack.errors import RefusedError
from tapstack.targets.target import Target

if TYPE_CHECKING:
    from tapstack.sandbox.control import Sandbox


class Breaking:
    """Everything that one drill breaks; a note tells of it before it happens."""

    def __init__(self, target: Target, home: str, notes: Notes, note: Note) -> None:
        self._target, self._home = target, home
        self._notes, self._note = notes, note

    def begin(self) -> None:
        """Leave the note."""
        self._notes.leave(self._note)

    def break_region(self, step: Step, region: str) -> float:
        """Put a fault on a region of the sandbox; since when, by the monotonic clock."""
        faults = faults_of(self._target)
        self._tell(regions=tuple(dict.fromkeys((*self._note.regions, region))))
        match step.do:
            case Action.SLOW:
                return faults.outage(region, services=tuple(step.services), latency_seconds=step.latency)
            case Action.ERRORS:
                return faults.outage(region, services=tuple(step.services), error_rate=step.rate)
            case _:
                return faults.outage(region, services=tuple(step.services))

    def hold(self, checks: Iterable[Check]) -> float:
        """Have Route 53 take these for unhealthy whatever it sees, as a failover does; since when, monotonic.

        Inverted alone would lead clients back the moment the region really fails.
        """
        before = {check.id: Switches(disabled=check.is_disabled, inverted=check.is_inverted) for check in checks}
        self._tell(checks=before)
        for check in before:
            switch(self._target, self._home, check, HELD)
        return time.monotonic()

    def restore_region(self, region: str) -> None:
        """Make one region whole; the note still knows of it."""
        if region in self._note.regions:
            faults_of(self._target).restore(region)

    def restore(self) -> None:
        """Make everything whole; safe to call again."""
        restore(self._note, self._target, self._home)

    def end(self) -> None:
        """Make everything whole and take the note away; safe to call again."""
        self.restore()
        self._notes.take_away()

    def _tell(self, *, regions: tuple[str, ...] | None = None, checks: dict[str, Switches] | None = None) -> None:
        self._note = dataclasses.replace(
            self._note,
            regions=self._note.regions if regions is None else regions,
            checks=self._note.checks if checks is None else checks,
        )
        self._notes.leave(self._note)


def restore(note: Note, target: Target, home: str) -> None:
    """Make whole what a drill broke, by its note."""
    for region in note.regions:
        faults_of(target).restore(region)
    for check, before in note.checks.items():
        switch(target, home, check, before)


def faults_of(target: Target) -> Sandbox:
    """The sandbox behind a target; AWS's regions are not ours to break."""
    from tapstack.targets.sandbox import SandboxTarget

    if not isinstance(target, SandboxTarget):
        raise RefusedError(
            "Only a sandbox's regions can be broken.",
            "On AWS a drill leads clients away by the home's health check, which harms nothing:",
            command="tapstack drill --target aws --scenario led-away",
        )
    return target.sandbox


def switch(target: Target, home: str, check: str, to: Switches) -> None:
    """Change one health check, and nothing else of it."""
    target.client("route53", home).update_health_check(HealthCheckId=check, Disabled=to.disabled, Inverted=to.inverted)
