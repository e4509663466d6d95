"""DescribeChangeSet as AWS answers it: property values when asked for, secrets hidden, page by page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from ministack.services.cloudformation import helpers

_HIDDEN = "****"
_FIELDS = (
    "ChangeSetId", "ChangeSetName", "StackId", "StackName", "Status", "StatusReason", "ExecutionStatus", "CreationTime",
    "Description", "ChangeSetType", "OnStackFailure",
)  # fmt: skip
_VALUES = frozenset({"Path", "BeforeValue", "AfterValue", "AttributeChangeType"})
_BY_EFFECT = ("Always", "Conditionally", "Never").index
_ORDER = (
    "PolicyAction", "Action", "LogicalResourceId", "PhysicalResourceId", "ResourceType", "Replacement", "Scope",
    "Details",
)  # fmt: skip


def answer(change_set: Mapping[str, Any], request: Mapping[str, Any]) -> Any:
    """The whole answer to a request."""
    page, next_token, refusal = helpers._page(change_set.get("Changes", []), request, "DescribeChangeSet")
    if refusal:
        return refusal
    with_values = str(helpers._p(request, "IncludePropertyValues", "false")).lower() == "true"
    secrets = change_set.get("_hidden", [])
    changes = [_change(change["ResourceChange"], secrets, with_values=with_values) for change in page]
    content = {
        **{name: change_set[name] for name in _FIELDS if change_set.get(name)},
        **({"ImportExistingResources": "true"} if change_set.get("ImportExistingResources") else {}),
        "Capabilities": change_set.get("Capabilities", []),
        "Parameters": [_parameter(name, value) for name, value in change_set.get("_resolved_params", {}).items()],
        "Tags": change_set.get("Tags", []),
        "Changes": [{"Type": "Resource", "ResourceChange": change} for change in changes],
    }
    result = f"<DescribeChangeSetResult>{_xml(content)}{next_token}</DescribeChangeSetResult>"
    return helpers._xml(200, "DescribeChangeSetResponse", result)


def _change(change: Mapping[str, Any], secrets: Iterable[str], *, with_values: bool) -> dict[str, Any]:
    shown = {name: change[name] for name in _ORDER if name in change}
    shown["Details"] = [{**detail, "Target": _shown(detail["Target"], secrets)} for detail in change.get("Details", ())]
    if not with_values:
        shown["Details"] = _by_property(shown["Details"])
        return shown
    for name in ("BeforeContext", "AfterContext"):
        if name in change:
            shown[name] = _hidden(json.dumps(change[name], default=str, separators=(",", ":")), secrets)
    return shown


def _shown(target: Mapping[str, Any], secrets: Iterable[str]) -> dict[str, str]:
    return {
        name: _hidden(_text(value), secrets) if name in ("BeforeValue", "AfterValue") else str(value)
        for name, value in target.items()
    }


def _text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case dict() | list():
            return json.dumps(value, default=str, separators=(",", ":"))
        case _:
            return str(value)


def _hidden(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, _HIDDEN)
    return text


def _by_property(details: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Without values, what is told place by place is one detail for each property and source."""
    merged: dict[str, dict[str, Any]] = {}
    for detail in details:
        target = {name: value for name, value in detail["Target"].items() if name not in _VALUES}
        recreation = target["RequiresRecreation"]
        key = json.dumps([{**detail, "Target": {**target, "RequiresRecreation": ""}}], sort_keys=True)
        found = merged.setdefault(key, {**detail, "Target": target})
        stronger = min(
            recreation, found["Target"]["RequiresRecreation"], key=("Always", "Conditionally", "Never").index
        )
        found["Target"]["RequiresRecreation"] = stronger
    return list(merged.values())


def _parameter(name: str, value: Mapping[str, Any]) -> dict[str, str]:
    """A parameter as it was given; one of a kept secret is hidden, one from the parameter store resolved."""
    shown = _HIDDEN if value.get("NoEcho") else str(value.get("Value", ""))
    return {"ParameterKey": name, "ParameterValue": shown}


def _xml(value: Any) -> str:
    match value:
        case Mapping():
            return "".join(f"<{name}>{_xml(inner)}</{name}>" for name, inner in value.items())
        case list() | tuple():
            return "".join(f"<member>{_xml(item)}</member>" for item in value)
        case _:
            return escape(str(value))
