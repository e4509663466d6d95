"""The description's keys as Markdown tables, made from the published JSON Schema: `docs/fleet-reference.md`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

HEADER = """\
# Every key of a fleet

Made by `tapstack schema --markdown` from the types that read the file; [fleet.md](fleet.md) explains.
A key without a default and without *required* may be left out.
"""

Schema = Mapping[str, Any]


def as_markdown(schema: Schema) -> str:
    """The whole reference."""
    definitions = schema["$defs"]
    parts = [HEADER, *_section("The file", schema, definitions)]
    seen: set[str] = set()
    waiting = list(_references(schema["properties"]))
    while waiting:
        name = waiting.pop(0)
        if name in seen or name.startswith("Override"):
            continue
        seen.add(name)
        definition = definitions[name]
        parts += _section(_words(name), definition, definitions)
        waiting = [*_references(definition.get("properties", {})), *waiting]
    return "\n".join(parts) + "\n"


def _section(title: str, definition: Schema, definitions: Schema) -> Iterator[str]:
    yield f"\n## {title}\n"
    if definition.get("description"):
        yield f"{definition['description']}\n"
    yield "| key | value | default | meaning |\n|---|---|---|---|"
    required = definition.get("required", ())
    for key, value in definition["properties"].items():
        default = "*required*" if key in required else _default(value)
        kind = "environments, each with any of these keys" if key == "environments" else _kind(value, definitions)
        meaning = " ".join(str(value.get("description", "")).split())
        yield f"| `{key}` | {kind} | {default} | {meaning} |".replace("  ", " ")


def _default(value: Schema) -> str:
    if "default" not in value or value["default"] in ("", None):
        return ""
    return f"`{json.dumps(value['default'], ensure_ascii=False)}`".replace('"', "")


def _kind(value: Schema, definitions: Schema) -> str:
    if "$ref" in value:
        name = value["$ref"].rsplit("/", 1)[-1]
        return f"[{_words(name)}](#{_words(name).lower().replace(' ', '-')})"
    if "const" in value:
        return f"`{value['const']}`"
    if "enum" in value:
        return ", ".join(f"`{option}`" for option in value["enum"])
    for several in ("anyOf", "oneOf"):
        if several in value:
            if {"string", "boolean"} <= {str(option.get("type")) for option in value[several]}:
                # Numbers and truth values are taken as text.
                return "text"
            return " or ".join(dict.fromkeys(_kind(option, definitions) for option in value[several]))
    if "[smhd]" in str(value.get("pattern", "")):
        return "duration"
    if value.get("type") == "array":
        return f"list of {_kind(value.get('items', {}), definitions)}"
    inner = [*value.get("patternProperties", {}).values()]
    inner += [value["additionalProperties"]] if isinstance(value.get("additionalProperties"), Mapping) else []
    if inner:
        return f"name: {_kind(inner[0], definitions)}"
    return _plain(value)


def _plain(value: Schema) -> str:
    kind = value.get("type", "text")
    low, high = value.get("minimum"), value.get("maximum")
    if kind in ("integer", "number") and low is not None:
        return f"{low} to {high}" if high is not None else f"{low} or more"
    words = {"string": "text", "boolean": "true or false", "integer": "number", "null": "null"}
    return words.get(kind, "text") if isinstance(kind, str) else "text"


def _references(properties: object) -> Iterator[str]:
    if isinstance(properties, Mapping):
        for key, value in properties.items():
            if key == "$ref":
                yield value.rsplit("/", 1)[-1]
            elif key != "environments":
                yield from _references(value)
    elif isinstance(properties, list):
        for value in properties:
            yield from _references(value)


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()
