"""Which properties mean a new resource when they change.

`replacements.json` says what AWS's resource schemas say: `always`, or `conditionally` when it depends on the values. It
is written by `scripts/replacements.py`. Some properties are missing there although the CloudFormation reference marks
them "Update requires: Replacement": they stand here, or with the sandbox's own type.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from ministack.services.cloudformation import provisioners

Recreation = str  # Always, Conditionally or Never, as DescribeChangeSet says it.
_ALSO: Mapping[str, tuple[str, ...]] = {"AWS::Events::Rule": ("EventBusName",)}


def install() -> None:
    """Let MiniStack replace what these properties change, nested ones included."""
    for name, paths in _schemas().items():
        always = {path for path in paths["always"] if "/" not in path}
        always |= {*_ALSO.get(name, ()), *provisioners._REPLACING_PROPERTIES.get(name, ())}
        perhaps = {*paths["conditionally"], *provisioners._CONDITIONALLY_REPLACING_PROPERTIES.get(name, ())}
        provisioners._REPLACING_PROPERTIES[name] = tuple(sorted(always))
        provisioners._CONDITIONALLY_REPLACING_PROPERTIES[name] = tuple(sorted(perhaps - always))


def requires_recreation(resource_type: str, path: str) -> Recreation:
    """Whether a change at that path (`HealthCheckConfig/Type`) of the properties means a new resource."""
    if any(_concerns(path, listed) for listed in _schemas().get(resource_type, {}).get("always", ()) if "/" in listed):
        return "Always"
    return str(provisioners._property_recreation(resource_type, path.split("/", 1)[0]))


def replaces(resource_type: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Tell whether going from the one set of properties to the other certainly makes a new resource."""
    paths = {path for path, _, _ in leaves(before, after)}
    return any(requires_recreation(resource_type, path) == "Always" for path in paths)


def leaves(before: Any, after: Any, path: str = "") -> Iterable[tuple[str, Any, Any]]:
    """Where two values differ, as deep as it can be said: path, and what stood and will stand there (None: nothing)."""
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}, key=str):
            yield from leaves(before.get(key), after.get(key), f"{path}/{key}".lstrip("/"))
    elif isinstance(before, list) and isinstance(after, list) and _are_structures(before, after):
        for index in range(max(len(before), len(after))):
            yield from leaves(_at(before, index), _at(after, index), f"{path}/{index}")
    else:
        yield path, before, after


@cache
def _schemas() -> Mapping[str, Mapping[str, list[str]]]:
    text = resources.files(__package__).joinpath("replacements.json").read_text("utf-8")
    found: Mapping[str, Mapping[str, list[str]]] = json.loads(text)
    return found


def _concerns(path: str, listed: str) -> bool:
    """A change of a listed property, of something within it, or of the whole that it stands in."""
    return path == listed or path.startswith(f"{listed}/") or listed.startswith(f"{path}/")


def _are_structures(before: list[Any], after: list[Any]) -> bool:
    """Lists of names are told as a whole; lists of structures item by item."""
    return all(isinstance(item, Mapping) for item in (*before, *after))


def _at(items: list[Any], index: int) -> Any:
    return items[index] if index < len(items) else None
