"""A changed setting of a function ends the running calls of every function of that name, in all regions and accounts.

MiniStack forgets to say whose function it was. Goes when UpdateFunctionConfiguration names account and region.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.responses import get_account_id, get_region

from tapstack.sandbox.server.mends.patch import replace


def install() -> None:
    """Name the caller's own account and region where none is named."""
    replace(lambda_runtime, "invalidate_worker", _invalidating)


def _invalidating(own: Callable[..., Any]) -> Callable[..., Any]:
    def invalidate(
        name: str, qualifier: str | None = None, account: str | None = None, region: str | None = None
    ) -> Any:
        return own(name, qualifier, account or get_account_id(), region or get_region())

    return invalidate
