"""Dashboards as templates say them: a text, JSON with gaps that CloudFormation fills in."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tapstack.engines import dashboards
from tapstack.engines.cloudformation.template import Value, sub
from tapstack.engines.cloudformation.unit import UnitTemplate
from tapstack.engines.cloudformation.watched import watched_of


def of_region(unit: UnitTemplate, alarms: Sequence[str]) -> Value:
    """The dashboard of a region, with the state of the alarms with these names."""
    return _body(dashboards.of_region(watched_of(unit), alarms))


def of_fleet(unit: UnitTemplate) -> Value:
    """The dashboard of the fleet."""
    return _body(dashboards.of_fleet(watched_of(unit)))


def _body(widgets: Sequence[Value]) -> Value:
    filled: dict[str, Value] = {}
    for widget in widgets:
        for line in widget["properties"].get("metrics", ()):
            line[:] = [_text(part, filled) if _is_known_later(part) else part for part in line]
    text = json.dumps({"widgets": widgets}, ensure_ascii=False, sort_keys=True)
    return sub(text, filled) if "${" in text else text


def _is_known_later(part: Value) -> bool:
    """Tell a value that CloudFormation works out from a line's own settings, which come last."""
    return isinstance(part, dict) and "stat" not in part


def _text(value: Value, filled: dict[str, Value]) -> str:
    """A value as a part of a text: a gap that CloudFormation fills in."""
    gap = "".join(letter for letter in json.dumps(value) if letter.isalnum())
    filled[gap] = value
    return f"${{{gap}}}"
