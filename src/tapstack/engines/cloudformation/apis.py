"""APIs: API Gateway in front of functions, REST or HTTP, regional in every region."""

from __future__ import annotations

from tapstack.engines.cloudformation.template import Value, logical_id, ref, sub
from tapstack.engines.cloudformation.unit import UnitTemplate


def add(unit: UnitTemplate) -> None:
    """Add every API of the fleet."""


def api_id(unit: UnitTemplate, name: str) -> Value:
    """The id that API Gateway gave the API."""
    return ref(logical_id("api", name))


def endpoint(unit: UnitTemplate, name: str) -> Value:
    """The URL that the API answers at in this region, whatever DNS says."""
    stage = unit.fleet.apis[name].stage
    return sub(f"https://${{Api}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{stage}", {"Api": api_id(unit, name)})
