"""What a plan of Terraform's would do, out of its JSON, in the words of every engine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tapstack.engines.engine import Action, PropertyChange, ResourceChange
from tapstack.engines.terraform.stateful import HOLDS_DATA

LATER = "(known after apply)"
HIDDEN = "(not shown)"
ACTIONS: Mapping[tuple[str, ...], Action] = {
    ("create",): Action.ADD,
    ("update",): Action.CHANGE,
    ("delete",): Action.REMOVE,
    ("delete", "create"): Action.REPLACE,
    ("create", "delete"): Action.REPLACE,
    ("forget",): Action.FORGET,
    ("forget", "create"): Action.FORGET,
    ("create", "forget"): Action.FORGET,
}
"""What Terraform calls what we call otherwise; what reads or does nothing is no change."""
TAGS, ALL_TAGS = "tags", "tags_all"
"""What a module says of a resource's tags, and all that it has by it and by the provider: the latter are told."""


def resource_changes(plan: Mapping[str, Any]) -> tuple[ResourceChange, ...]:
    """Everything that the plan changes, in the order of addresses."""
    found = (_change(resource) for resource in plan.get("resource_changes", ()))
    return tuple(sorted((change for change in found if change is not None), key=lambda change: change.name))


def output_changes(plan: Mapping[str, Any]) -> tuple[str, ...]:
    """Outputs that the plan changes, in words."""
    words = {"create": "added", "update": "changed", "delete": "removed"}
    return tuple(
        f"output {name} is {words[action]}"
        for name, change in sorted(plan.get("output_changes", {}).items())
        for action in change["actions"][:1]
        if action in words
    )


def differences(change: Mapping[str, Any]) -> Iterator[PropertyChange]:
    """The smallest parts that differ between before and after, each with its path; secrets are not shown."""
    before, after = change.get("before") or {}, change.get("after") or {}
    unknown = change.get("after_unknown") or {}
    secret = (change.get("before_sensitive") or {}, change.get("after_sensitive") or {})
    for name in sorted({*before, *after, *(unknown if isinstance(unknown, Mapping) else ())}):
        if name == TAGS and ALL_TAGS in {*before, *after}:
            continue
        hidden = tuple(_part(each, name) for each in secret)
        path = TAGS if name == ALL_TAGS else name
        yield from _differences(path, before.get(name), after.get(name), _part(unknown, name), hidden)


def is_reflection(difference: PropertyChange) -> bool:
    """Tell whether a difference is none: nothing in other words, or the same document written otherwise."""
    before, after = difference.before, difference.after
    if before == after:
        return before != HIDDEN
    return _is_nothing(before) and _is_nothing(after)


def _change(resource: Mapping[str, Any]) -> ResourceChange | None:
    change = resource["change"]
    action = ACTIONS.get(tuple(change["actions"]))
    if action is None:
        return None
    properties: tuple[PropertyChange, ...] = ()
    if action in (Action.CHANGE, Action.REPLACE):
        properties = tuple(differences(change))
    if action is Action.REPLACE:
        properties = _why_replaced(properties, change.get("replace_paths", ()))
    kind = resource["type"]
    return ResourceChange(resource["address"], kind, action, properties, kind in HOLDS_DATA)


def _why_replaced(properties: Sequence[PropertyChange], paths: Sequence[Sequence[Any]]) -> tuple[PropertyChange, ...]:
    """Only what forces the replacement and what a person changed: all that is computed becomes unknown with it."""
    forcing = {str(path[0]) for path in paths if path}
    return tuple(part for part in properties if part.path.split(".")[0] in forcing or part.after not in (None, LATER))


def _differences(path: str, before: Any, after: Any, unknown: Any, hidden: tuple[Any, ...]) -> Iterator[PropertyChange]:
    if unknown is True:
        yield PropertyChange(path, _shown(before, hidden[0]), LATER)
        return
    if before == after and not _any(unknown):
        return
    if _is_same_document(before, after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            parts = tuple(_part(each, key) for each in hidden)
            yield from _differences(f"{path}.{key}", before.get(key), after.get(key), _part(unknown, key), parts)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (old, new) in enumerate(zip(before, after, strict=True)):
            parts = tuple(_part(each, number) for each in hidden)
            yield from _differences(f"{path}.{number}", old, new, _part(unknown, number), parts)
    else:
        yield PropertyChange(path, _shown(before, hidden[0]), _shown(after, hidden[1]))


def _part(marks: Any, key: str | int) -> Any:
    """The marks of one part of a value: true for all of it, or laid out like the value."""
    if marks is True:
        return True
    if isinstance(marks, Mapping) and isinstance(key, str):
        return marks.get(key, False)
    if isinstance(marks, list) and isinstance(key, int) and key < len(marks):
        return marks[key]
    return False


def _any(marks: Any) -> bool:
    """Tell whether any part of a value is marked."""
    if isinstance(marks, Mapping):
        return any(map(_any, marks.values()))
    if isinstance(marks, list):
        return any(map(_any, marks))
    return bool(marks)


def _shown(value: Any, hidden: Any) -> str | None:
    if value is None:
        return None
    if _any(hidden):
        return HIDDEN
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _is_same_document(before: Any, after: Any) -> bool:
    if not isinstance(before, str) or not isinstance(after, str) or before[:1] not in ("{", "["):
        return False
    try:
        return bool(json.loads(before) == json.loads(after))
    except ValueError:
        return False


def _is_nothing(text: str | None) -> bool:
    return text in (None, "", "[]", "{}", "null", "false", "0")
