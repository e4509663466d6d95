"""Versions that AWS raised by itself: named for a person, and left alone, since no database goes back to a former one.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Upgrading.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tapstack.engines.versions import RAISED, is_later

KINDS = ("aws_db_instance", "aws_rds_cluster")
ARGUMENT = "engine_version"
IGNORED = "ignore_changes"

Resource = Mapping[str, Any]
"""A resource in a plan: its address, its kind, and what it is before and after."""


def explanation(resource: Resource, path: str) -> str:
    """What AWS did, and no person; empty where it did not."""
    return RAISED if path == ARGUMENT and _is_raised(resource) else ""


def overrides(plan: Resource, module: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """What a plan must leave as it is."""
    found: dict[str, dict[str, Any]] = {}
    for resource in filter(_is_raised, plan.get("resource_changes", ())):
        kind, label = resource["type"], resource["name"]
        ignored = module["resource"][kind][label].get("lifecycle", {}).get(IGNORED, [])
        found.setdefault(kind, {})[label] = {"lifecycle": {IGNORED: [*ignored, ARGUMENT]}}
    return found


def _is_raised(resource: Resource) -> bool:
    if resource["type"] not in KINDS or resource["change"]["actions"] != ["update"]:
        return False
    there, described = (str(resource["change"][side].get(ARGUMENT) or "") for side in ("before", "after"))
    return is_later(there, described)
