"""What a rollout did so far, durable, so that whoever comes after a kill knows what was going on.

One deployment is one record: a file of lines, or an object in S3. AWS is asked what stands; the journal tells what was
tried, by whom, how it ended and how long it took.
"""

from __future__ import annotations

import contextlib
import platform
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from tapstack import __version__
from tapstack.engines.engine import Retained
from tapstack.errors import FileAccessError, InterruptedDeploymentError, LockedError, RefusedError, TapStackError
from tapstack.plan.model import Plan
from tapstack.rollout.entries import (
    Begun,
    Ended,
    Entry,
    Finished,
    Left,
    Noted,
    Outcome,
    Started,
    entries_of,
    line_of,
    whole_lines,
)
from tapstack.rollout.holder import user
from tapstack.rollout.lock import Held, LocalLock, Lock, Say, SharedLock, hold
from tapstack.rollout.stores import ConflictError, LocalStore, S3Store, Store, Stored, bucket_region, make_private
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


class Record:
    """The deployment that is going on; units write to it from several threads."""

    def __init__(self, store: Store, name: str, started: Started) -> None:
        self._store = store
        self._name = name
        self._lock = threading.Lock()
        self._pending = b""
        self._is_ended = False
        self._stored = store.write(name, line_of(started), None)
        self.id = started.id

    @contextlib.contextmanager
    def step(self, unit: str, name: str, *, was: str = "") -> Iterator[Step]:
        """Write that a step begins and, whatever happens in the block, how it ended."""
        self._add(Begun(unit, name, was))
        began = time.monotonic()
        step = Step()
        try:
            yield step
        except BaseException as error:
            # The step's own error matters more than that the journal could not be written.
            with contextlib.suppress(TapStackError):
                self._add(Ended(unit, name, _outcome(error), _since(began), _text(error), was))
            raise
        self._add(Ended(unit, name, step.outcome, _since(began), step.error, was))

    def left(self, retained: Iterable[Retained]) -> None:
        """Write down what stayed when a unit went."""
        for one in retained:
            self._add(Left(one.unit, one.kind, one.identity, one.cost))

    def note(self, text: str) -> None:
        """Write down something that a reader should know."""
        self._add(Noted(text))

    @contextlib.contextmanager
    def ending(self) -> Iterator[Ending]:
        """Write how the deployment ended: done only if the block said so."""
        ending = Ending()
        try:
            yield ending
        except BaseException as error:
            with contextlib.suppress(TapStackError):
                self.end(_outcome(error), _text(error))
            raise
        self.end(ending.outcome)

    def end(self, outcome: Outcome | str, error: str = "") -> None:
        """Write the last line; the first call counts.

        An interruption may come while this very thread is writing: it does not wait longer than a moment, since a
        record without an end says the same.
        """
        if self._is_ended:
            return
        entry = Finished(Outcome(outcome), error)
        if entry.outcome is not Outcome.INTERRUPTED:
            self._add(entry)
            self._is_ended = True
            return
        writer = threading.Thread(target=self._add_quietly, args=(entry,), name="last-word", daemon=True)
        writer.start()
        writer.join(_LAST_WORD_SECONDS)
        self._is_ended = True

    def _add_quietly(self, entry: Entry) -> None:
        with contextlib.suppress(TapStackError):
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        with self._lock:
            try:
                self._settle()
                self._pending = line_of(entry)
                self._stored = self._store.extend(self._name, self._stored, self._pending)
            except ConflictError as error:
                # Nobody else writes to it, but whoever takes over closes what it finds open.
                raise LockedError(
                    "Somebody else has taken over, and closed the journal of this run.",
                    f"{self._store.location(self._name)} is not what this process wrote. Nothing new is begun.",
                ) from error
            self._pending = b""

    def _settle(self) -> None:
        """After a write that was cut off: see whether it arrived all the same."""
        if not self._pending:
            return
        found = self._store.read(self._name)
        if found is not None and found.content == self._stored.content + self._pending:
            self._stored = found
        self._pending = b""


class Step:
    """A step that is going on."""

    def __init__(self) -> None:
        self.outcome = Outcome.DONE
        self.error = ""

    def failed(self, error: str) -> None:
        """Say that it came to a bad end though nothing was raised, as a gate that stays shut."""
        self.outcome, self.error = Outcome.FAILED, error


class Ending:
    """What a deployment comes to, unless it says that it succeeded."""

    def __init__(self) -> None:
        self.outcome = Outcome.FAILED

    def succeeded(self) -> None:
        """Everything that was to be done is done."""
        self.outcome = Outcome.DONE


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


def folder_of(file: Path, environment: str, target: Target) -> Path:
    """Where everything of one environment on one target is kept beside the fleet; git does not see it."""
    home = file.absolute().parent / ".tapstack"
    folder = home / environment / target_folder(target)
    make_private(folder)
    ignore = home / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    return folder


def target_folder(target: Target) -> str:
    """One name for each place: sandboxes by their name, AWS by its account."""
    return f"{target.name}-{target.account}" if target.is_real else target.name.replace(" ", "-")


def open_journal(setting: str, file: Path, plan: Plan, target: Target) -> Journal:
    """The journal that the fleet's `rollout.journal` asks for."""
    if setting == "local":
        folder = folder_of(file, plan.environment, target) / "journal" / plan.fleet
        return Journal(LocalStore(folder), LocalLock(folder / "lock"))
    bucket, _, prefix = _filled(setting, plan, target).removeprefix("s3://").partition("/")
    client = target.client("s3", bucket_region(target, bucket, plan.home))
    place = "/".join(part for part in (prefix.strip("/"), plan.fleet, plan.environment, target_folder(target)) if part)
    store = S3Store(client, bucket, place)
    return Journal(store, SharedLock(store, "lock.json"))


def _filled(setting: str, plan: Plan, target: Target) -> str:
    values: Mapping[str, Callable[[], str]] = {
        "account": lambda: target.account,
        "environment": lambda: plan.environment,
        "fleet": lambda: plan.fleet,
        "region": lambda: plan.home,
    }
    for name, value in values.items():
        gap = f"{{{name}}}"
        if gap in setting:
            setting = setting.replace(gap, value())
    if "{" in setting or "}" in setting:
        raise RefusedError(
            "The journal's place has a gap that nothing fills.",
            f"`rollout.journal` is {setting}. {', '.join(f'{{{name}}}' for name in values)} are filled in.",
        )
    return setting


def _since(began: float) -> float:
    return round(time.monotonic() - began, 3)


def _outcome(error: BaseException) -> Outcome:
    match error:
        case RefusedError():
            return Outcome.REFUSED
        case InterruptedDeploymentError() | KeyboardInterrupt() | SystemExit():
            return Outcome.INTERRUPTED
        case _:
            return Outcome.FAILED


def _text(error: BaseException) -> str:
    """What kind of error; its details may quote a property, and stay out of the journal."""
    return f"{type(error).__name__}: {error.summary}" if isinstance(error, TapStackError) else type(error).__name__
