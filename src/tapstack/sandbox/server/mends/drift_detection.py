"""Drift detection reads resources through the service APIs, which must not happen on the server's event loop.

MiniStack's own readers look into its stores, so it runs them in place. Needed as long as the resource types of this
package read through the API.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core.concurrency import run_reentrant
from ministack.services import cloudformation
from ministack.services.cloudformation import handlers

from tapstack.sandbox.server.mends.patch import original, replace


def install() -> None:
    """Run both drift calls on a worker thread."""
    actions = original(handlers, "_ACTION_HANDLERS")
    for action in ("DetectStackDrift", "DetectStackResourceDrift"):
        actions[action] = _on_worker_thread(actions[action])
    replace(cloudformation, "handle_request", _awaiting)


def _on_worker_thread(own: Callable[[Any], Any]) -> Callable[[Any], Awaitable[Any]]:
    def handle(params: Any) -> Awaitable[Any]:
        return run_reentrant(own, params)  # type: ignore[no-any-return] # MiniStack has no types

    return handle


def _awaiting(own: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def handle_request(*arguments: Any) -> Any:
        answer = await own(*arguments)
        return await answer if inspect.isawaitable(answer) else answer

    return handle_request
