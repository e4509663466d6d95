"""Change sets are refused, made and shown as on AWS.

MiniStack 1.5.33 compares properties before their resources are known and forgets conditions, shows no values, makes a
change set in no time, gives a stack under review a new id with each further one, and lets a change set be made for, or
run on, a stack in any state. Goes when it does these as AWS does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, handlers, helpers

from tapstack.sandbox.server.mends import change_sets_answers, change_sets_running
from tapstack.sandbox.server.mends.change_sets_differences import Template, differences
from tapstack.sandbox.server.mends.patch import original, replace

# How long a change set is on its way, as a client sees it that asks at once.
_PENDING_SECONDS = 0.02
_READY_SECONDS = 0.06
_UPDATABLE = frozenset({
    "CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE",
    "CREATE_FAILED", "UPDATE_FAILED",
})  # fmt: skip
_PAUSED = frozenset({"CREATE_FAILED", "UPDATE_FAILED"})
_GONE = "DELETE_COMPLETE"
Request = Mapping[str, Any]
Action = Callable[[Any], Any]


def install() -> None:
    """Put the mended actions in the place of MiniStack's."""
    replace(changesets, "_find_change_set", _finding)
    replace(changesets, "_resolve_props_for_diff", lambda _own: _side)
    # Only here: the function itself stays what nested stacks use.
    original(changesets, "_diff_resources")
    changesets._diff_resources = _changes
    actions = original(handlers, "_ACTION_HANDLERS")
    for action, mended in (
        ("CreateChangeSet", _creating),
        ("DescribeChangeSet", _describing),
        ("ListChangeSets", _listing),
        ("ExecuteChangeSet", _executing),
        ("DeleteChangeSet", _deleting),
        ("UpdateStack", _after_settling),
        ("RollbackStack", _rolling_back),
        ("DeleteStack", _deleting_a_stack),
    ):
        actions[action] = mended(actions[action])
    change_sets_running.install()


def _side(template: Any, parameters: Any, stack_name: str, stack_id: str) -> dict[str, Any]:
    return {"template": Template(template or {}, parameters or {}, stack_name, stack_id)}


def _changes(
    old: Any,
    new: Any,
    _records: object = None,
    _template: object = None,
    _changed: object = (),
    retag: Any = (),
) -> list[dict[str, Any]]:
    stable, wanted = old["template"], new["template"]
    if not stable.stack_id:
        return []
    stack = cloudformation._stacks.get(wanted.stack_name) or {}
    failed = stack.get("_failed_operation") or {}
    tried = Template(failed.get("template") or {}, failed.get("param_values") or {}, stable.stack_name, stable.stack_id)
    touched = frozenset(failed.get("created", ()))
    before = tried.parameters if touched else stable.parameters
    changed = [
        name for name, value in wanted.parameters.items() if before.get(name, {}).get("Value") != value.get("Value")
    ]
    return differences(
        stack,
        lambda logical_id: tried if logical_id in touched else stable,
        wanted,
        changed_parameters=changed,
        retagged=bool(retag),
    )


def _creating(own: Action) -> Action:
    def create(request: Request) -> Any:
        kind, name = helpers._p(request, "ChangeSetType", "UPDATE"), helpers._p(request, "ChangeSetName")
        given = helpers._p(request, "StackName")
        stack = handlers._resolve_stack(given) if given else None
        stack = None if stack is not None and stack["StackStatus"] == _GONE else stack
        if stack is not None:
            existing = changesets._find_change_set(name, stack["StackName"])[1]
            token = helpers._p(request, "ClientToken")
            if existing and token and existing.get("_client_token") == token:
                return _created(existing)
            status = stack["StackStatus"]
            if kind == "CREATE" and status != "REVIEW_IN_PROGRESS":
                return _invalid(
                    f"Stack [{given}] already exists and cannot be created again with the changeSet [{name}]."
                )
            if kind == "UPDATE" and status not in _UPDATABLE:
                return _cannot_be_updated(stack)
        before = dict(cloudformation._change_sets)
        events = cloudformation._stack_events.get(stack["StackId"]) if stack is not None else None
        answer = own(request)
        if stack is not None and kind == "CREATE":
            cloudformation._stacks[stack["StackName"]] = stack
        made = next((item for key, item in cloudformation._change_sets.items() if key not in before), None)
        if made is None or answer[0] != HTTPStatus.OK:
            return answer
        if stack is not None and made["StackId"] != stack["StackId"]:
            # The stack under review stays the one that it was.
            cloudformation._stack_events.pop(made["StackId"], None)
            cloudformation._stack_events[stack["StackId"]] = events or []
            made["StackId"] = stack["StackId"]
        made["_hidden"] = _hidden(made["_resolved_params"], (stack or {}).get("_resolved_params", {}))
        _postpone(made, helpers._p(request, "ClientToken"))
        return _created(made)

    return create


def _hidden(*sides: Mapping[str, Any]) -> list[str]:
    """The values that must not be shown, those before the change too."""
    values = (value for side in sides for value in side.values() if value.get("NoEcho"))
    return [str(value["Value"]) for value in values if value.get("Value")]


def _created(change_set: Mapping[str, Any]) -> Any:
    inner = f"<Id>{change_set['ChangeSetId']}</Id><StackId>{change_set['StackId']}</StackId>"
    return helpers._xml(200, "CreateChangeSetResponse", f"<CreateChangeSetResult>{inner}</CreateChangeSetResult>")


def _postpone(change_set: dict[str, Any], token: str) -> None:
    names = ("Status", "ExecutionStatus", "StatusReason", "Changes")
    change_set["_outcome"] = {name: change_set[name] for name in names}
    change_set |= {"Status": "CREATE_PENDING", "ExecutionStatus": "UNAVAILABLE", "StatusReason": "", "Changes": []}
    change_set |= {"_made_at": time.time(), "_client_token": token}


