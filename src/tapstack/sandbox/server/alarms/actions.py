"""What an alarm does besides telling its topic: it invokes the functions among its actions.

MiniStack 1.5.33 delivers to SNS topics only. Can go when it invokes functions as well.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch, lambda_svc

from tapstack.sandbox.server.mends.patch import replace

_log = logging.getLogger("tapstack.alarms")
_ACTIONS: Mapping[str, str] = {
    "ALARM": "AlarmActions",
    "OK": "OKActions",
    "INSUFFICIENT_DATA": "InsufficientDataActions",
}

Dispatch = Callable[[Mapping[str, Any], str, str, str], None]


def install() -> None:
    """Invoke functions after the emulator told the topics."""

    def with_functions(original: Dispatch) -> Dispatch:
        def dispatch(alarm: Mapping[str, Any], old_state: str, new_state: str, reason: str) -> None:
            original(alarm, old_state, new_state, reason)
            if alarm.get("ActionsEnabled", True):
                for action in alarm.get(_ACTIONS.get(new_state, "")) or ():
                    if action.startswith("arn:aws:lambda:"):
                        _invoke(action, alarm, old_state, new_state, reason)

        return dispatch

    replace(cloudwatch, "_dispatch_alarm_actions", with_functions)


def _invoke(function_arn: str, alarm: Mapping[str, Any], old_state: str, new_state: str, reason: str) -> None:
    function, config, name = lambda_svc._get_func_record_for_ref_in_scope(
        function_arn, account_id=get_account_id(), region=get_region()
    )
    if not function or not config:
        _log.warning("The alarm %s names a function that does not exist: %s", alarm["AlarmName"], name)
        return
    record = lambda_svc._execution_record_for_config(function, config)
    lambda_svc.invoke_async_with_retry(record, _event(alarm, old_state, new_state, reason))


def _event(alarm: Mapping[str, Any], old_state: str, new_state: str, reason: str) -> dict[str, Any]:
    now = datetime.fromtimestamp(time.time(), UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    return {
        "source": "aws.cloudwatch",
        "alarmArn": alarm["AlarmArn"],
        "accountId": get_account_id(),
        "time": now,
        "region": get_region(),
        "alarmData": {
            "alarmName": alarm["AlarmName"],
            "state": {"value": new_state, "reason": reason, "timestamp": now},
            "previousState": {"value": old_state},
            "configuration": {"description": alarm.get("AlarmDescription") or ""},
        },
    }
