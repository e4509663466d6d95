"""Looks at something again and again on the server's event loop, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

_log = logging.getLogger("tapstack")


class Watch:
    """One thing that is looked at; a look that fails is logged, and the next one happens all the same."""

    def __init__(self, name: str, look: Callable[[], object], every_seconds: float) -> None:
        """Nothing is looked at before `start`."""
        self._name = name
        self._look = look
        self._every_seconds = every_seconds
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, after the first interval; called on the event loop."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """End it, whether it had begun or not."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        said = ""
        while True:
            await asyncio.sleep(self._every_seconds)
            try:
                self._look()
                said = ""
            except Exception as error:  # noqa: BLE001 - logged; the watch must go on
                # Once, not at every look.
                if repr(error) != said:
                    _log.exception("The watch of %s failed", self._name)
                said = repr(error)
