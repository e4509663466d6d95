"""The description's own structure, read from its types: which keys stand where, and where null means something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Union, get_args, get_origin

from pydantic import BaseModel

from tapstack.findings import Path
from tapstack.fleet.fleet import Fleet


def known_keys(path: Path) -> set[str]:
    """The keys of whatever stands at a path."""
    return {
        field.alias or name
        for annotation in _types_at(path)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel)
        for name, field in annotation.model_fields.items()
    }


def takes_null(path: Path) -> bool:
    """Tell whether null is a value of its own there, such as "never" for a rotation."""
    return NoneType in _types_at(path)


def _types_at(path: Path) -> tuple[object, ...]:
    types: tuple[object, ...] = (Fleet,)
    for part in path:
        types = tuple(inner for outer in types for inner in _inside(outer, part))
    return types


def _inside(outer: object, part: str | int) -> Iterator[object]:
    if isinstance(outer, type) and issubclass(outer, BaseModel):
        for name, field in outer.model_fields.items():
            if part in (name, field.alias):
                yield from _alternatives(field.annotation)
    elif get_origin(outer) is Mapping:
        yield from _alternatives(get_args(outer)[1])
    elif get_origin(outer) is tuple:
        yield from _alternatives(get_args(outer)[0])


def _alternatives(annotation: object) -> Iterator[object]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _alternatives(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for alternative in get_args(annotation):
            yield from _alternatives(alternative)
    else:
        yield annotation
