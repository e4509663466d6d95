"""A template as one stack sees it: conditions decided, parameters and mappings filled in, as far as that can be known.

What only AWS knows, such as another resource's attribute or another stack's export, stays as it is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tapstack.engines.cloudformation.template import Value

SUFFIXES = {"aws-cn": "amazonaws.com.cn"}
GAP = re.compile(r"\$\{([^!}][^}]*)\}")
NOTHING = object()
"""What `AWS::NoValue` stands for."""


@dataclass(frozen=True)
class Place:
    """Where a stack stands."""

    stack: str
    region: str
    account: str
    partition: str

    @property
    def pseudo_parameters(self) -> Mapping[str, Value]:
        """What CloudFormation knows by itself."""
        return {
            "AWS::AccountId": self.account,
            "AWS::NoValue": NOTHING,
            "AWS::Partition": self.partition,
            "AWS::Region": self.region,
            "AWS::StackName": self.stack,
            "AWS::URLSuffix": SUFFIXES.get(self.partition, "amazonaws.com"),
        }


@dataclass(frozen=True)
class Resolved:
    """What a template comes to in one place."""

    resources: Mapping[str, Mapping[str, Any]]
    outputs: Mapping[str, Value]


def resolve(template: Mapping[str, Any], parameters: Mapping[str, str], place: Place) -> Resolved:
    """Decide whatever can be; parameters that are not given have their defaults."""
    return _Resolver(template, parameters, place).resolve()


class _Resolver:
    def __init__(self, template: Mapping[str, Any], parameters: Mapping[str, str], place: Place) -> None:
        self._template = template
        declared: Mapping[str, Any] = template.get("Parameters", {})
        defaults = {name: facts["Default"] for name, facts in declared.items() if "Default" in facts}
        given = {name: value for name, value in parameters.items() if name in declared}
        self._known: dict[str, Value] = {**place.pseudo_parameters, **defaults, **given}

    def resolve(self) -> Resolved:
        return Resolved(self._section("Resources"), self._section("Outputs"))

    def _section(self, name: str) -> dict[str, Value]:
        """The things whose condition does not turn them off."""
        return {
            logical: {key: self._value(part) for key, part in thing.items() if key != "Condition"}
            for logical, thing in self._template.get(name, {}).items()
            if self._condition(thing.get("Condition")) is not False
        }

    def _condition(self, name: str | None) -> bool | None:
        """Whether a condition holds; None where that cannot be known here."""
        if name is None:
            return True
        return self._holds(self._template.get("Conditions", {}).get(name))

    def _holds(self, rule: Value) -> bool | None:
        match rule:
            case {"Condition": str(name)}:
                return self._condition(name)
            case {"Fn::Equals": [left, right]}:
                sides = [self._value(left), self._value(right)]
                return None if any(isinstance(side, dict | list) for side in sides) else str(sides[0]) == str(sides[1])
            case {"Fn::Not": [other]}:
                held = self._holds(other)
                return None if held is None else not held
            case {"Fn::And": [*others]}:
                held_all = [self._holds(other) for other in others]
                return False if False in held_all else None if None in held_all else True
            case {"Fn::Or": [*others]}:
                held_any = [self._holds(other) for other in others]
                return True if True in held_any else None if None in held_any else False
            case _:
                return None

    def _value(self, value: Value) -> Value:
        match value:
            case {"Ref": str(name), **rest} if not rest and name in self._known:
                return self._known[name]
            case {"Fn::If": [str(condition), then, otherwise], **rest} if not rest:
                held = self._condition(condition)
                if held is not None:
                    return self._value(then if held else otherwise)
            case {"Fn::FindInMap": [name, first, second], **rest} if not rest:
                keys = [self._value(key) for key in (name, first, second)]
                return self._looked_up(keys, value)
            case {"Fn::Sub": text, **rest} if not rest:
                return self._substituted(text)
            case _:
                pass
        if isinstance(value, dict):
            return self._simplified(self._without_nothing(value))
        if isinstance(value, list):
            return [item for item in map(self._value, value) if item is not NOTHING]
        return value

    def _without_nothing(self, value: Mapping[str, Value]) -> dict[str, Value]:
        resolved = {key: self._value(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not NOTHING}

    def _looked_up(self, keys: list[Value], unknown: Value) -> Value:
        found: Value = self._template.get("Mappings", {})
        for key in keys:
            if not isinstance(key, str) or not isinstance(found, dict) or key not in found:
                return unknown
            found = found[key]
        return found

    def _substituted(self, text: Value) -> Value:
        pattern, own = (text, {}) if isinstance(text, str) else (text[0], self._without_nothing(text[1]))
        known = {**self._known, **own}

        def fill(gap: re.Match[str]) -> str:
            value = known.get(gap[1], NOTHING)
            return str(value) if isinstance(value, str | int | float) else gap[0]

        filled = GAP.sub(fill, pattern)
        left = {name: value for name, value in own.items() if f"${{{name}}}" in filled}
        if left:
            return {"Fn::Sub": [filled, left]}
        return {"Fn::Sub": filled} if "${" in filled else filled

    @staticmethod
    def _simplified(value: dict[str, Value]) -> Value:
        """What a function comes to whose arguments are all known."""
        match value:
            case {"Fn::Join": [str(separator), [*parts]], **rest} if not rest and all(
                isinstance(part, str) for part in parts
            ):
                return separator.join(parts)
            case {"Fn::Split": [str(separator), str(text)], **rest} if not rest:
                return text.split(separator)
            case {"Fn::Select": [index, [*items]], **rest} if not rest and int(index) < len(items):
                return items[int(index)]
            case _:
                return value


def as_text(value: Value) -> str:
    """A value as a person reads it."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
