"""What Terraform's own plans, recorded from real runs, become in the words of every engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tapstack.engines.engine import Action, PropertyChange
from tapstack.engines.terraform import drift, plans

RECORDED = Path(__file__).parent / "recorded"
CARTS = "aws_dynamodb_table.table_carts"


def recorded(name: str) -> Any:
    return json.loads((RECORDED / f"{name}.json").read_text())


def one(change: dict[str, Any]) -> dict[str, Any]:
    return {"resource_changes": [{"address": "aws_db_instance.main", "type": "aws_db_instance", "change": change}]}


def nobody_left(_: str) -> bool:
    return False


def test_what_is_new_is_added_and_its_properties_are_not_repeated() -> None:
    (change,) = plans.resource_changes(recorded("create"))
    assert (change.name, change.kind, change.action) == (CARTS, "aws_dynamodb_table", Action.ADD)
    assert change.holds_data and not change.destroys_data
    assert change.properties == ()


def test_a_change_tells_only_what_differs() -> None:
    (change,) = plans.resource_changes(recorded("change"))
    assert change.action is Action.CHANGE
    assert change.properties == (
        PropertyChange("point_in_time_recovery.0.enabled", "true", "false"),
        PropertyChange("ttl.0.attribute_name", "", "gone"),
        PropertyChange("ttl.0.enabled", "false", "true"),
    )


def test_a_replacement_tells_what_forces_it_and_that_data_is_lost() -> None:
    (change,) = plans.resource_changes(recorded("replace"))
    assert change.action is Action.REPLACE and change.destroys_data
    assert [part.path for part in change.properties] == ["attribute.0.name", "hash_key"]


def test_what_is_retained_is_forgotten_and_loses_nothing() -> None:
    forgotten, added = plans.resource_changes(recorded("forget"))
    assert (forgotten.name, forgotten.action) == (CARTS, Action.FORGET)
    assert not forgotten.destroys_data
    assert added.action is Action.ADD
    assert plans.output_changes(recorded("forget")) == (
        "output TableCartsName is removed",
        "output TableOrdersName is added",
    )


def test_secrets_are_never_shown() -> None:
    plan = one(
        {
            "actions": ["update"],
            "before": {"password": "old-one", "tags": {"a": "b"}, "users": [{"name": "x", "password": "old-two"}]},
            "after": {"password": "new-one", "tags": {"a": "b"}, "users": [{"name": "y", "password": "new-two"}]},
            "before_sensitive": {"password": True, "users": [{"password": True}]},
            "after_sensitive": {"password": True, "users": [{"password": True}]},
        }
    )
    (change,) = plans.resource_changes(plan)
    assert change.properties == (
        PropertyChange("password", plans.HIDDEN, plans.HIDDEN),
        PropertyChange("users.0.name", "x", "y"),
        PropertyChange("users.0.password", plans.HIDDEN, plans.HIDDEN),
    )
    assert "old-" not in repr(change) and "new-" not in repr(change)


def test_a_list_of_another_length_hides_all_of_itself_if_a_part_is_secret() -> None:
    plan = one(
        {
            "actions": ["update"],
            "before": {"users": [{"password": "old"}]},
            "after": {"users": []},
            "before_sensitive": {"users": [{"password": True}]},
            "after_sensitive": {"users": []},
        }
    )
    (change,) = plans.resource_changes(plan)
    assert change.properties == (PropertyChange("users", plans.HIDDEN, "[]"),)


def test_what_is_known_only_later_is_said_to_be() -> None:
    plan = one({"actions": ["update"], "before": {"arn": "a"}, "after": {}, "after_unknown": {"arn": True}})
    (change,) = plans.resource_changes(plan)
    assert change.properties == (PropertyChange("arn", "a", plans.LATER),)


def test_the_same_document_in_other_words_is_no_difference() -> None:
    before, after = {"policy": '{"a": 1, "b": 2}', "n": 1}, {"policy": '{"b":2,"a":1}', "n": 2}
    (change,) = plans.resource_changes(one({"actions": ["update"], "before": before, "after": after}))
    assert [part.path for part in change.properties] == ["n"]


def test_reading_and_doing_nothing_are_no_changes() -> None:
    for action in ("no-op", "read"):
        assert plans.resource_changes(one({"actions": [action], "before": {}, "after": {}})) == ()


def test_drift_tells_what_was_deployed_and_what_is_there() -> None:
    (drifted,) = drift.find("regional/us-east-1", recorded("drift"), nobody_left)
    assert (drifted.name, drifted.path, drifted.expected, drifted.actual) == (CARTS, "tags.CostCenter", "x", "hand")
    assert not drifted.explanation


def test_what_somebody_deleted_is_gone() -> None:
    (drifted,) = drift.find("regional/us-east-1", recorded("gone"), nobody_left)
    assert (drifted.name, drifted.path, drifted.actual) == (CARTS, "", None)


def test_nothing_in_other_words_is_no_drift() -> None:
    before, after = {"tags": None, "description": "", "n": "1"}, {"tags": {}, "description": None, "n": "2"}
    found = drift.find("u", one({"actions": ["update"], "before": before, "after": after}), nobody_left)
    assert [one.path for one in found] == ["n"]


def test_roles_that_a_failover_swapped_are_explained() -> None:
    plan = one({"actions": ["update"], "before": {"replicate_source_db": None}, "after": {"replicate_source_db": "x"}})
    (drifted,) = drift.find("u", plan, nobody_left)
    assert "failover" in drifted.explanation
