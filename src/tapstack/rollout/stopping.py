"""How a person stops a rollout: once to start nothing new, twice to leave at once."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from tapstack.engines import children
from tapstack.errors import INTERRUPTED


class Stopping:
    """Whether to start anything new. Any thread may ask; a failure says no, too."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self.by_person = False

    def ask(self, *, by_person: bool = False) -> None:
        """Start nothing new from now on."""
        self.by_person = self.by_person or by_person
        self._asked.set()

    @property
    def is_asked(self) -> bool:
        """Tell whether nothing new should be started."""
        return self._asked.is_set()

    def pause(self, seconds: float) -> bool:
        """Wait, unless told to stop; tells whether it was."""
        return self._asked.wait(seconds)


@contextlib.contextmanager
def on_signals(stopping: Stopping, *, first: Callable[[], None], second: Callable[[], None]) -> Iterator[None]:
    """For as long as the block: the first Ctrl-C (or SIGTERM) asks to stop, the second leaves at once.

    `second` has the last word: it records what was going on, and must be quick.
    """

    def handle(_signal: int, _frame: FrameType | None) -> None:
        if stopping.by_person:
            second()
            # They end in good order by themselves: nobody waits.
            children.interrupt()
            os._exit(INTERRUPTED)
        stopping.ask(by_person=True)
        first()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
