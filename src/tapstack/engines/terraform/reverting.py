"""What stood before, to be applied again: without what came since, but for what nobody takes away unasked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from tapstack.engines.terraform.protection import SWITCHES
from tapstack.engines.terraform.stateful import HOLDS_DATA

Module = Mapping[str, Any]
NAMED = re.compile(r"\b(?:(data|ephemeral)\.)?([a-z][a-z0-9_]*)\.([A-Za-z_][\w-]*)")


def with_new_data(before: Module, now: Module) -> Module:
    """The former module, with the data and what AWS protects that was added since, and all that it refers to.

    Left out, it would be destroyed, or refuse to be, or stand in the way of the next deployment.
    """
    known = set(_things(before))
    wanted = [thing for thing in _things(now) if thing not in known and _stays(now, thing)]
    if not wanted:
        return before
    module = deepcopy(dict(before))
    seen: set[tuple[str, ...]] = set()
    while wanted:
        thing = wanted.pop()
        if thing in seen or (body := _get(now, thing)) is None:
            continue
        seen.add(thing)
        place = module
        for part in thing[:-1]:
            place = place.setdefault(part, {})
        place.setdefault(thing[-1], body)
        wanted += _mentioned(body)
    return module


def _things(module: Module) -> Iterator[tuple[str, ...]]:
    for kind, named in module.get("resource", {}).items():
        for label in named:
            yield "resource", kind, label


def _stays(module: Module, thing: tuple[str, ...]) -> bool:
    """Tell whether it holds data, or whether AWS would refuse to delete it."""
    body = _get(module, thing)
    return thing[1] in HOLDS_DATA or any(body.get(switch) for switch in SWITCHES)


def _get(module: Module, thing: tuple[str, ...]) -> Any:
    found: Any = module
    for part in thing:
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def _mentioned(body: Any) -> list[tuple[str, ...]]:
    """Everything that a text may refer to; what is no name of anything is looked up in vain."""
    found: list[tuple[str, ...]] = []
    for section, kind, label in NAMED.findall(json.dumps(body)):
        if kind == "local":
            found.append(("locals", label))
        elif kind == "var":
            found.append(("variable", label))
        else:
            found.append((section or "resource", kind, label))
    return found
