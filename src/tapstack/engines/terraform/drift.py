"""What somebody changed by hand, as a plan of what was deployed finds it; what a failover or AWS did is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tapstack.engines.engine import Action, Drifted
from tapstack.engines.terraform import failed_over, plans, raised
from tapstack.engines.terraform.failed_over import Rests


def find(unit: str, plan: Mapping[str, Any], rests: Rests) -> tuple[Drifted, ...]:
    """What a plan would put back: everything that it changes, since it is of just what was deployed."""
    changed = (drifted for resource in _back_only(plan) for drifted in _drifted(unit, resource, rests))
    held = (
        Drifted(unit, resource["address"], resource["type"], name, "false", "true", explanation)
        for resource, by, explanation in failed_over.held(plan)
        for name in by
    )
    return (*changed, *held)


def _drifted(unit: str, resource: Mapping[str, Any], rests: Rests) -> Iterator[Drifted]:
    for change in plans.resource_changes({"resource_changes": [resource]}):
        if change.action is Action.ADD:
            yield Drifted(unit, change.name, change.kind, "", change.name, None)
            continue
        for part in change.properties:
            if part.after == plans.LATER or plans.is_reflection(part):
                continue
            explanation = failed_over.explanation(resource, part.path, rests) or raised.explanation(resource, part.path)
            yield Drifted(unit, change.name, change.kind, part.path, part.after, part.before, explanation)


def _back_only(plan: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Without what the plan would take away: that is in the state alone, so nobody else brought it."""
    return [resource for resource in plan.get("resource_changes", ()) if resource["change"]["actions"] != ["delete"]]
