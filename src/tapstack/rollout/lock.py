"""One holder per environment and target: whoever comes second is told who it is, and since when."""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from tapstack.errors import FileAccessError, LockedError, TapStackError
from tapstack.rollout.holder import Holder
from tapstack.rollout.stores import ConflictError, Store, make_private

HEARTBEAT_SECONDS = 20.0
STALE_SECONDS = 120.0
_TRIES = 10

Say = Callable[[str], None]


class Held(Protocol):
    """A lock while it is held."""

    def check(self) -> None:
        """Raise LockedError when somebody else took it over meanwhile."""

    def release(self) -> None:
        """Let go of it; nothing when it is lost already."""


class Lock(Protocol):
    """Where a lock is."""

    def take(self, holder: Holder, *, take_over: bool, say: Say) -> Held:
        """Hold it, or raise LockedError."""


@contextlib.contextmanager
def hold(lock: Lock, verb: str, *, take_over: bool = False, say: Say = lambda _: None) -> Iterator[Held]:
    """Hold a lock for as long as the block."""
    held = lock.take(Holder.this_process(verb), take_over=take_over, say=say)
    try:
        yield held
    finally:
        try:
            held.release()
        except TapStackError as error:
            # What was done is done; the next one on this machine sees that this process is no more.
            say(f"The lock could not be given back: {error.summary} {error.detail}")


class LocalLock:
    """A file that the system itself locks: when its holder is killed, it is free at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def take(self, holder: Holder, *, take_over: bool, say: Say) -> Held:
        """Lock the file; taking over puts another file in its place, which the former holder notices."""
        try:
            make_private(self._path.parent)
            for _ in range(_TRIES):
                descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
                if not _locked(descriptor):
                    former = Holder.from_bytes(_content(descriptor))
                    os.close(descriptor)
                    if not take_over:
                        raise _locked_by(former)
                    say(f"Taken over from {_named(former)}.")
                    return self._replace(holder)
                held = _LocallyHeld(self._path, descriptor)
                if held.is_in_place():
                    if former := Holder.from_bytes(_content(descriptor)):
                        say(f"{_named(former)} ended without giving its lock back; it is free.")
                    held.write(holder)
                    return held
                # Taken over between opening and locking: this is a file that nobody looks at any more.
                os.close(descriptor)
        except OSError as error:
            raise FileAccessError("The lock cannot be taken.", f"{self._path}: {error.strerror or error}") from error
        raise LockedError("Several others want this environment at the same time.", "Try again.")

    def _replace(self, holder: Holder) -> Held:
        beside = self._path.with_name(f".{self._path.name}.{holder.id}")
        descriptor = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        held = _LocallyHeld(self._path, descriptor)
        _locked(descriptor)
        held.write(holder)
        beside.replace(self._path)
        return held


class _LocallyHeld:
    """The locked file, by its descriptor."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    def is_in_place(self) -> bool:
        """Tell whether the path still leads to this file."""
        try:
            found, own = self._path.stat(), os.fstat(self._descriptor)
        except FileNotFoundError:
            return False
        return (found.st_dev, found.st_ino) == (own.st_dev, own.st_ino)

    def write(self, holder: Holder) -> None:
        """Say who it is."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, holder.as_bytes(), 0)
        os.fsync(self._descriptor)

    def check(self) -> None:
        """Raise when the path leads to another one's file."""
        if not self.is_in_place():
            with contextlib.suppress(OSError):
                raise _lost(Holder.from_bytes(self._path.read_bytes()))
            raise _lost(None)

    def release(self) -> None:
        """Empty the file rather than remove it: another one may have opened it already."""
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)


