"""Change sets: AWS's own answer to what deploying would do, kept so that just this can be executed."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tapstack.engines.cloudformation.stateful import HOLDS_DATA
from tapstack.engines.engine import Action, PropertyChange, ResourceChange
from tapstack.errors import DeploymentError
from tapstack.targets.problems import code_of, message_of

CAPABILITIES = ("CAPABILITY_NAMED_IAM",)
NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
UNKNOWN_EXPORT = "No export named"
APPEARED = "already exists and cannot be created again"
EARLY_VALIDATION = "AWS::EarlyValidation"
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html"""
LONGEST_WAIT = 600.0
UNTOLD = "{{changeSet:KNOWN_AFTER_APPLY}}"
"""What AWS writes where only the change itself will tell.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets-view.html
"""
Failure = Literal["ROLLBACK", "DO_NOTHING"]
REFERENCES = ("ResourceReference", "ResourceAttribute")


class MissingNeedError(Exception):
    """AWS cannot say what would change, since something that the unit needs is not there."""


class AppearedError(Exception):
    """The stack that is to be created has come to be meanwhile: by a call of a run that was taken over or killed."""


@dataclass(frozen=True)
class Request:
    """What a stack is to become."""

    stack: str
    name: str
    creates: bool
    template_url: str
    parameters: Mapping[str, str | None]
    """None keeps the value that the stack has."""
    tags: Mapping[str, str]
    on_failure: Failure

    def arguments(self) -> dict[str, Any]:
        """As CloudFormation takes it."""
        return {
            "StackName": self.stack,
            "ChangeSetName": self.name,
            "ChangeSetType": "CREATE" if self.creates else "UPDATE",
            "TemplateURL": self.template_url,
            "Capabilities": list(CAPABILITIES),
            "IncludeNestedStacks": False,
            "OnStackFailure": self.on_failure,
            "Parameters": as_parameters(self.parameters),
            "Tags": [{"Key": key, "Value": value} for key, value in self.tags.items()],
        }


@dataclass(frozen=True)
class ChangeSet:
    """A change set that can be executed."""

    id: str
    stack_id: str
    changes: tuple[ResourceChange, ...]


def create(client: Any, request: Request, pause: float) -> ChangeSet | None:
    """Make a change set in the place of one that a killed run left; None when there is nothing to change."""
    from botocore.exceptions import ClientError

    try:
        try:
            made = client.create_change_set(**request.arguments())
        except ClientError as error:
            if code_of(error) != "AlreadyExistsException" or request.name not in message_of(error):
                raise
            client.delete_change_set(StackName=request.stack, ChangeSetName=request.name)
            made = client.create_change_set(**request.arguments())
    except ClientError as error:
        if any(text in message_of(error) for text in NO_CHANGES):
            return None
        if UNKNOWN_EXPORT in message_of(error):
            raise MissingNeedError(message_of(error)) from error
        if request.creates and APPEARED in message_of(error):
            raise AppearedError(message_of(error)) from error
        raise
    described = _finished(client, made["Id"], pause)
    if described[0]["Status"] == "FAILED":
        reason = described[0].get("StatusReason", "")
        if EARLY_VALIDATION in reason:
            reason = "; ".join(validation_findings(client, ChangeSetName=made["Id"])) or reason
        client.delete_change_set(ChangeSetName=made["Id"])
        if request.creates:
            # It stood there only to hold the change set.
            client.delete_stack(StackName=made["StackId"])
        if any(text in reason for text in NO_CHANGES):
            return None
        if UNKNOWN_EXPORT in reason:
            raise MissingNeedError(reason)
        raise DeploymentError(f"AWS refuses the change of {request.stack}.", reason)
    changes = [change for page in described for change in page.get("Changes", ())]
    return ChangeSet(made["Id"], made["StackId"], resource_changes(changes))


def is_executable(client: Any, change_set: str) -> bool:
    """Tell whether a change set is there and still fits its stack."""
    from botocore.exceptions import ClientError

    try:
        described = client.describe_change_set(ChangeSetName=change_set)
    except ClientError as error:
        if code_of(error) in ("ChangeSetNotFound", "ChangeSetNotFoundException"):
            return False
        raise
    return bool(described["ExecutionStatus"] == "AVAILABLE")


def delete(client: Any, change_set: str) -> None:
    """Delete a change set, if it is still there."""
    from botocore.exceptions import ClientError

    try:
        client.delete_change_set(ChangeSetName=change_set)
    except ClientError as error:
        # One that was executed belongs to the stack's history.
        if code_of(error) not in ("ChangeSetNotFound", "ChangeSetNotFoundException", "InvalidChangeSetStatus"):
            raise


