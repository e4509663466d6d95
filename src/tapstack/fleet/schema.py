"""The JSON Schema of a fleet file, derived from the types: editors complete and check by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from tapstack.fleet.base import UNIT_SECONDS, EnvironmentName
from tapstack.fleet.fleet import Fleet

SCHEMA_URI = "https://json-schema.org/draft/2020-12/schema"
OVERRIDE = "Override"
OF_NAMES = ("properties", "patternProperties", "$defs")
"""Keywords below which keys are names, not keywords: a load balancer has a property called `default`."""

DURATION_MARK = "[smhd]"


def file_schema() -> dict[str, object]:
    """A fleet, and environments in which every part of it may be said again, in part, or taken away with null."""
    schema = _tidied(Fleet.model_json_schema(by_alias=True))
    definitions: dict[str, object] = schema.pop("$defs")
    fleet = {key: value for key, value in schema.items() if key not in ("title", "description")}
    overrides = {f"{OVERRIDE}{name}": _relaxed(definition) for name, definition in definitions.items()}
    properties = dict(fleet["properties"])
    properties["environments"] = {
        "type": "object",
        "description": "What is different in each environment; null takes away what stands above.",
        "propertyNames": TypeAdapter(EnvironmentName).json_schema(),
        "additionalProperties": {"anyOf": [_relaxed(fleet), {"type": "null"}]},
    }
    return {
        "$schema": SCHEMA_URI,
        "title": "TapStack fleet",
        "description": "One described system, in several regions.",
        **fleet,
        "properties": properties,
        "$defs": {**definitions, **overrides},
    }


def _tidied(schema: Any) -> Any:
    """Close mappings whose keys follow a pattern, and write durations the way people do."""
    if isinstance(schema, list):
        return [_tidied(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    tidied = {
        key: {name: _tidied(item) for name, item in value.items()} if key in OF_NAMES else _tidied(value)
        for key, value in schema.items()
    }
    if "patternProperties" in tidied:
        tidied.setdefault("additionalProperties", False)
    default = tidied.get("default")
    if isinstance(default, int) and not isinstance(default, bool) and default and DURATION_MARK in str(schema):
        tidied["default"] = _duration(default)
    elif f"{default}s" in tidied.get("enum", ()):
        tidied["default"] = f"{default}s"
    elif isinstance(default, Mapping) or (isinstance(default, list) and default and isinstance(default[0], Mapping)):
        # The parts' own defaults say it, in the units that people write.
        del tidied["default"]
    return tidied


def _duration(amount: int) -> str:
    size, unit = max((size, unit) for unit, size in UNIT_SECONDS.items() if amount % size == 0)
    return f"{amount // size}{unit}"


def _relaxed(schema: object) -> object:
    """Make the same without required keys, in which any value may be null, and which refers to its like."""
    if isinstance(schema, list):
        return [_relaxed(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    relaxed: dict[str, object] = {}
    for key, value in schema.items():
        if key in ("required", "minProperties", "default", "discriminator"):
            continue
        if key == "oneOf":
            # Without the key that tells them apart, several may fit.
            relaxed["anyOf"] = _relaxed(value)
            continue
        if key == "$ref" and isinstance(value, str):
            relaxed[key] = value.replace("#/$defs/", f"#/$defs/{OVERRIDE}")
        elif key == "properties" and isinstance(value, Mapping):
            relaxed[key] = {name: _nullable(_relaxed(item)) for name, item in value.items()}
        elif key == "patternProperties" and isinstance(value, Mapping):
            relaxed[key] = {pattern: _nullable(_relaxed(item)) for pattern, item in value.items()}
        elif key == "additionalProperties" and isinstance(value, Mapping):
            relaxed[key] = _nullable(_relaxed(value))
        else:
            relaxed[key] = _relaxed(value)
    return relaxed


def _nullable(schema: object) -> object:
    return {"anyOf": [schema, {"type": "null"}]}