class SharedLock:
    """An object that its holder renews; one that is not renewed any more is stale."""

    def __init__(
        self, store: Store, name: str, *, heartbeat: float = HEARTBEAT_SECONDS, stale: float = STALE_SECONDS
    ) -> None:
        self._store = store
        self._name = name
        self._heartbeat = heartbeat
        self._stale = stale

    def take(self, holder: Holder, *, take_over: bool, say: Say) -> Held:
        """Create the object, or replace one whose holder is gone or is to be taken over from."""
        for _ in range(_TRIES):
            found = self._store.read(self._name)
            if found is not None:
                former = Holder.from_bytes(found.content)
                if former is not None and former.is_certainly_gone:
                    note = f"{_named(former)} ended without giving its lock back; it is free."
                elif take_over:
                    note = f"Taken over from {_named(former)}."
                else:
                    raise _locked_by(former, silent=found.age if found.age > self._stale else None)
            else:
                note = ""
            began = _elapsed()
            try:
                stored = self._store.write(self._name, holder.as_bytes(), found.version if found else None)
            except ConflictError:
                continue
            if note:
                say(note)
            return _SharedHeld(self._store, self._name, holder, stored.version, began, self._heartbeat, self._stale)
        raise LockedError("Several others want this environment at the same time.", "Try again.")


class _SharedHeld:
    """The object, and the thread that renews it."""

    def __init__(
        self, store: Store, name: str, holder: Holder, version: str, renewed: float, heartbeat: float, stale: float
    ) -> None:
        self._store = store
        self._name = name
        self._holder = holder
        self._version = version
        self._renewed = renewed
        self._renewals = 0
        self._stale = stale
        self._lost: LockedError | None = None
        self._ended = threading.Event()
        self._mutex = threading.RLock()
        self._thread = threading.Thread(target=self._beat, args=(heartbeat,), name="lock-heartbeat", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Renew it: only the store knows. Without an answer it is ours for as long as nobody may call it stale."""
        try:
            self._renew()
        except TapStackError as error:
            if isinstance(error, LockedError):
                raise
            if _elapsed() - self._renewed > self._stale / 2:
                raise type(error)(
                    "The lock could not be renewed: somebody else may take it over by now.",
                    f"Nothing new is begun without it. {error.summary} {error.detail}",
                    command=error.command,
                ) from error

    def release(self) -> None:
        """Stop renewing and remove the object."""
        self._ended.set()
        with self._mutex:
            if self._lost is None:
                with contextlib.suppress(ConflictError, LockedError):
                    self._adopt_own()
                    self._store.delete(self._name, self._version)
        self._thread.join(timeout=1)

    def _beat(self, heartbeat: float) -> None:
        while not self._ended.wait(heartbeat):
            # A failure is told by `check`, where something can be done about it.
            with contextlib.suppress(TapStackError):
                self._renew()

    def _renew(self) -> None:
        with self._mutex:
            if self._lost is not None:
                raise self._lost
            if self._ended.is_set():
                return
            self._renewals += 1
            began = _elapsed()
            try:
                content = self._holder.as_bytes(self._renewals)
                self._version = self._store.write(self._name, content, self._version).version
            except ConflictError:
                self._adopt_own()
            self._renewed = began

    def _adopt_own(self) -> None:
        """A renewal that was cut off may have been written all the same; anything else is another one's."""
        found = self._store.read(self._name)
        other = Holder.from_bytes(found.content) if found else None
        if found is None or other is None or other.id != self._holder.id:
            self._lost = _lost(other)
            raise self._lost
        self._version = found.version


def _elapsed() -> float:
    """Seconds that go on while the machine sleeps, as those of other machines do."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _content(descriptor: int) -> bytes:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


def _named(holder: Holder | None) -> str:
    return holder.in_words() if holder else "somebody who left no name"


def _locked_by(holder: Holder | None, *, silent: float | None = None) -> LockedError:
    if silent is None:
        return LockedError(
            "Somebody else is changing this environment.",
            f"{_named(holder)}. Wait until that has ended. If you know that it never will, add `--take-over`: should "
            "it go on after all, it stops before its next step.",
        )
    return LockedError(
        "This environment has a stale lock.",
        f"{_named(holder)}. It has not been heard of for {silent:.0f} s: its process was killed, or its machine is "
        "off. If you know that it will not go on, add `--take-over`.",
    )


def _lost(other: Holder | None) -> LockedError:
    return LockedError(
        "The lock of this environment was taken over.",
        f"It is held by {_named(other)}. Nothing new is begun here; what stands, stands."
        if other
        else "It was removed while this was going on. Nothing new is begun here; what stands, stands.",
    )
