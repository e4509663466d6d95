"""Versions that AWS raised by itself, in the plans that Terraform makes of them."""

from __future__ import annotations

from typing import Any

import pytest

from tapstack.engines.terraform import drift, raised
from tapstack.engines.versions import RAISED

KIND = "aws_db_instance"
MODULE = {"resource": {KIND: {"main": {"lifecycle": {"ignore_changes": ["replicate_source_db"]}}}}}


def plan(there: str, described: str, *, kind: str = KIND, action: str = "update") -> dict[str, Any]:
    change = {"actions": [action], "before": {"engine_version": there}, "after": {"engine_version": described}}
    return {"resource_changes": [{"address": f"{kind}.main", "type": kind, "name": "main", "change": change}]}


@pytest.mark.parametrize(
    ("there", "described"),
    [("17.9", "17.7"), ("17.10", "17.9"), ("8.0.mysql_aurora.3.11.0", "8.0.mysql_aurora.3.10.1")],
)
def test_a_version_that_aws_raised_is_left_alone_and_no_drift(there: str, described: str) -> None:
    found = plan(there, described)
    assert raised.overrides(found, MODULE) == {
        KIND: {"main": {"lifecycle": {"ignore_changes": ["replicate_source_db", "engine_version"]}}}
    }
    (drifted,) = drift.find("regional/us-east-1", found, lambda _: False)
    assert (drifted.expected, drifted.actual, drifted.explanation) == (described, there, RAISED)


@pytest.mark.parametrize(
    "found",
    [
        plan("17.7", "17.9"),
        plan("17.9", "17.10"),
        plan("17.7", "17.7"),
        plan("2", "1", kind="aws_elasticache_cluster"),
        {"resource_changes": [{"type": KIND, "name": "main", "change": {"actions": ["create"], "before": None}}]},
    ],
    ids=["an upgrade", "an upgrade by number", "no change", "no database", "a new one"],
)
def test_all_else_is_done_as_it_is_described(found: dict[str, Any]) -> None:
    assert raised.overrides(found, MODULE) == {}
