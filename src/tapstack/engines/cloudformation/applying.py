"""Makes a stack what a preview showed, and nothing else; and puts it back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from tapstack.engines.cloudformation import change_sets, recovery, reverting, stacks, stepping
from tapstack.engines.cloudformation.artifacts import File
from tapstack.engines.cloudformation.change_sets import AppearedError, MissingNeedError, Request
from tapstack.engines.cloudformation.previewing import Preview
from tapstack.engines.cloudformation.site import Site
from tapstack.engines.cloudformation.stacks import Stack
from tapstack.engines.cloudformation.watching import Operation
from tapstack.engines.engine import ResourceChange, Tell, UnitChanges, losses
from tapstack.errors import DeploymentError, RefusedError

VALIDATION = "Validation fail"
"""In a stack's reason when it failed before any resource was begun."""
SUCCESS = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
ENDINGS: Mapping[str, str] = {
    "CREATE_FAILED": "The stack is left as it is, so that it can be looked at; deploying again goes on from there.",
    "UPDATE_FAILED": "The stack is left as it is, so that it can be looked at; deploying again goes on from there.",
    "ROLLBACK_COMPLETE": "What was created is gone again; the next deployment begins anew.",
    "ROLLBACK_FAILED": "Not all of what was created could be taken away again.",
    "UPDATE_ROLLBACK_COMPLETE": "The stack is again what it was before.",
    "UPDATE_ROLLBACK_FAILED": "Not all of it could be put back; deploying again continues the rollback first.",
}
"""What each status means to whoever reads of the failure."""


@dataclass(frozen=True)
class Before:
    """What stood before a change, enough to put it back."""

    template: Mapping[str, Any]
    parameters: Mapping[str, str]
    tags: Mapping[str, str]


def remember(site: Site, stack: Stack | None) -> Before | None:
    """What a stack is now; None where there is nothing to come back to."""
    if stack is None or not stack.is_there or stack.is_broken:
        return None
    return Before(stacks.template_of(site.client, stack.name), stack.parameters, stack.tags)


def apply(preview: Preview, shown: UnitChanges, tell: Tell, *, delegation: str) -> Stack:
    """Do what was shown, and set the protection; the stack as it then stands."""
    site, unit = preview.site, preview.unit
    preview = replace(preview, stack=recovery.make_changeable(site, unit, preview.stack, tell))
    try:
        changes = _fitting(preview, shown)
    except AppearedError:
        appeared = stacks.read(site.client, preview.artifact.stack)
        preview = replace(preview, stack=recovery.make_changeable(site, unit, appeared, tell))
        changes = _fitting(preview, shown)
    stack = preview.stack
    if changes.token:
        if stack is not None and stack.is_there and not stack.is_broken and _goes_by_steps(preview):
            change_sets.delete(site.client, changes.token)
            _step(site, unit.id, stack, preview.artifact.template, tell)
            changes = _asked(replace(preview, stack=stacks.read(site.client, stack.name)), changes)
        if changes.token:
            expected = [change.name for change in changes.resources]
            stack = execute(site, unit.id, changes.token, expected, tell, delegation)
    if stack is None or not stack.is_there:
        raise DeploymentError(f"{unit.id} was not created.", "AWS says that there is nothing to create.")
    if stack.is_protected != site.plan.protected:
        site.client.update_termination_protection(StackName=stack.name, EnableTerminationProtection=site.plan.protected)
    return stack


def revert(site: Site, unit: str, name: str, before: Before, tell: Tell) -> None:
    """Deploy again what stood before; data that came since stays in the stack."""
    stack = stacks.read(site.client, name)
    if stack is None:
        return
    stack = recovery.settled(site, unit, stack, tell)
    if stack is None or stack.status == "UPDATE_ROLLBACK_COMPLETE":
        # CloudFormation has put it back already.
        return
    template = reverting.with_new_data(before.template, stacks.template_of(site.client, name))
    parameters = {key: before.parameters.get(key) for key in template.get("Parameters", {}) if key in stack.parameters}
    _step(site, unit, stack, template, tell)
    update(site, unit, stack, template, parameters, before.tags, tell)


