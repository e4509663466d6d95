"""The tagging API knows nothing of alarms, whose tags AWS lists, sets and takes away there as well.

Goes when MiniStack's tagging API covers CloudWatch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ministack.services import cloudwatch, tagging

from tapstack.sandbox.server.mends.patch import original

_ALARM = "alarm:"


def install() -> None:
    """Add alarms to each of the tagging API's tables."""
    for table, function in (("_COLLECTORS", _collect), ("_WRITERS", _write), ("_REMOVERS", _remove)):
        original(tagging, table)["cloudwatch"] = function


def _alarms() -> Iterable[str]:
    for store in (cloudwatch._alarms, cloudwatch._composite_alarms):
        yield from (alarm["AlarmArn"] for alarm in list(store.values()))


def _collect() -> Iterable[tuple[str, list[dict[str, str]]]]:
    for arn in _alarms():
        if tags := cloudwatch._resource_tags.get(arn):
            yield arn, [{"Key": key, "Value": value} for key, value in tags.items()]


def _tags(spec: Any, arn: str) -> dict[str, str]:
    if not spec.resource.startswith(_ALARM) or arn not in _alarms():
        raise tagging._ResourceNotFound(arn)
    found: dict[str, str] = cloudwatch._resource_tags.setdefault(arn, {})
    return found


def _write(spec: Any, arn: str, tags: Mapping[str, str]) -> None:
    _tags(spec, arn).update(tags)


def _remove(spec: Any, arn: str, keys: Iterable[str]) -> None:
    tags = _tags(spec, arn)
    for key in keys:
        tags.pop(key, None)
