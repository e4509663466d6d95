"""The deployment that is going on, written down line by line: what was begun, and how it ended."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterable, Iterator

from tapstack.engines.engine import Retained
from tapstack.errors import InterruptedDeploymentError, LockedError, RefusedError, TapStackError
from tapstack.rollout.entries import Begun, Ended, Entry, Finished, Left, Noted, Outcome, Started, line_of
from tapstack.rollout.stores import ConflictError, Store

_LAST_WORD_SECONDS = 5.0


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
