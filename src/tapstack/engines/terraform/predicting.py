"""What deploying a module would change, from modules alone: for what Terraform cannot be asked yet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tapstack.engines.engine import Action, PropertyChange, ResourceChange
from tapstack.engines.terraform.stateful import HOLDS_DATA, REPLACED_BY

Module = Mapping[str, Any]
ONLY_AT_HOME, ONLY_IN_STANDBYS = "${local.is_home ? 1 : 0}", "${local.is_home ? 0 : 1}"


def resource_changes(before: Module, after: Module, *, is_home: bool) -> tuple[ResourceChange, ...]:
    """Every resource that differs, in the order of addresses."""
    old, new = dict(resources(before, is_home=is_home)), dict(resources(after, is_home=is_home))
    found = (_change(address, old.get(address), new.get(address)) for address in sorted({*old, *new}))
    return tuple(change for change in found if change is not None)


def resources(module: Module, *, is_home: bool) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The resources of a module by their addresses, without those that another role's regions have."""
    for kind, named in module.get("resource", {}).items():
        for label, body in named.items():
            if body.get("count") != (ONLY_IN_STANDBYS if is_home else ONLY_AT_HOME):
                yield f"{kind}.{label}", body


def _change(address: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> ResourceChange | None:
    if before == after:
        return None
    kind = address.partition(".")[0]
    is_data = kind in HOLDS_DATA
    if before is None:
        return ResourceChange(address, kind, Action.ADD, holds_data=is_data)
    if after is None:
        kept = before.get("lifecycle", {}).get("prevent_destroy")
        return ResourceChange(address, kind, Action.FORGET if kept else Action.REMOVE, holds_data=is_data)
    properties = tuple(
        PropertyChange(name, _text(before.get(name)), _text(after.get(name)))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name) and name not in ("lifecycle", "depends_on")
    )
    if not properties:
        return None
    replaces = any(change.path in REPLACED_BY.get(kind, ()) for change in properties)
    return ResourceChange(address, kind, Action.REPLACE if replaces else Action.CHANGE, properties, is_data)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, sort_keys=True)
