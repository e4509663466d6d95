"""What a rollout did so far, durable, so that whoever comes after a kill knows what was going on.

One deployment is one record: a file of lines, or an object in S3. AWS is asked what stands; the journal tells what was
tried, by whom, how it ended and how long it took.
"""

from __future__ import annotations

import contextlib
import platform
import statistics
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from tapstack import __version__
from tapstack.engines.engine import Retained
from tapstack.errors import FileAccessError, TapStackError
from tapstack.plan.model import Plan
from tapstack.rollout.entries import (
    Begun,
    Ended,
    Entry,
    Finished,
    Left,
    Outcome,
    Started,
    entries_of,
    line_of,
    whole_lines,
)
from tapstack.rollout.holder import user
from tapstack.rollout.lock import Held, Lock, Say, hold
from tapstack.rollout.record import Record
from tapstack.rollout.stores import ConflictError, Store, Stored
from tapstack.rollout.watch import Verb
from tapstack.targets.target import Target

KEPT = 50
_LOOKED_BACK = 10
_LAST_WORD_SECONDS = 5.0
_RECORDS = "deployments/"


@dataclass(frozen=True)
class Deployment:
    """One record, read."""

    name: str
    entries: tuple[Entry, ...]

    @property
    def started(self) -> Started:
        """How it began."""
        return next(entry for entry in self.entries if isinstance(entry, Started))

    @cached_property
    def outcome(self) -> Outcome | None:
        """How it ended; None when it did not."""
        return next((entry.outcome for entry in self.entries if isinstance(entry, Finished)), None)

    @cached_property
    def ended(self) -> tuple[Ended, ...]:
        """The steps that ended, in that order."""
        return tuple(entry for entry in self.entries if isinstance(entry, Ended))

    @cached_property
    def open(self) -> tuple[Begun, ...]:
        """The steps that were begun and not ended."""
        begun: dict[tuple[str, str], Begun] = {}
        for entry in self.entries:
            if isinstance(entry, Begun):
                begun[entry.unit, entry.step] = entry
            elif isinstance(entry, Ended):
                begun.pop((entry.unit, entry.step), None)
        return tuple(begun.values())

    def in_words(self, verb: str) -> str:
        """What a person who begins that verb should know of a run that did not end."""
        units = self.started.units
        # A failover changes no units: its steps are its own.
        done = sum(entry.outcome is Outcome.DONE and (not units or entry.unit in units) for entry in self.ended)
        going = ", ".join(f"{step.step} of {step.unit}" for step in self.open) or "nothing"
        return (
            f"A {self.started.verb} by {self.started.who}, begun {self.started.at}, did not end: {done} steps were "
            f"done, and {going} was going on. "
            + (
                "This goes on from there."
                if verb == self.started.verb
                else f"This {verb} does not go on with it: `tapstack {self.started.verb}` does."
            )
        )

    def close(self, journal: Journal) -> None:
        """Write down that a later run has seen to what was left."""
        journal.close(self)


