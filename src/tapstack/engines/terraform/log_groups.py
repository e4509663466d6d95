"""Log groups: encrypted with the region's key for logs, and emptied after the time that the fleet says."""

from __future__ import annotations

from typing import Any

from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform.expressions import Expression
from tapstack.engines.terraform.module import Resource
from tapstack.engines.terraform.unit import UnitModule

DAY = 86400
YEAR = 365


def add(unit: UnitModule, group_label: str, name: str, *, count: Expression | None = None) -> Resource[Any]:
    """Add a log group of this name; it goes with its unit."""
    kept = unit.fleet.observability.log_retention // DAY
    return unit.resource.aws_cloudwatch_log_group(
        group_label,
        name=name,
        retention_in_days=kept,
        kms_key_id=unit.key_arn("logs"),
        count=count,
        exceptions=_exceptions(kept),
    )


def _exceptions(kept: int) -> list[LintException]:
    if kept >= YEAR:
        return []
    return [LintException("checkov", "CKV_AWS_338", "The fleet says for how long logs are kept.")]
