"""What a failover leaves behind, in the plans that Terraform makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from tapstack.engines import roles
from tapstack.engines.terraform import drift, failed_over

SECRET = "arn:aws:secretsmanager:us-east-1:1:secret:shop-dev-main-AbCdEf"
FENCE = {"name": roles.FENCE, "value": "1", "apply_method": "immediate"}
TLS = {"name": "rds.force_ssl", "value": "1", "apply_method": "immediate"}
LAX = {**TLS, "value": "0"}
RESTS = {"rotation_enabled": False, "secret_id": SECRET, "rotation_lambda_arn": "", "rotation_rules": []}
TURNS = {"secret_id": SECRET, "rotation_lambda_arn": "arn", "rotation_rules": [{"automatically_after_days": 30}]}
GROUP, OWN = "aws_db_parameter_group", {"name": "rds.force_ssl", "value": "1"}
MODULE = {"resource": {GROUP: {"main": {"parameter": [OWN]}}}}


def has_left(secret: str) -> bool:
    return secret == SECRET


def is_here(_: str) -> bool:
    return False


def plan(kind: str, before: dict[str, Any], after: dict[str, Any], action: str = "update") -> dict[str, Any]:
    change = {"actions": [action], "before": before, "after": after}
    return {"resource_changes": [{"address": f"{kind}.main", "type": kind, "name": "main", "change": change}]}


def group(*parameters: dict[str, str]) -> dict[str, Any]:
    return plan(GROUP, {"parameter": list(parameters)}, {"parameter": [TLS]})


def rotation() -> dict[str, Any]:
    return plan("aws_secretsmanager_secret_rotation", RESTS, TURNS)


def explanations(found: dict[str, Any], rests: failed_over.Rests = has_left) -> set[str]:
    return {drifted.explanation for drifted in drift.find("regional/us-east-1", found, rests)}


def test_a_fence_is_named_and_a_parameter_that_somebody_changed_is_drift() -> None:
    assert explanations(group(FENCE, TLS)) == {roles.FENCED}
    assert explanations(group(FENCE, LAX)) == {""}
    assert explanations(group(LAX)) == {""}


def test_a_rotation_rests_only_while_the_writer_is_elsewhere() -> None:
    assert explanations(rotation()) == {roles.PAUSED}
    assert explanations(rotation(), is_here) == {""}


@pytest.mark.parametrize(
    ("disabled", "inverted", "expected"),
    [(True, True, {roles.HELD}), (True, False, {""}), (False, True, {""}), (False, False, set())],
)
def test_a_health_check_is_held_by_both_switches_and_by_hand_with_one(
    disabled: bool, inverted: bool, expected: set[str]
) -> None:
    there = {"disabled": disabled, "invert_healthcheck": inverted}
    assert explanations(plan("aws_route53_health_check", there, there, "no-op")) == expected


def test_a_deployment_keeps_the_fence_and_what_the_fleet_says_beside_it() -> None:
    found = failed_over.overrides(group(FENCE, LAX), has_left, MODULE)
    assert found == {
        "aws_db_parameter_group": {"main": {"parameter": [{"name": "rds.force_ssl", "value": "1"}, FENCE]}}
    }
    assert failed_over.overrides(group(LAX), has_left, MODULE) == {}


def test_a_deployment_begins_no_rotation_while_the_writer_is_elsewhere() -> None:
    kind = "aws_secretsmanager_secret_rotation"
    ignored = {"lifecycle": {"ignore_changes": ["rotation_lambda_arn", "rotation_rules"]}}
    assert failed_over.overrides(rotation(), has_left, MODULE) == {kind: {"main": ignored}}
    assert failed_over.overrides(rotation(), is_here, MODULE) == {}