class Journal:
    """All deployments of one fleet in one environment on one target."""

    def __init__(self, store: Store, lock: Lock) -> None:
        self._store = store
        self._lock = lock
        self._read: dict[str, Deployment] = {}

    @property
    def store(self) -> Store:
        """Where it is kept: for whatever else must outlive a kill."""
        return self._store

    def lock(self, verb: str, *, take_over: bool = False, say: Say = lambda _: None) -> AbstractContextManager[Held]:
        """Keep everybody else out for as long as the block."""
        return hold(self._lock, verb, take_over=take_over, say=say)

    def begin(
        self, *, verb: str, plan: Plan, target: Target, units: Sequence[str], digests: Mapping[str, str]
    ) -> Record:
        """Begin a record; the oldest ones go."""
        began = datetime.now(UTC)
        identity = uuid.uuid4().hex[:8]
        started = Started(
            id=identity,
            verb=verb,
            engine=plan.engine,
            target=target.name,
            account=target.account,
            fleet=plan.fleet,
            environment=plan.environment,
            units=tuple(units),
            shapes={unit: plan.unit(unit).shape for unit in units},
            digests=dict(digests),
            who=f"{user()}@{platform.node()}",
            tapstack=__version__,
        )
        record = Record(self._store, f"{_RECORDS}{began:%Y%m%dT%H%M%S.%fZ}-{identity}.jsonl", started)
        for name in self._names()[KEPT:]:
            # A journal that only grows harms nobody: some buckets let nobody delete.
            with contextlib.suppress(TapStackError):
                self._store.delete(name)
        return record

    def history(self, limit: int = KEPT) -> tuple[Deployment, ...]:
        """The last deployments, newest first."""
        return tuple(self._deployments(limit))

    def unfinished(self) -> Deployment | None:
        """The last deployment that did not end, unless everything was brought to an end after it."""
        for deployment in self._deployments(KEPT):
            if deployment.outcome is None:
                return deployment
            if deployment.outcome in (Outcome.DONE, Outcome.RESUMED):
                return None
        return None

    def left(self) -> tuple[Retained, ...]:
        """What stayed of all that went since the fleet was last deployed, also by runs that were killed."""
        found: dict[str, Retained] = {}
        for deployment in self._deployments(KEPT):
            if deployment.started.verb != Verb.DESTROY:
                break
            for entry in deployment.entries:
                if isinstance(entry, Left):
                    found.setdefault(entry.identity, Retained(entry.unit, entry.kind, entry.identity, entry.cost))
        return tuple(found.values())

    def close(self, deployment: Deployment) -> None:
        """End a record that its own process could not end."""
        found = self._store.read(deployment.name)
        if found is not None:
            content = whole_lines(found.content) + line_of(Finished(Outcome.RESUMED))
            with contextlib.suppress(ConflictError):
                self._store.write(deployment.name, content, found.version)

    def durations(self, unit: str, shape: str, *, step: str = "apply", was: str = "") -> tuple[float, ...]:
        """The seconds that a step took lately: of the unit itself, or else of others of its shape."""
        own: list[float] = []
        alike: list[float] = []
        for deployment in self._deployments(_LOOKED_BACK):
            for ended in deployment.ended:
                if ended.step != step or ended.outcome is not Outcome.DONE or (was and ended.was not in ("", was)):
                    continue
                if ended.unit == unit:
                    own.append(ended.seconds)
                elif deployment.started.shapes.get(ended.unit) == shape:
                    alike.append(ended.seconds)
        return tuple(own or alike)

    def estimates(
        self, plan: Plan, *, step: str = "apply", standing: Mapping[str, str] | None = None
    ) -> Mapping[str, float]:
        """How many seconds each unit of the plan will likely take, where that is known."""
        known = {
            unit.id: self.durations(unit.id, unit.shape, step=step, was=(standing or {}).get(unit.id, ""))
            for unit in plan.units
        }
        return {unit: statistics.median(seconds) for unit, seconds in known.items() if seconds}

    def _names(self) -> list[str]:
        return sorted((name for name in self._store.list(_RECORDS) if name.endswith(".jsonl")), reverse=True)

    def _deployments(self, limit: int) -> Iterator[Deployment]:
        for name in self._names()[:limit]:
            if name not in self._read:
                found = self._store.read(name)
                if found is None or b"\n" not in found.content:
                    continue
                deployment = self._parse(name, found)
                if deployment.outcome is None:
                    yield deployment
                    continue
                # A record that has ended does not change any more.
                self._read[name] = deployment
            yield self._read[name]

    def _parse(self, name: str, found: Stored) -> Deployment:
        where = self._store.location(name)
        entries = entries_of(found.content, where)
        if not isinstance(entries[0], Started):
            raise FileAccessError("The journal is damaged.", f"{where} does not tell how the deployment began.")
        return Deployment(name, entries)
