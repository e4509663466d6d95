"""A function whose own log group was deleted brings it back with its last words.

On AWS a role without `logs:CreateLogGroup` cannot. Here a function that names its log
group writes there or nowhere; one that names none gets `/aws/lambda/NAME`, as most roles there allow. Goes when
MiniStack asks the role.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import cloudwatch_logs, lambda_svc

from tapstack.sandbox.server.mends.patch import replace


def install() -> None:
    """Look for the group first."""
    replace(lambda_svc, "_emit_lambda_logs", _emitting)


def _emitting(own: Callable[..., Any]) -> Callable[..., Any]:
    def emit(function: dict[str, Any], *arguments: Any, **options: Any) -> Any:
        config = function.get("config") or function
        group = (config.get("LoggingConfig") or {}).get("LogGroup")
        if group and group != f"/aws/lambda/{config.get('FunctionName')}" and group not in cloudwatch_logs._log_groups:
            return None
        return own(function, *arguments, **options)

    return emit
