"""A function whose key or dead-letter queue was taken away goes on answering empty ones.

AWS leaves them out. Goes when MiniStack does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import lambda_svc

from tapstack.sandbox.server.mends.patch import replace


def install() -> None:
    """Forget what was emptied."""
    replace(lambda_svc, "_update_config", _updating)


def _updating(own: Callable[..., Any]) -> Callable[..., Any]:
    def update(name: str, *arguments: Any, **options: Any) -> Any:
        answer = own(name, *arguments, **options)
        record = lambda_svc._functions.get(str(name).rsplit(":", 1)[-1])
        config = (record or {}).get("config", {})
        if not config.get("KMSKeyArn"):
            config.pop("KMSKeyArn", None)
        if not (config.get("DeadLetterConfig") or {}).get("TargetArn"):
            config.pop("DeadLetterConfig", None)
        return answer

    return update
