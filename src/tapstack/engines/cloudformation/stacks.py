"""Stacks as CloudFormation describes them, and what each status means to a rollout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tapstack.engines.cloudformation.buckets import LINKED
from tapstack.engines.engine import Standing
from tapstack.plan.model import Unit, UnitKind
from tapstack.targets.problems import code_of, message_of

IN_REVIEW = "REVIEW_IN_PROGRESS"
"""Only a change set was made, nothing was created yet."""
GONE = "DELETE_COMPLETE"
ROLLED_BACK_CREATION = "ROLLBACK_COMPLETE"
FAILED_UPDATE_ROLLBACK = "UPDATE_ROLLBACK_FAILED"
STANDING_FAILURES = ("CREATE_FAILED", "UPDATE_FAILED")
"""Left as they were when something failed; an update goes on from there, and may not roll back.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
"""
ONLY_DELETION = (ROLLED_BACK_CREATION, "ROLLBACK_FAILED", "DELETE_FAILED")
"""What AWS lets nobody change any more."""


@dataclass(frozen=True)
class Stack:
    """One stack as it stands."""

    name: str
    id: str
    status: str
    reason: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    outputs: Mapping[str, str]
    is_protected: bool

    @property
    def is_there(self) -> bool:
        """Tell whether it holds or may hold resources."""
        return self.status not in (IN_REVIEW, GONE)

    @property
    def is_busy(self) -> bool:
        """Tell whether CloudFormation is at work on it."""
        return self.status.endswith("_IN_PROGRESS") and self.status != IN_REVIEW

    @property
    def is_broken(self) -> bool:
        """Tell whether its last change failed and was not rolled back to something whole."""
        return self.status.endswith("_FAILED") or self.status == ROLLED_BACK_CREATION


def read(client: Any, name: str) -> Stack | None:
    """One stack by its name or id; None where there is none."""
    from botocore.exceptions import ClientError

    try:
        (described,) = client.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if code_of(error) == "ValidationError" and "does not exist" in message_of(error):
            return None
        raise
    return _stack(described)


def read_all(client: Any) -> Mapping[str, Stack]:
    """Every stack of a region, by its name."""
    pages = client.get_paginator("describe_stacks").paginate()
    return {stack.name: stack for page in pages for stack in map(_stack, page["Stacks"])}


def standing_of(unit: Unit, stack: Stack | None) -> Standing:
    """What there is of a unit; links are there once the foundation's stack has its parameter on."""
    if stack is None or not stack.is_there:
        return Standing.ABSENT
    if stack.is_busy:
        return Standing.BUSY
    if unit.kind is UnitKind.LINKS and stack.parameters.get(LINKED) != "true":
        return Standing.ABSENT
    return Standing.BROKEN if stack.is_broken else Standing.STANDS


def template_of(client: Any, name: str) -> Mapping[str, Any]:
    """The template that a stack was last deployed with, as it was handed over."""
    body = client.get_template(StackName=name, TemplateStage="Original")["TemplateBody"]
    # botocore reads JSON by itself and leaves anything else, such as YAML of other tools, as text.
    return body if isinstance(body, Mapping) else {"Text": body}


def _stack(described: Mapping[str, Any]) -> Stack:
    return Stack(
        name=described["StackName"],
        id=described["StackId"],
        status=described["StackStatus"],
        reason=described.get("StackStatusReason", ""),
        parameters={item["ParameterKey"]: item.get("ParameterValue", "") for item in described.get("Parameters", ())},
        tags={item["Key"]: item["Value"] for item in described.get("Tags", ())},
        outputs={item["OutputKey"]: item["OutputValue"] for item in described.get("Outputs", ())},
        is_protected=described.get("EnableTerminationProtection", False),
    )
