"""Template functions on parameters: an empty list parameter is no empty list, and conditions know few functions.

A CommaDelimitedList of "" must be the empty list (MiniStack: a list of one empty string). In conditions MiniStack
evaluates Fn::Equals, Fn::And and the like, but takes Fn::Join, Fn::Sub, Fn::Split and Fn::FindInMap as plain mappings,
and Ref to AWS::Region and its like as the name itself, so that comparing one with a text is never true. Goes when
MiniStack does both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services.cloudformation import engine

from tapstack.sandbox.server.mends.patch import original, replace

_FUNCTIONS = ("Fn::Join", "Fn::Sub", "Fn::Split", "Fn::FindInMap")


def install() -> None:
    """Mend both."""
    inner_type = original(engine, "_rule_inner_type")
    replace(engine, "_resolve_refs", lambda own: _resolving(own, inner_type))
    replace(engine, "_evaluate_conditions", _evaluating)


def _resolving(own: Callable[..., Any], inner_type: Callable[[str], tuple[str, bool]]) -> Callable[..., Any]:
    def resolve(value: Any, resources: Any, params: Any, *others: Any) -> Any:
        if isinstance(value, dict) and len(value) == 1 and value.get("Ref") in params:
            parameter = params[value["Ref"]]
            if parameter["Value"] == "" and inner_type(parameter.get("Type", "String"))[1]:
                return []
        return own(value, resources, params, *others)

    return resolve


def _evaluating(own: Callable[..., Any]) -> Callable[..., Any]:
    def evaluate(template: dict[str, Any], params: dict[str, Any]) -> Any:
        conditions = template.get("Conditions")
        if not conditions:
            return own(template, params)
        mappings = template.get("Mappings", {})

        def resolved(value: Any) -> Any:
            if isinstance(value, list):
                return [resolved(item) for item in value]
            if not isinstance(value, dict):
                return value
            is_pseudo_parameter = str(value.get("Ref", "")).startswith("AWS::")
            if len(value) == 1 and (is_pseudo_parameter or next(iter(value)) in _FUNCTIONS):
                return engine._resolve_refs(value, {}, params, {}, mappings, "", "")
            return {key: resolved(item) for key, item in value.items()}

        return own({**template, "Conditions": resolved(conditions)}, params)

    return evaluate