def _settle_all() -> None:
    for change_set in cloudformation._change_sets.values():
        _settle(change_set)


def _settle(change_set: dict[str, Any]) -> None:
    if (outcome := change_set.get("_outcome")) is None:
        return
    age = time.time() - change_set["_made_at"]
    if age >= _READY_SECONDS:
        change_set.update(outcome)
        del change_set["_outcome"]
    elif age >= _PENDING_SECONDS:
        change_set["Status"] = "CREATE_IN_PROGRESS"


def _finding(own: Callable[..., Any]) -> Callable[..., Any]:
    def find(name: str, stack_name: str = "") -> Any:
        stack = handlers._resolve_stack(stack_name) if stack_name else None
        found = own(name, stack["StackName"] if stack is not None else stack_name)
        if found[1] is not None:
            _settle(found[1])
        return found

    return find


def _describing(own: Action) -> Action:
    def describe(request: Request) -> Any:
        _, found = changesets._find_change_set(helpers._p(request, "ChangeSetName"), helpers._p(request, "StackName"))
        return own(request) if found is None else change_sets_answers.answer(found, request)

    return describe


def _listing(own: Action) -> Action:
    def list_(request: Request) -> Any:
        _settle_all()
        given = helpers._p(request, "StackName")
        stack = handlers._resolve_stack(given) if given else None
        return own(request if stack is None else {**request, "StackName": [stack["StackName"]]})

    return list_


def _executing(own: Action) -> Action:
    def execute(request: Request) -> Any:
        name = helpers._p(request, "ChangeSetName")
        _, found = changesets._find_change_set(name, helpers._p(request, "StackName"))
        if found is None:
            return own(request)
        which = f"ChangeSet [{found['ChangeSetId']}] cannot be executed in its current"
        if found["Status"] != "CREATE_COMPLETE":
            return _refused(f"{which} status of [{found['Status']}]")
        if found["ExecutionStatus"] != "AVAILABLE":
            return _refused(f"{which} execution status of [{found['ExecutionStatus']}]")
        stack = cloudformation._stacks.get(found["StackName"])
        if stack is not None and found["ChangeSetType"] == "UPDATE":
            if stack["StackStatus"] not in _UPDATABLE:
                return _cannot_be_updated(stack)
            if stack["StackStatus"] in _PAUSED and not _keeps_what_failed(found, request):
                return _invalid(
                    f"This stack is currently in a non-terminal [{stack['StackStatus']}] state. To update the stack "
                    "from this state, please use the disable-rollback parameter with update-stack API. To rollback "
                    "to the last known good state, use the rollback-stack API"
                )
            change_sets_running.take_up_failed_create(stack)
        return own(request)

    return execute


def _keeps_what_failed(change_set: Mapping[str, Any], request: Request) -> bool:
    given = str(helpers._p(request, "DisableRollback", "false")).lower() == "true"
    return given or change_set.get("OnStackFailure") == "DO_NOTHING"


def _deleting(own: Action) -> Action:
    def delete(request: Request) -> Any:
        _, found = changesets._find_change_set(helpers._p(request, "ChangeSetName"), helpers._p(request, "StackName"))
        if found is not None and found["ExecutionStatus"] == "EXECUTE_IN_PROGRESS":
            return _refused(
                f"ChangeSet [{found['ChangeSetId']}] cannot be deleted in its current execution status of "
                f"[{found['ExecutionStatus']}]"
            )
        return own(request)

    return delete


def _after_settling(own: Action) -> Action:
    def update(request: Request) -> Any:
        _settle_all()  # an update makes them obsolete, those too that nobody has asked for yet
        return own(request)

    return update


def _rolling_back(own: Action) -> Action:
    def roll_back(request: Request) -> Any:
        _settle_all()
        answer = own(request)
        stack = handlers._resolve_stack(helpers._p(request, "StackName"))
        for change_set in cloudformation._change_sets.values():
            is_of_it = stack is not None and change_set.get("StackId") == stack["StackId"]
            if answer[0] == HTTPStatus.OK and is_of_it and change_set["ExecutionStatus"] == "AVAILABLE":
                change_set["ExecutionStatus"] = "OBSOLETE"  # the stack is not what they were made for
        return answer

    return roll_back


def _deleting_a_stack(own: Action) -> Action:
    def delete(request: Request) -> Any:
        given = helpers._p(request, "StackName")
        stack = handlers._resolve_stack(given) if given else None
        status = str(stack["StackStatus"]) if stack is not None else ""
        if stack is not None and status.endswith("_IN_PROGRESS") and not _may_be_deleted(status):
            return _invalid(f"Stack [{stack['StackId']}] cannot be deleted while in status {status}")
        if status == "DELETE_IN_PROGRESS":
            return helpers._xml(200, "DeleteStackResponse", "")  # it goes on
        return own(request)

    return delete


def _may_be_deleted(status: str) -> bool:
    """A create may be broken off, what is only planned be dropped, and a delete be asked for twice."""
    return status in ("CREATE_IN_PROGRESS", "REVIEW_IN_PROGRESS", "DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS")


def _cannot_be_updated(stack: Mapping[str, Any]) -> Any:
    return _invalid(f"Stack:{stack['StackId']} is in {stack['StackStatus']} state and can not be updated.")


def _invalid(message: str) -> Any:
    return helpers._error("ValidationError", message)


def _refused(message: str) -> Any:
    return helpers._error("InvalidChangeSetStatus", message)