def as_parameters(parameters: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """Parameters as CloudFormation takes them."""
    return [
        {"ParameterKey": key, "UsePreviousValue": True}
        if value is None
        else {"ParameterKey": key, "ParameterValue": value}
        for key, value in parameters.items()
    ]


def resource_changes(changes: Sequence[Mapping[str, Any]]) -> tuple[ResourceChange, ...]:
    """What AWS says of each resource, in our words; without those that only refer to one that keeps its identity.

    AWS lists them all the same, since an attribute might change with any change of its resource.
    """
    told = [change["ResourceChange"] for change in changes if "ResourceChange" in change]
    moved = {change["LogicalResourceId"] for change in told if change.get("Replacement") in ("True", "Conditional")}
    # Of two resources that refer to each other neither moves unless something else moves one of them.
    while stays := {
        change["LogicalResourceId"]
        for change in told
        if change["LogicalResourceId"] in moved and _only_refers(change, moved)
    }:
        moved -= stays
    found = (_resource_change(change) for change in told if not _only_refers(change, moved))
    return tuple(sorted(found, key=lambda change: change.name))


def validation_findings(client: Any, **of: str) -> tuple[str, ...]:
    """What AWS found in the newest operation of a stack or a change set before deploying, such as names that are taken.

    The status itself does not say where.
    """
    events = client.describe_events(**of, Filters={"FailedEvents": True})["OperationEvents"]
    newest = events[0].get("OperationId") if events else None
    found = (
        f"{_validated(event)}: {event['ValidationStatusReason']}"
        for event in events
        if event.get("ValidationStatusReason") and event.get("OperationId") == newest
    )
    return tuple(dict.fromkeys(found))


def _validated(event: Mapping[str, Any]) -> str:
    """The resource that a finding is about: by its name, or as a path into the template."""
    name = event.get("LogicalResourceId") or event.get("ValidationPath", "")
    kind = event.get("ResourceType", "")
    return f"{name} ({kind})" if kind else name


def _only_refers(change: Mapping[str, Any], moved: Collection[str]) -> bool:
    """Tell whether a resource is listed only for what it refers to, and all of that stays where it is."""
    details = change.get("Details", ())
    return (
        change["Action"] == "Modify"
        and bool(details)
        and all(
            detail.get("Evaluation") == "Dynamic"
            and detail.get("ChangeSource") in REFERENCES
            and detail.get("CausingEntity", "").partition(".")[0] not in moved
            for detail in details
        )
    )


def _finished(client: Any, change_set: str, pause: float) -> list[Mapping[str, Any]]:
    """All pages of a change set's description, once AWS has made it."""
    deadline = time.monotonic() + LONGEST_WAIT
    while True:
        pages = client.get_paginator("describe_change_set").paginate(
            ChangeSetName=change_set, IncludePropertyValues=True
        )
        described = []
        for page in pages:
            described.append(page)
            if page["Status"] not in ("CREATE_COMPLETE", "FAILED"):
                break
        else:
            return described
        if time.monotonic() > deadline:
            raise DeploymentError("AWS does not finish a change set.", change_set)
        time.sleep(pause)


def _resource_change(change: Mapping[str, Any]) -> ResourceChange:
    kind = change["ResourceType"]
    details: Sequence[Mapping[str, Any]] = change.get("Details", ())
    action = _action(change, details)
    properties = dict.fromkeys(_properties(details)) if change["Action"] == "Modify" else {}
    return ResourceChange(change["LogicalResourceId"], kind, action, tuple(properties), kind in HOLDS_DATA)


def _action(change: Mapping[str, Any], details: Sequence[Mapping[str, Any]]) -> Action:
    match change["Action"], change.get("Replacement"), change.get("PolicyAction"):
        case "Add" | "Import", _, _:
            return Action.ADD
        case "Remove", _, "Retain":
            return Action.FORGET
        case "Remove", _, _:
            return Action.REMOVE
        case "Modify", "True", _:
            return Action.REPLACE
        case "Modify", "Conditional", _:
            return Action.MAY_REPLACE if any(map(_may_replace, details)) or not details else Action.CHANGE
        case "Modify", _, _:
            return Action.CHANGE
        case _:
            # A nested stack or a macro decides by itself: nobody knows before.
            return Action.MAY_REPLACE


def _may_replace(detail: Mapping[str, Any]) -> bool:
    """Tell whether a property may make a new resource; one that is known to stay the same will not."""
    target = detail["Target"]
    values = target.get("BeforeValue"), target.get("AfterValue")
    stays = values[0] is not None and values[0] == values[1] != UNTOLD
    return target.get("RequiresRecreation", "Never") != "Never" and not stays


def _properties(details: Sequence[Mapping[str, Any]]) -> Iterator[PropertyChange]:
    for detail in details:
        target = detail["Target"]
        attribute = target.get("Attribute", "")
        path = target.get("Path", "").removeprefix("/Properties").strip("/").replace("/", ".")
        if not path:
            path = target.get("Name") or attribute
        before, after = _told(target.get("BeforeValue")), _told(target.get("AfterValue"))
        if before is None or before != after:
            yield PropertyChange(path, before, after)


def _told(value: str | None) -> str | None:
    return None if value in (None, "", UNTOLD) else value
