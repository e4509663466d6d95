"""Template properties turned into an API call's parameters, by the service's own model.

CloudFormation and the service APIs say the same things with other capitals ("RetentionInDays", "retentionInDays") and
looser types ("30" for 30, "true" for true). The service model that ships with botocore knows the exact names and types.
A property that the operation does not know is refused: nothing is ever dropped silently.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def fitted(
    client: Any, operation: str, properties: Mapping[str, Any], *, without: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The parameters of `operation` that these properties stand for, `without` those that are applied elsewhere."""
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
    wanted = {name: value for name, value in properties.items() if name not in without}
    return dict(_structure(model.input_shape, wanted, path=""))


def _structure(shape: Any, value: Mapping[str, Any], path: str) -> dict[str, Any]:
    members = {name.lower(): name for name in shape.members}
    fit = {}
    for name, item in value.items():
        member = members.get(str(name).lower())
        if member is None:
            raise ValueError(f"Encountered unsupported property {path}{name}")
        if item is not None:
            fit[member] = _value(shape.members[member], item, f"{path}{name}.")
    return fit


def _value(shape: Any, value: Any, path: str) -> Any:
    match shape.type_name:
        case "structure":
            if getattr(shape, "is_document_type", False) or not isinstance(value, Mapping):
                return value
            return _structure(shape, value, path)
        case "list":
            items = value if isinstance(value, list) else [value]
            return [_value(shape.member, item, path) for item in items]
        case "map":
            return {str(key): _value(shape.value, item, path) for key, item in value.items()}
        case "integer" | "long":
            return int(value)
        case "float" | "double":
            return float(value)
        case "boolean":
            return str(value).lower() == "true"
        case "string":
            return _text(value)
        case _:
            return value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping | list):
        return json.dumps(value)
    return str(value)


def capitalised(value: Any) -> Any:
    """An API answer with lower-case member names, in the capitals of a template."""
    if isinstance(value, Mapping):
        return {f"{key[:1].upper()}{key[1:]}": capitalised(item) for key, item in value.items()}
    if isinstance(value, list):
        return [capitalised(item) for item in value]
    return value
