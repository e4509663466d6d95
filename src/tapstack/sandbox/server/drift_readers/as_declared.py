"""What a service answers, written as a template declares it, so that only what really differs is left to compare.

Services answer more than a template says (defaults, identifiers), in their own capitals ("retentionInDays"), number
types and order, and name things by ARN that a template names by name. A value is thus seen through the declared one:
members that are not declared are left out, members of free maps (a function's variables) and list elements are not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

FREE_MAPS = frozenset({
    "assumerolepolicydocument", "backupplantags", "backupvaulttags", "eventpattern", "filterpolicy",
    "inputpathsmap", "keypolicy", "policy", "policydocument", "principal", "redriveallowpolicy", "redrivepolicy",
    "requestmodels", "requestparameters", "requesttemplates", "resourcepolicy", "responseparameters",
    "stagevariables", "statement", "variables",
})  # fmt: skip
"""Names, in lower case, of mappings whose keys are the user's: one that is added is a difference."""

_IDENTITIES = ("Id", "Key", "Name", "PolicyName", "Region", "Sid", "IndexName", "AttributeName", "RuleName")
"""Members that say which element of a list is which."""


def as_declared(found: Any, declared: Any, *, free: bool = False) -> Any:
    """`found` as it would have been written where `declared` is written; equal to it where nothing differs."""
    found = _parsed(found) if isinstance(declared, Mapping | list) else found
    if free and isinstance(found, list) and len(found) == 1 and not isinstance(declared, list):
        found = found[0]  # policies say the same of one thing and of a list of one
    if isinstance(found, Mapping) and isinstance(declared, Mapping):
        return _members(found, declared, free)
    if isinstance(declared, list):
        if not isinstance(found, list | tuple):
            found = [found]
        return _elements(list(found), declared, free)
    return declared if _is_same(found, declared) else found


def _members(found: Mapping[str, Any], declared: Mapping[str, Any], free: bool) -> dict[str, Any]:
    by_name = {str(name).lower(): name for name in found}
    seen: dict[str, Any] = {}
    for name, wanted in declared.items():
        own = name if name in found else by_name.get(str(name).lower())
        if own is None or found[own] is None:
            if _says_nothing(wanted):
                seen[name] = wanted
        else:
            seen[name] = as_declared(found[own], wanted, free=free or name.lower() in FREE_MAPS)
    if free:
        taken = {name.lower() for name in declared}
        seen |= {name: value for name, value in found.items() if name.lower() not in taken}
    return seen


def _elements(found: list[Any], declared: list[Any], free: bool) -> list[Any]:
    """Each element beside the declared one that it resembles most; those that nobody declared, at the end."""
    likeness = sorted(
        (-_likeness(item, wanted, free), place, index)
        for place, wanted in enumerate(declared)
        for index, item in enumerate(found)
    )
    beside: dict[int, int] = {}
    for score, place, index in likeness:
        if score < 0 and place not in beside and index not in beside.values():
            beside[place] = index
    others = [index for index in range(len(found)) if index not in beside.values()]
    for place in range(len(declared)):
        if place not in beside and others:
            beside[place] = others.pop(0)
    seen = [
        as_declared(found[beside[place]], wanted, free=free) for place, wanted in enumerate(declared) if place in beside
    ]
    return [*seen, *(found[index] for index in others)]


def _likeness(found: Any, declared: Any, free: bool) -> float:
    """How much of what is declared is there; an element of the same name is the same element."""
    if not isinstance(found, Mapping) or not isinstance(declared, Mapping):
        return float(as_declared(found, declared, free=free) == declared)
    seen = _members(found, declared, free)
    same = sum(1.0 for name, wanted in declared.items() if name in seen and seen[name] == wanted)
    named = any(name in declared and seen.get(name) == declared[name] for name in _IDENTITIES)
    return same + (1000 if named else 0)


def _says_nothing(value: Any) -> bool:
    return value in ("", [], {}, None) or str(value).lower() == "false"


def _is_same(found: Any, declared: Any) -> bool:
    if found == declared and type(found) is type(declared):
        return True
    if isinstance(found, Mapping | list):
        return isinstance(declared, str) and _parsed(declared) == found
    one, other = str(found), str(declared)
    if isinstance(found, bool) or isinstance(declared, bool):
        return one.lower() == other.lower()
    if _is_number(one) and _is_number(other) and not (isinstance(found, str) and isinstance(declared, str)):
        return float(one) == float(other)
    return one == other or _names_same_thing(one, other) or (one[:1] in "{[" and _parsed(one) == _parsed(other))


def _names_same_thing(one: str, other: str) -> bool:
    """Whether one is the name in the ARN that the other is."""
    short, arn = (one, other) if other.startswith("arn:") else (other, one)
    return (
        arn.startswith("arn:")
        and bool(short)
        and not short.startswith("arn:")
        and arn.endswith((f":{short}", f"/{short}"))
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
