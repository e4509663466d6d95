"""Changes under way from one region to another: in order, after the lag, and only while both regions are there."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tapstack.sandbox.server.extension import Clock, ServerContext

logger = logging.getLogger("tapstack.replication")

# How soon the end of an outage is noticed, in real seconds.
LOOK_SECONDS = 0.1
# The event loop gets its turn after so many changes.
BATCH = 200


@dataclass(frozen=True)
class Change:
    """One thing to do in the target region."""

    written: float
    apply: Callable[[], None]


@dataclass(frozen=True)
class Route:
    """What a link connects; `subject` is a table's or a pair of buckets' name."""

    service: str
    subject: str
    source: str
    target: str


@dataclass
class Link:
    """The changes of one subject under way between two regions."""

    route: Route
    pending: deque[Change] = field(default_factory=deque)
    delivered: int = 0


class Links:
    """All links of one sandbox; delivery happens on the server's event loop, where the emulated services run too."""

    def __init__(self, context: ServerContext, delivered: Callable[[Route, float], None]) -> None:
        """`delivered` is told of each change's route and latency."""
        self._context = context
        self._told = delivered
        self._links: dict[Route, Link] = {}
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def clock(self) -> Clock:
        """The sandbox's clock."""
        return self._context.clock

    def send(self, route: Route, apply: Callable[[], None]) -> None:
        """Put a change on its way; it may be called from any thread."""
        link = self._links.setdefault(route, Link(route))
        link.pending.append(Change(self.clock.now(), apply))
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._news.set)

    def is_idle(self) -> bool:
        """Tell whether nothing is under way at all."""
        return not any(link.pending for link in self._links.values())

    def pending(self) -> list[tuple[Route, int]]:
        """How many changes are under way on each link."""
        return [(link.route, len(link.pending)) for link in list(self._links.values())]

    def is_paused(self, route: Route) -> bool:
        """Tell whether one of its ends is out."""
        faults = self._context.faults
        return faults.is_out(route.source, route.service) or faults.is_out(route.target, route.service)

    def is_free(self, route: Route) -> bool:
        """Tell whether both ends are there and nothing is under way between them."""
        link = self._links.get(route)
        return not self.is_paused(route) and not (link and link.pending)

    def start(self) -> None:
        """Begin to deliver; call it on the server's event loop."""
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._deliver(), name="replication")

    async def stop(self) -> None:
        """Stop delivering; what is under way is forgotten."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def clear(self) -> None:
        """Forget everything under way."""
        self._links.clear()

    def report(self) -> list[dict[str, object]]:
        """One line for each link that was ever used."""
        now = self.clock.now()
        return [
            {
                "service": link.route.service,
                "subject": link.route.subject,
                "from": link.route.source,
                "to": link.route.target,
                "pending": len(link.pending),
                "oldest_seconds": round(now - link.pending[0].written, 3) if link.pending else 0.0,
                "delivered": link.delivered,
                "paused": self.is_paused(link.route),
            }
            for link in list(self._links.values())
        ]

    async def _deliver(self) -> None:
        lag = self._context.settings.replication_lag_seconds
        while True:
            self._news.clear()
            wait: float | None = None
            for link in list(self._links.values()):
                if not link.pending:
                    continue
                if self.is_paused(link.route):
                    wait = LOOK_SECONDS if wait is None else min(wait, LOOK_SECONDS)
                    continue
                due = self._deliver_due(link, lag)
                if due is not None:
                    wait = due if wait is None else min(wait, due)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._news.wait()

    def _deliver_due(self, link: Link, lag: float) -> float | None:
        """Deliver what has waited long enough; returns after how many real seconds the next is due."""
        for _ in range(BATCH):
            if not link.pending:
                return None
            now = self.clock.now()
            due = link.pending[0].written + lag
            if due > now:
                return self.clock.real_seconds(due - now)
            change = link.pending.popleft()
            try:
                change.apply()
                link.delivered += 1
                self._told(link.route, now - change.written)
            except Exception:
                logger.exception("A change of %s could not be applied in %s", link.route.subject, link.route.target)
        return 0.0
