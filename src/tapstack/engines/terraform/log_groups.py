"""Log groups: encrypted with the region's key for logs, and emptied after the time that the fleet says."""

from __future__ import annotations

from typing import Any

from tapstack.engines.terraform.expressions import Expression
from tapstack.engines.terraform.module import Resource
from tapstack.engines.terraform.unit import UnitModule

DAY = 86400


def add(unit: UnitModule, group_label: str, name: str, *, count: Expression | None = None) -> Resource[Any]:
    """Add a log group of this name; it goes with its unit."""
    return unit.resource.aws_cloudwatch_log_group(
        group_label,
        name=name,
        retention_in_days=unit.fleet.observability.log_retention // DAY,
        kms_key_id=unit.key_arn("logs"),
        count=count,
    )
