"""A stack of MiniStack 1.5.33 takes over what exists under the name that it asks for; AWS's creation fails.

There the resource handlers answer `AlreadyExists`, also where the service's own call would be content, as are
PutMetricAlarm and CreateTopic. Goes when MiniStack refuses as they do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import cloudformation
from ministack.services.cloudformation import provisioners, stacks

from tapstack.sandbox.server.mends.names_taken_types import NAMES, refused
from tapstack.sandbox.server.mends.patch import original, replace

Properties = Mapping[str, Any]

#: The resource that is being changed in place: MiniStack creates many anew for that, under the same name.
_CHANGING: ContextVar[tuple[str, str] | None] = ContextVar("resource that is changed", default=None)
_ROLLING_BACK: ContextVar[bool] = ContextVar("stack rolls back", default=False)


def install() -> None:
    """Look before each creation whether the name is taken; never make up one that could be."""
    original(provisioners, "_NAME_SEED")
    replace(provisioners, "_provision_resource", _creating)
    replace(provisioners, "_update_resource", _changing)
    for name in ("_roll_back_operation", "_continue_update_rollback_async"):
        replace(stacks, name, _rolling_back)


def _creating(own: Callable[..., Any]) -> Callable[..., Any]:
    def create(resource_type: str, logical_id: str, properties: dict[str, Any], stack_name: str) -> Any:
        name = NAMES.get(resource_type)
        if name and _CHANGING.get() != (resource_type, logical_id):
            if name.given(properties):
                _refuse_taken(resource_type, properties)
            elif not provisioners._NAME_SEED.get():
                # MiniStack makes up the same name again for a stack of the same name; the seed stays with the resource.
                provisioners._NAME_SEED.set(new_uuid()[:8])
        return own(resource_type, logical_id, properties, stack_name)

    return create


def _changing(own: Callable[..., Any]) -> Callable[..., Any]:
    def change(
        resource_type: str,
        physical_id: str,
        before: dict[str, Any],
        after: dict[str, Any],
        stack_name: str,
        logical_id: str | None = None,
        attributes: dict[str, Any] | None = None,
    ) -> Any:
        name = NAMES.get(resource_type)
        is_renamed = name and name.given(after) and name.place(before) != name.place(after)
        if is_renamed and not _ROLLING_BACK.get():
            _refuse_taken(resource_type, after)
        token = _CHANGING.set((resource_type, logical_id or physical_id))
        try:
            return own(resource_type, physical_id, before, after, stack_name, logical_id, attributes)
        finally:
            _CHANGING.reset(token)

    return change


def _rolling_back(own: Callable[..., Any]) -> Callable[..., Any]:
    async def roll_back(*arguments: Any, **options: Any) -> None:
        token = _ROLLING_BACK.set(True)
        try:
            await own(*arguments, **options)
        finally:
            _ROLLING_BACK.reset(token)

    return roll_back


def _refuse_taken(resource_type: str, properties: Properties) -> None:
    name = NAMES[resource_type]
    if not name.is_taken(properties):
        return
    if holder := _stack_that_holds(resource_type, name.place(properties)):
        raise ValueError(f"{name.given(properties)} already exists in stack {holder}")
    said, code = refused(resource_type, properties)
    raise ValueError(
        f'Resource handler returned message: "{said}" (RequestToken: {new_uuid()}, HandlerErrorCode: {code})'
    )


def _stack_that_holds(resource_type: str, place: tuple[Any, ...]) -> str:
    name = NAMES[resource_type]
    for stack in list(cloudformation._stacks.values()):
        if stack["StackStatus"] == "DELETE_COMPLETE":
            continue
        for resource in list(stack.get("_resources", {}).values()):
            if resource["ResourceType"] == resource_type and name.place(resource["Properties"]) == place:
                return str(stack["StackId"])
    return ""
