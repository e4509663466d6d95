"""Log groups: encrypted with the region's key for logs, and emptied after the time that the fleet says."""

from __future__ import annotations

from tapstack.engines.cloudformation.template import Resource, Value
from tapstack.engines.cloudformation.unit import UnitTemplate

DAY = 86400


def add(unit: UnitTemplate, logical: str, name: Value) -> Resource:
    """Add a log group of this name; it goes with its stack."""
    return unit.template.add(
        logical,
        "AWS::Logs::LogGroup",
        {
            "LogGroupName": name,
            "RetentionInDays": unit.fleet.observability.log_retention // DAY,
            "KmsKeyId": unit.key_arn("logs"),
        },
        removal="Delete",
    )
