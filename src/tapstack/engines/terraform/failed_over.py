"""What a failover changed, seen in a plan of Terraform's: named for a person, and left alone by a deployment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tapstack.engines import roles

Rests = Callable[[str], bool]
"""Tells whether the writer of a secret's database, by the secret's ARN, has left the region."""
Resource = Mapping[str, Any]
"""A resource in a plan: its address, its kind, and what it is before and after."""

HEALTH_CHECK, GROUP, ROTATION = (
    "aws_route53_health_check",
    "aws_db_parameter_group",
    "aws_secretsmanager_secret_rotation",
)
HELD_BY = ("disabled", "invert_healthcheck")
"""Held is what is both: only one of them came by hand. A module ignores them: no deployment leads clients back."""
BY_ROLE: Mapping[str, frozenset[str]] = {
    "aws_db_instance": frozenset({"replicate_source_db", "storage_encrypted", "username"}),
    "aws_rds_cluster": frozenset(
        {"database_name", "master_username", "replication_source_identifier", "source_region"}
    ),
    "aws_rds_global_cluster": frozenset({"database_name", "source_db_cluster_identifier"}),
}
"""Arguments that tell who writes and who follows: they change with the writer's place and not by a deployment."""


def explanation(resource: Resource, path: str, rests: Rests) -> str:
    """What a failover did, and no person; empty where it did not."""
    match resource["type"]:
        case kind if kind == GROUP and path == "parameter" and differs_by_fence(resource):
            return roles.FENCED
        case kind if kind == ROTATION and is_paused(resource, rests):
            return roles.PAUSED
        case kind:
            return roles.SWAPPED if path.split(".")[0] in BY_ROLE.get(kind, frozenset()) else ""


def held(plan: Resource) -> Iterator[tuple[Resource, tuple[str, ...], str]]:
    """The health checks that do not tell what they see, by which arguments, and why if a failover did it."""
    for resource in plan.get("resource_changes", ()):
        there = resource["change"].get("before") or {}
        if resource["type"] == HEALTH_CHECK and (by := tuple(name for name in HELD_BY if there.get(name))):
            yield resource, by, roles.HELD if by == HELD_BY else ""


def overrides(plan: Resource, rests: Rests, module: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """What a plan must leave as it is: the fence of an old writer, and a rotation that would change its password."""
    found: dict[str, dict[str, Any]] = {}
    for resource in plan.get("resource_changes", ()):
        kind, label = resource["type"], resource["name"]
        if kind == GROUP and is_fenced(resource):
            own = module["resource"][kind][label].get("parameter", [])
            found.setdefault(kind, {})[label] = {"parameter": [*own, *_fence(resource)]}
        elif kind == ROTATION and is_paused(resource, rests):
            ignored = {"ignore_changes": ["rotation_lambda_arn", "rotation_rules"]}
            found.setdefault(kind, {})[label] = {"lifecycle": ignored}
    return found


def is_fenced(resource: Resource) -> bool:
    """Tell whether a group has the fence, which no module has."""
    return bool(_fence(resource))


def differs_by_fence(resource: Resource) -> bool:
    """Tell whether the fence is all that differs."""
    there = {one["name"]: one.get("value") for one in _parameters(resource, "before") if one["name"] != roles.FENCE}
    return is_fenced(resource) and there == {one["name"]: one.get("value") for one in _parameters(resource, "after")}


def is_paused(resource: Resource, rests: Rests) -> bool:
    """Tell whether a rotation rests because the writer is elsewhere."""
    there = resource["change"].get("before") or {}
    return there.get("rotation_enabled") is False and rests(str(there.get("secret_id")))


def _fence(resource: Resource) -> list[dict[str, Any]]:
    found = (one for one in _parameters(resource, "before") if one["name"] == roles.FENCE)
    return [{name: one[name] for name in ("name", "value", "apply_method") if one.get(name)} for one in found]


def _parameters(resource: Resource, side: str) -> Sequence[Mapping[str, Any]]:
    return (resource["change"].get(side) or {}).get("parameter") or ()
