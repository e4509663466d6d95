"""What stood before, to be deployed again: without what came since, but for data, which nobody takes away unasked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tapstack.engines.cloudformation.stateful import HOLDS_DATA

SECTIONS = ("Parameters", "Mappings", "Conditions", "Resources")


def with_new_data(before: Mapping[str, Any], now: Mapping[str, Any]) -> Mapping[str, Any]:
    """The former template, with the data that was added since and all that it refers to.

    Left out, it would leave the stack and keep its name, so that the next deployment could not create it.
    """
    old, new = before.get("Resources", {}), now.get("Resources", {})
    wanted = {name for name in new if name not in old and new[name].get("Type") in HOLDS_DATA}
    if not wanted:
        return before
    template = {section: dict(before.get(section, {})) for section in SECTIONS}
    open_names, seen = set(wanted), set[str]()
    while open_names:
        name = open_names.pop()
        seen.add(name)
        for section in SECTIONS:
            if name in now.get(section, {}):
                thing = template[section].setdefault(name, now[section][name])
                open_names |= _words(thing) - seen
    return {**before, **{section: content for section, content in template.items() if content}}


def _words(value: Any) -> set[str]:
    """Every text in a value that may be a name, or names inside a longer text."""
    if isinstance(value, str):
        return {value, *(part.split("}")[0].split(".")[0] for part in value.split("${")[1:])}
    if isinstance(value, Mapping):
        return {word for item in value.values() for word in _words(item)}
    if isinstance(value, list):
        return {word for item in value for word in _words(item)}
    return set()
