"""Writes a module of ours in Terraform's own language, as people write it.

Linters read that better than Terraform's JSON: of JSON, checkov evaluates no expression and looks into no policy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

NAMED = ("variable", "output", "provider")
"""Sections of blocks that have one name; those of things have two, a kind and a label."""
THINGS = ("data", "ephemeral", "resource")
IDENTIFIER = re.compile(r"[A-Za-z_][\w-]*")
EXPRESSION = re.compile(r"\$\{((?:[^{}]|\{[^{}]*\})*)\}")
"""An expression in a text."""
TYPES = ("string", "map(string)")


def written(module: Mapping[str, Any]) -> str:
    """The whole module."""
    return "\n".join(_sections(module)) + "\n"


def _sections(module: Mapping[str, Any]) -> Iterator[str]:
    for section, content in module.items():
        if section in THINGS:
            for kind, things in content.items():
                for label, body in things.items():
                    yield from _block(f'{section} "{kind}" "{label}"', body)
        elif section in NAMED:
            for name, body in content.items():
                yield from _block(f'{section} "{name}"', body)
        elif section != "//":
            yield from _block(section, content)


def _block(head: str, body: Mapping[str, Any]) -> Iterator[str]:
    yield f"{head} {{"
    for name, value in body.items():
        # Of what there may be none of, it would judge nothing.
        if name == "count":
            continue
        yield from (f"  {line}" for line in _argument(name, value))
    yield "}"


def _argument(name: str, value: Any) -> Iterator[str]:
    if name == "dynamic":
        for label, content in value.items():
            yield from _block(f'dynamic "{label}"', content)
    elif _is_block(value):
        yield from _block(name, value)
    elif isinstance(value, list | tuple) and value and all(map(_is_block, value)):
        for each in value:
            yield from _block(name, each)
    elif name in ("depends_on", "ignore_changes", "replace_triggered_by"):
        yield f"{name} = [{', '.join(value)}]"
    elif name == "type" and value in TYPES:
        yield f"{name} = {value}"
    else:
        yield f"{name} = {_value(value)}"


def _is_block(value: Any) -> bool:
    """Whether a value may be written as a block; a linter takes a map that is not one for the same."""
    return isinstance(value, Mapping) and bool(value) and all(IDENTIFIER.fullmatch(key) for key in value)


def _value(value: Any) -> str:
    match value:
        case str():
            return _text(value)
        case Mapping():
            return "{" + ", ".join(f"{json.dumps(key)} = {_value(each)}" for key, each in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(_value, value)) + "]"
        case _:
            return json.dumps(value)


def _text(value: str) -> str:
    if whole := EXPRESSION.fullmatch(value):
        return whole[1]
    if value.startswith("{") and (document := _document(value)) is not None:
        return f"jsonencode({_value(document)})"
    return json.dumps(value, ensure_ascii=False)


def _document(value: str) -> Any:
    """A policy or the like. What it refers to is written as a word: linters give up where they know no value."""
    try:
        return json.loads(EXPRESSION.sub("named", value))
    except ValueError:
        return None
