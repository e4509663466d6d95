"""Drift detection reads resources through the service APIs, and tells EventBridge what it found.

The reading must not happen on the server's event loop. MiniStack's own readers look into its stores, so it runs them
in place: needed as long as the resource types of this package read through the API. The event is missing from
MiniStack 1.5.33 and goes when it sends "CloudFormation Drift Detection Status Change".
"""

from __future__ import annotations

import inspect
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from ministack.core.concurrency import run_reentrant
from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import cloudformation, eventbridge
from ministack.services.cloudformation import handlers

from tapstack.sandbox.server.mends.patch import original, replace


def install() -> None:
    """Run both drift calls on a worker thread."""
    actions = original(handlers, "_ACTION_HANDLERS")
    for name in ("_drift_target", "_p"):
        original(handlers, name)
    original(eventbridge, "_dispatch_event")
    actions["DetectStackDrift"] = _telling(actions["DetectStackDrift"])
    for action in ("DetectStackDrift", "DetectStackResourceDrift"):
        actions[action] = _on_worker_thread(actions[action])
    replace(cloudformation, "handle_request", _awaiting)


def _on_worker_thread(own: Callable[[Any], Any]) -> Callable[[Any], Awaitable[Any]]:
    def handle(params: Any) -> Awaitable[Any]:
        return run_reentrant(own, params)  # type: ignore[no-any-return] # MiniStack has no types

    return handle


def _telling(own: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def handle(params: Any) -> Any:
        answer = own(params)
        stack, _ = handlers._drift_target(handlers._p(params, "StackName"))
        if answer[0] == HTTPStatus.OK and stack is not None:
            _tell(stack, list(stack["_drift_detections"].values())[-1])
        return answer

    return handle


def _tell(stack: Mapping[str, Any], detection: Mapping[str, Any]) -> None:
    detail = {
        "stack-id": stack["StackId"],
        "stack-drift-detection-id": detection["StackDriftDetectionId"],
        "status-details": {
            "stack-drift-status": detection["StackDriftStatus"],
            "detection-status": detection["DetectionStatus"],
        },
        "drift-detection-details": {"drifted-stack-resource-count": detection.get("DriftedStackResourceCount", 0)},
    }
    eventbridge._dispatch_event(
        {
            "EventId": new_uuid(),
            "Source": "aws.cloudformation",
            "DetailType": "CloudFormation Drift Detection Status Change",
            "Detail": json.dumps(detail),
            "EventBusName": "default",
            "Time": time.time(),
            "Resources": [stack["StackId"]],
            "Account": get_account_id(),
            "Region": get_region(),
        }
    )


def _awaiting(own: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def handle_request(*arguments: Any) -> Any:
        answer = await own(*arguments)
        return await answer if inspect.isawaitable(answer) else answer

    return handle_request
