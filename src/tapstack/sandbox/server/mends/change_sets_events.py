"""Events in AWS's words, and the resources that an operation has in hand among those of the stack.

MiniStack 1.5.33 hands on what its own code or botocore says of a failure, keeps the reason of an earlier one on the
stack, and lists a resource only once it is made. Goes when its reasons are AWS's and its lists show what is under way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import cloudformation
from ministack.services.cloudformation import handlers, helpers

from tapstack.sandbox.server.mends.patch import original

_STACK = "AWS::CloudFormation::Stack"
_ASKED_FOR = frozenset({"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "REVIEW_IN_PROGRESS"})
_OF_A_RESOURCE = re.compile(r"Resource (\S+) failed: ")
_OF_BOTOCORE = re.compile(
    r"An error occurred \((?P<code>[^)]+)\) when calling the \w+ operation(?: \([^)]*\))?: (?P<message>.*)", re.DOTALL
)
_HANDLER_CODES = (
    (("AlreadyExist", "AlreadyOwned", "Conflict", "Duplicate"), "AlreadyExists"),
    (("NotFound", "NoSuch", "DoesNotExist"), "NotFound"),
    (("AccessDenied", "Unauthorized"), "AccessDenied"),
    (("Throttl",), "Throttling"),
    (("LimitExceeded", "Quota"), "ServiceLimitExceeded"),
)


def install() -> None:
    """Show resources under way where resources are listed."""
    actions = original(handlers, "_ACTION_HANDLERS")
    for action in ("ListStackResources", "DescribeStackResources", "DescribeStackResource"):
        actions[action] = _showing_what_is_under_way(actions[action])


def add(
    own: Callable[..., None], event: tuple[Any, ...], *, is_new: Callable[[str], bool] = lambda _name: True
) -> None:
    """Write an event; the stack's own reason is that of its last one."""
    stack_id, stack_name, logical_id, resource_type, status, reason, physical_id, detailed = event
    if logical_id != stack_name:
        own(*event[:5], in_aws_words(reason, resource_type), physical_id, detailed)
        return
    reason = "User Initiated" if status in _ASKED_FOR and not reason else reason
    reason = "" if reason == "Rollback complete" else reason
    if culprit := _OF_A_RESOURCE.match(reason):
        verb = "create" if is_new(culprit[1]) else "update"
        reason = f"The following resource(s) failed to {verb}: [{culprit[1]}]. "
    own(*event[:5], reason, physical_id, detailed)
    stack = cloudformation._stacks.get(stack_name)
    if stack is not None and stack["StackId"] == stack_id:
        stack["StackStatusReason"] = reason


def in_aws_words(reason: str, resource_type: str) -> str:
    """A service's refusal as CloudFormation's resource handlers report it."""
    found = _OF_BOTOCORE.match(reason)
    if found is None:
        return reason
    service = resource_type.split("::")[1].capitalize() if resource_type.count("::") == 2 else resource_type
    code = next((code for signs, code in _HANDLER_CODES if any(sign in found["code"] for sign in signs)), None)
    return (
        f'Resource handler returned message: "{found["message"]} (Service: {service}, Status Code: 400, Request ID: '
        f'{new_uuid()})" (RequestToken: {new_uuid()}, HandlerErrorCode: {code or "InvalidRequest"})'
    )


def _showing_what_is_under_way(own: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def show(request: Any) -> Any:
        given = helpers._p(request, "StackName")
        stack = handlers._resolve_stack(given) if given else None
        if stack is None:
            return own(request)
        settled = stack.get("_resources", {})
        stack["_resources"] = {**settled, **_under_way(stack)}
        try:
            return own(request)
        finally:
            stack["_resources"] = settled

    return show


def _under_way(stack: dict[str, Any]) -> dict[str, Any]:
    """What the stack's present operation has begun and not ended, or failed to do, by its events."""
    status = str(stack["StackStatus"])
    if not status.endswith(("_IN_PROGRESS", "_FAILED")):
        return {}
    last: dict[str, dict[str, Any]] = {}
    for event in reversed(cloudformation._stack_events.get(stack["StackId"], [])):
        if event["LogicalResourceId"] == stack["StackName"]:
            if event["ResourceStatus"] in _ASKED_FOR:
                break
        else:
            last.setdefault(event["LogicalResourceId"], event)
    wanted = ("_IN_PROGRESS", "_FAILED") if not status.endswith("_FAILED") else "_FAILED"
    return {
        logical_id: {
            **stack.get("_resources", {}).get(logical_id, {}),
            **{key: event[key] for key in ("ResourceType", "ResourceStatus", "Timestamp", "ResourceStatusReason")},
            "PhysicalResourceId": event["PhysicalResourceId"]
            or stack.get("_resources", {}).get(logical_id, {}).get("PhysicalResourceId", ""),
            "LogicalResourceId": logical_id,
        }
        for logical_id, event in reversed(last.items())
        if event["ResourceStatus"].endswith(wanted)
    }
