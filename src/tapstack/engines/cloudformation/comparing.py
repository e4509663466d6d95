"""What deploying a template would change, from templates alone: for what AWS cannot be asked yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tapstack.engines.cloudformation.resolving import Resolved, as_text
from tapstack.engines.cloudformation.stateful import REPLACED_BY, holds_data
from tapstack.engines.engine import Action, PropertyChange, ResourceChange

KEPT = ("Retain", "RetainExceptOnCreate")
COMPARED = ("DeletionPolicy", "Metadata", "UpdateReplacePolicy")
NOTHING = Resolved({}, {})


def resource_changes(before: Resolved, after: Resolved) -> tuple[ResourceChange, ...]:
    """Every resource that differs, in the order of their names."""
    names = sorted({*before.resources, *after.resources})
    return tuple(
        change
        for name in names
        if (change := _change(name, before.resources.get(name), after.resources.get(name))) is not None
    )


def output_changes(before: Resolved, after: Resolved) -> tuple[str, ...]:
    """Outputs that differ, in words."""
    return tuple(
        f"output {name} is {_verb(name in before.outputs, name in after.outputs)}"
        for name in sorted({*before.outputs, *after.outputs})
        if before.outputs.get(name) != after.outputs.get(name)
    )


def _verb(was: bool, is_now: bool) -> str:
    return "changed" if was and is_now else "added" if is_now else "removed"


def _change(name: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> ResourceChange | None:
    if before == after:
        return None
    known = after or before or {}
    kind = str(known.get("Type", ""))
    is_data = any(holds_data(definition) for definition in (before, after) if definition)
    if before is None:
        return ResourceChange(name, kind, Action.ADD, holds_data=is_data)
    if after is None:
        action = Action.FORGET if before.get("DeletionPolicy") in KEPT else Action.REMOVE
        return ResourceChange(name, kind, action, holds_data=is_data)
    properties = tuple(_differences("", before.get("Properties", {}), after.get("Properties", {})))
    properties += tuple(
        PropertyChange(part, _text(before.get(part)), _text(after.get(part)))
        for part in COMPARED
        if before.get(part) != after.get(part)
    )
    if not properties and before.get("Type") == kind:
        # What is left is only an order, such as DependsOn.
        return None
    replaces = REPLACED_BY.get(kind, frozenset())
    if before.get("Type") != kind or any(change.path.split(".")[0] in replaces for change in properties):
        action = Action.REPLACE
    else:
        action = Action.CHANGE
    return ResourceChange(name, kind, action, properties, is_data)


def _differences(path: str, before: Any, after: Any) -> Iterator[PropertyChange]:
    """The smallest parts that differ, each with its path."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict) and not (_is_function(before) or _is_function(after)):
        for key in sorted({*before, *after}):
            yield from _differences(f"{path}.{key}" if path else key, before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _differences(f"{path}.{number}", old, new)
    else:
        yield PropertyChange(path, _text(before), _text(after))


def _is_function(value: Mapping[str, Any]) -> bool:
    return len(value) == 1 and next(iter(value)).startswith(("Fn::", "Ref"))


def _text(value: Any) -> str | None:
    return None if value is None else as_text(value)
