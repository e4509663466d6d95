"""DescribeAlarms over the Query protocol leaves out most of an alarm: period, statistic, dimensions, actions.

Terraform reads alarms by that protocol and never settles. The answer is written anew from the JSON one, by the
service's own model. Goes when MiniStack answers all protocols from one record.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import cloudwatch

from tapstack.sandbox.server.mends.patch import original, replace

Answer = tuple[int, dict[str, str], bytes]


def install() -> None:
    """Answer the Query protocol in full."""
    xml = original(cloudwatch, "_xml")

    def describing(own: Callable[..., Answer], operation: str) -> Callable[..., Answer]:
        def describe(params: Any, cbor_data: Any, is_cbor: bool, is_json: bool = False) -> Answer:
            if is_cbor or is_json:
                return own(params, cbor_data, is_cbor, is_json)
            model = _model(operation)
            status, _, body = own(params, _asked(model.input_shape, "", params), False, True)
            if status != 200:
                return own(params, cbor_data, False, False)
            inner = _members(model.output_shape, json.loads(body))
            answer: Answer = xml(200, f"{operation}Response", f"<{operation}Result>{inner}</{operation}Result>")
            return answer

        return describe

    replace(cloudwatch, "_describe_alarms", lambda own: describing(own, "DescribeAlarms"))
    replace(cloudwatch, "_describe_alarms_for_metric", lambda own: describing(own, "DescribeAlarmsForMetric"))


@cache
def _model(operation: str) -> Any:
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    return ServiceModel(Loader().load_service_model("cloudwatch", "service-2"), "cloudwatch").operation_model(operation)


def _asked(shape: Any, prefix: str, params: Any) -> Any:
    """The request's parameters as the model shapes them, read from `Name.member.1.Other` keys."""
    match shape.type_name:
        case "structure":
            found = {
                name: _asked(member, f"{prefix}.{name}" if prefix else name, params)
                for name, member in shape.members.items()
            }
            return {name: value for name, value in found.items() if value not in (None, [], {})}
        case "list":
            items: list[Any] = []
            while (item := _asked(shape.member, f"{prefix}.member.{len(items) + 1}", params)) not in (None, {}):
                items.append(item)
            return items
        case _:
            value = params.get(prefix)
            return value[0] if isinstance(value, list) else value


def _members(shape: Any, value: dict[str, Any]) -> str:
    parts = []
    for name, member in shape.members.items():
        if value.get(name) is not None:
            parts.append(f"<{name}>{_text(member, value[name])}</{name}>")
    return "".join(parts)


def _text(shape: Any, value: Any) -> str:
    match shape.type_name:
        case "structure":
            return _members(shape, value)
        case "list":
            return "".join(f"<member>{_text(shape.member, item)}</member>" for item in value)
        case "boolean":
            return str(value).lower()
        case "timestamp" if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        case _:
            return escape(str(value))
