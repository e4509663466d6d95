"""Stack operations run as on AWS: in sight while they run, touching only what changes, broken off when asked.

MiniStack 1.5.33 makes most resources in one go, so that nobody sees a stack half done; it tells of resources that it
does not touch, and tells nothing of those that an update deletes. A create cannot be broken off by a delete, and the
retry of a failed operation forgets what came before it. Goes when it does these as AWS does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import provisioners, stacks

from tapstack.sandbox.server.mends import change_sets_events
from tapstack.sandbox.server.mends.patch import original, replace

_NO_REPLACEMENT = "Replacement type updates not supported on stack with disable-rollback."
_BROKEN_OFF = "Resource creation cancelled"


@dataclass
class _Operation:
    """One create or update that runs."""

    stack: dict[str, Any]
    is_update: bool
    keeps_what_fails: bool
    existing: Mapping[str, Any]
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    held: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    untouched: set[str] = field(default_factory=set)
    is_cleaning: bool = False
    rolls_back: bool = False
    is_broken_off: bool = False


_OPERATION: ContextVar[_Operation | None] = ContextVar("stack operation", default=None)
_RUNNING: dict[str, _Operation] = {}


def install() -> None:
    """Wrap the running of operations, and the writing of events."""
    from tapstack.sandbox.server.resource_types import replacements  # it needs the mends first

    for name in ("_update_keeping_seed", "_provision_keeping_seed", "_delete_resource"):
        original(stacks, name)
    threaded = original(stacks, "_runs_on_worker_thread")
    # Each resource is waited for, so that others are answered meanwhile; only those that call back need a thread.
    stacks._runs_on_worker_thread = lambda _type: True
    stacks.run_reentrant = _paced(original(stacks, "run_reentrant"), threaded)
    replace(provisioners, "_replacing_change", lambda _own: replacements.replaces)
    replace(stacks, "_add_event", _telling)
    replace(stacks, "_deploy_stack_async", _deploying)
    replace(stacks, "_roll_back_operation", _rolling_back)
    replace(stacks, "_delete_stack_async", _deleting)
    change_sets_events.install()


def take_up_failed_create(stack: dict[str, Any]) -> None:
    """Let an update go on from what a failed create has made."""
    failed = stack.get("_failed_operation")
    if stack["StackStatus"] == "CREATE_FAILED" and failed and failed.get("template"):
        stack["_template"], stack["_resolved_params"] = failed["template"], failed["param_values"]


def _deploying(own: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    async def deploy(stack_name: str, stack_id: str, *arguments: Any, **options: Any) -> None:
        stack = cloudformation._stacks[stack_name]
        earlier = stack.get("_failed_operation")
        is_update = bool(options.get("is_update"))
        existing = (options.get("previous_stack") or {}).get("_resources", {}) if is_update else {}
        operation = _Operation(stack, is_update, keeps_what_fails=bool(arguments[2]), existing=existing)
        token = _OPERATION.set(operation)
        _RUNNING[stack_id] = operation
        try:
            await own(stack_name, stack_id, *arguments, **options)
        finally:
            _OPERATION.reset(token)
            _RUNNING.pop(stack_id, None)
            operation.ended.set()
        failed = stack.get("_failed_operation")
        if earlier and failed:
            # What a retry leaves is rolled back to where the first attempt began.
            failed |= {key: earlier.get(key) for key in ("is_update", "previous_stack", "previous_tags")}
            failed["created"] = list(dict.fromkeys([*earlier.get("created", ()), *failed["created"]]))

    return deploy


def _rolling_back(own: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    async def roll_back(
        stack_name: str, stack_id: str, stack: dict[str, Any], failed: Mapping[str, Any], reason_override: str = ""
    ) -> None:
        operation = _OPERATION.get()
        if operation is not None:
            if operation.is_broken_off:
                return  # The delete that broke it off takes care of what there is.
            operation.rolls_back = True
        culprit = failed.get("failed_logical_id")
        if culprit and not failed.get("is_update") and not reason_override:
            reason_override = f"The following resource(s) failed to create: [{culprit}]. Rollback requested by user."
        await own(stack_name, stack_id, stack, failed, reason_override)

    return roll_back


def _deleting(own: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    async def delete(stack_name: str, stack_id: str, *arguments: Any, **options: Any) -> None:
        running = _RUNNING.get(stack_id)
        if running is not None:
            running.is_broken_off = True
            await running.ended.wait()
        await own(stack_name, stack_id, *arguments, **options)

    return delete


def _paced(own: Callable[..., Awaitable[Any]], threaded: Callable[[str], bool]) -> Callable[..., Awaitable[Any]]:
    async def run(function: Callable[..., Any], *arguments: Any) -> Any:
        from tapstack.sandbox.server.resource_types import TYPES  # it needs the mends first

        kind, operation = str(arguments[0]), _OPERATION.get()

        async def call() -> Any:
            if threaded(kind) or kind in {known.name for known in TYPES}:
                return await own(function, *arguments)
            return function(*arguments)

        await asyncio.sleep(0)
        if operation is None or operation.rolls_back:
            operation = None
        elif function is stacks._delete_resource:
            _begin_cleaning(operation)
            return await _told_delete(operation, call, arguments)
        elif operation.is_broken_off:
            raise RuntimeError(_BROKEN_OFF)
        elif function is stacks._update_keeping_seed:
            _, _, before, after, _, logical_id, _ = arguments
            if before == after:
                operation.held.pop(logical_id, None)
                operation.untouched.add(logical_id)
                return function(*arguments)
            _let_go(operation, logical_id)
            if operation.keeps_what_fails and stacks._replacing_change(kind, before, after):
                raise ValueError(_NO_REPLACEMENT)
        return await call()

    return run


async def _told_delete(operation: _Operation, call: Callable[[], Awaitable[Any]], arguments: tuple[Any, ...]) -> Any:
    kind, physical_id, _, _, logical_id = arguments
    stack = operation.stack
    place = (stack["StackId"], stack["StackName"], logical_id, kind)
    stacks._add_event(*place, "DELETE_IN_PROGRESS", "", physical_id)
    answer = await call()
    stacks._add_event(*place, "DELETE_COMPLETE", "", physical_id)
    return answer


def _begin_cleaning(operation: _Operation) -> None:
    if operation.is_cleaning or not operation.is_update:
        return
    operation.is_cleaning = True
    stack = operation.stack
    stack["StackStatus"] = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    stacks._add_event(
        stack["StackId"], stack["StackName"], stack["StackName"], "AWS::CloudFormation::Stack", stack["StackStatus"],
        "", stack["StackId"],
    )  # fmt: skip


def _telling(own: Callable[..., None]) -> Callable[..., None]:
    def add(
        stack_id: str, stack_name: str, logical_id: str, resource_type: str, status: str, reason: str = "",
        physical_id: str = "", detailed_status: str = "",
    ) -> None:  # fmt: skip
        operation = _OPERATION.get()
        event = (stack_id, stack_name, logical_id, resource_type, status, reason, physical_id, detailed_status)
        if operation is None or operation.stack["StackId"] != stack_id:
            change_sets_events.add(own, event)
        elif logical_id == stack_name:
            if status == "UPDATE_COMPLETE":
                _begin_cleaning(operation)
                operation.stack["StackStatus"] = status
            if operation.is_broken_off and status.endswith("FAILED"):
                return
            change_sets_events.add(own, event, is_new=lambda name: name not in operation.existing)
        elif operation.rolls_back or not operation.is_update:
            change_sets_events.add(own, event)
        elif logical_id in operation.existing:
            _tell_of_existing(own, operation, event)
        else:
            event = (*event[:4], status.replace("UPDATE_", "CREATE_"), *event[5:])
            if status == "UPDATE_COMPLETE":
                operation.stack["_resources"][logical_id]["ResourceStatus"] = "CREATE_COMPLETE"
            change_sets_events.add(own, event)

    return add


def _tell_of_existing(own: Callable[..., None], operation: _Operation, event: tuple[Any, ...]) -> None:
    """Keep the start of an update back until it is known that there is anything to update."""
    _, _, logical_id, _, status, *_ = event
    record = operation.existing[logical_id]
    physical_id = event[6] or record.get("PhysicalResourceId", "")
    event = (*event[:6], physical_id, event[7])
    if status == "UPDATE_IN_PROGRESS":
        operation.held.setdefault(logical_id, []).append((own, event))
        return
    if status == "UPDATE_COMPLETE" and logical_id in operation.untouched:
        now = operation.stack["_resources"][logical_id]
        now |= {key: record[key] for key in ("ResourceStatus", "Timestamp") if key in record}
        return
    if status.startswith("DELETE_"):
        _begin_cleaning(operation)
    _let_go(operation, logical_id)
    change_sets_events.add(own, event)


def _let_go(operation: _Operation, logical_id: str) -> None:
    for own, event in operation.held.pop(logical_id, ()):
        change_sets_events.add(own, event)
