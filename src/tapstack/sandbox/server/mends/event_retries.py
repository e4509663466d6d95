"""EventBridge starts a function once and forgets it: a failure is neither tried again nor kept as a dead letter.

On AWS such an invocation is asynchronous like any other. Goes when MiniStack treats it so.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.services import eventbridge, lambda_svc

from tapstack.sandbox.server.mends.patch import original, replace


def install() -> None:
    """Hand events to what tries again and keeps what failed for good."""
    find = original(lambda_svc, "_get_func_record_for_ref")
    prepared = original(lambda_svc, "_execution_record_for_config")
    invoke = original(lambda_svc, "invoke_async_with_retry")

    def dispatching(own: Callable[[str, str], None]) -> Callable[[str, str], None]:
        def dispatch(arn: str, payload: str) -> None:
            record, config, _ = find(arn)
            event = _parsed(payload)
            if not record or not config or event is None:
                own(arn, payload)
                return
            invoke(prepared(record, config), event)

        return dispatch

    replace(eventbridge, "_dispatch_to_lambda", dispatching)


def _parsed(payload: str) -> Any:
    try:
        return json.loads(payload)
    except (TypeError, ValueError):
        return None