def update(
    site: Site,
    unit: str,
    stack: Stack,
    template: Mapping[str, Any],
    parameters: Mapping[str, str | None],
    tags: Mapping[str, str],
    tell: Tell,
) -> None:
    """Deploy a template that was made of what stands."""
    file = File.of(template)
    request = Request(
        stack=stack.name,
        name=f"tapstack-{file.key[:20]}",
        creates=False,
        template_url=site.hand_over(file),
        parameters=parameters,
        tags=tags,
        on_failure="ROLLBACK",
    )
    try:
        made = change_sets.create(site.client, request, site.pace().seconds)
    except MissingNeedError as error:
        raise DeploymentError(f"What {unit} needs is not there.", str(error)) from error
    if made is not None:
        execute(site, unit, made.id, [change.name for change in made.changes], tell)


def execute(site: Site, unit: str, change_set: str, expected: Sequence[str], tell: Tell, delegation: str = "") -> Stack:
    """Execute a change set and follow it to its end."""
    token = uuid.uuid4().hex
    stack_id = site.client.describe_change_set(ChangeSetName=change_set)["StackId"]
    site.check()
    site.client.execute_change_set(ChangeSetName=change_set, ClientRequestToken=token)
    operation = Operation(site.client, unit, stack_id, tell, token, expected, delegation)
    return check(site, operation, operation.follow(site.pace()))


def check(site: Site, operation: Operation, stack: Stack | None) -> Stack:
    """Raise what AWS says, unless all went well."""
    if stack is not None and stack.status in SUCCESS:
        return stack
    status = stack.status if stack is not None else stacks.GONE
    name = stack.name if stack is not None else operation.stack_id
    reasons = [str(failure) for failure in operation.failures()]
    if not reasons and stack is not None and stack.reason:
        reasons = [stack.reason]
        if VALIDATION in stack.reason:
            reasons = [*change_sets.validation_findings(site.client, StackName=stack.id)] or reasons
    raise DeploymentError(
        f"{operation.unit} failed: stack {name} in {site.region} ends in {status}.",
        "\n".join([*reasons, *([ENDINGS[status]] if status in ENDINGS else [])]),
    )


def _fitting(preview: Preview, shown: UnitChanges) -> UnitChanges:
    """What was shown, if its change set still fits; else what AWS says now, if that destroys nothing more."""
    if shown.is_empty and shown.standing is preview.standing:
        return shown
    try:
        name = preview.request().name
    except MissingNeedError as error:
        raise _lacking(preview, error) from error
    is_ours = f"/{name}/" in shown.token
    if is_ours and change_sets.is_executable(preview.site.client, shown.token):
        return shown
    if not shown.is_predicted and not shown.token and not shown.resources:
        # Only a setting changes: there never was a change set.
        return shown
    changes = _asked(preview, shown)
    if is_ours and not set(changes.resources) <= set(shown.resources):
        _refuse(
            preview,
            changes,
            f"{preview.unit.id} is no longer what it was when its changes were shown.",
            [change for change in changes.resources if change not in shown.resources],
            "Somebody changed the stack since.",
        )
    return changes


def _asked(preview: Preview, shown: UnitChanges) -> UnitChanges:
    try:
        changes = preview.ask(preview.request())
    except MissingNeedError as error:
        raise _lacking(preview, error) from error
    lost = losses(shown.resources, changes.resources)
    if lost:
        summary = f"Deploying {preview.unit.id} would destroy data, and that was not shown before."
        _refuse(preview, changes, summary, lost, "Only now could AWS tell.")
    return changes


def _refuse(
    preview: Preview, changes: UnitChanges, summary: str, found: Sequence[ResourceChange], why: str
) -> NoReturn:
    change_sets.delete(preview.site.client, changes.token)
    listed = "\n".join(f"{change.name} ({change.kind}): {change.action}" for change in found)
    raise RefusedError(
        summary,
        f"{listed}\n{why} Look at the plan again; nothing of this unit was changed.",
        command="tapstack plan",
    )


def _lacking(preview: Preview, error: MissingNeedError) -> DeploymentError:
    return DeploymentError(f"What {preview.unit.id} needs is not there.", str(error))


def _goes_by_steps(preview: Preview) -> bool:
    live = stacks.template_of(preview.site.client, preview.artifact.stack)
    return bool(stepping.steps(live, preview.artifact.template))


def _step(site: Site, unit: str, stack: Stack, template: Mapping[str, Any], tell: Tell) -> None:
    """Go all steps but the last towards a template that AWS does not take in one."""
    for between in stepping.steps(stacks.template_of(site.client, stack.name), template):
        kept = dict.fromkeys(between.get("Parameters", {}))
        update(site, unit, stack, between, kept, stack.tags, tell)
