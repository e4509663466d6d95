"""What somebody changed by hand, as a plan of what was deployed finds it; what a failover swaps is named as that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tapstack.engines.engine import Action, Drifted, ResourceChange
from tapstack.engines.terraform import plans

SWAPPED = "The roles are swapped: a failover or switchover moved the writer. This is no drift."
BY_ROLE: Mapping[str, frozenset[str]] = {
    "aws_db_instance": frozenset({"replicate_source_db", "storage_encrypted", "username"}),
    "aws_rds_cluster": frozenset(
        {"database_name", "master_username", "replication_source_identifier", "source_region"}
    ),
    "aws_rds_global_cluster": frozenset({"database_name", "source_db_cluster_identifier"}),
}
"""Arguments that tell who writes and who follows: they change with the writer's place and not by a deployment."""


def find(unit: str, plan: Mapping[str, Any]) -> tuple[Drifted, ...]:
    """What a plan would put back: everything that it changes, since it is of just what was deployed."""
    return tuple(drifted for change in plans.resource_changes(_back_only(plan)) for drifted in _drifted(unit, change))


def _drifted(unit: str, change: ResourceChange) -> Iterator[Drifted]:
    if change.action is Action.ADD:
        yield Drifted(unit, change.name, change.kind, "", change.name, None)
        return
    for part in change.properties:
        if part.after == plans.LATER or plans.is_reflection(part):
            continue
        explanation = SWAPPED if part.path.split(".")[0] in BY_ROLE.get(change.kind, frozenset()) else ""
        yield Drifted(unit, change.name, change.kind, part.path, part.after, part.before, explanation)


def _back_only(plan: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without what the plan would take away: that is in the state alone, so nobody else brought it."""
    found = [resource for resource in plan.get("resource_changes", ()) if resource["change"]["actions"] != ["delete"]]
    return {**plan, "resource_changes": found}
