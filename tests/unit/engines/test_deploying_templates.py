"""What templates alone can tell: what they come to in a region, how they differ, and what can be made of them."""

from __future__ import annotations

import json
from typing import Any

from tapstack.engines.cloudformation import artifacts, comparing, protection, reverting, stepping
from tapstack.engines.cloudformation.code import CDK_BUCKET
from tapstack.engines.cloudformation.resolving import Place, Resolved, resolve
from tapstack.engines.engine import Action
from tapstack.fleet.extensions import Extensions
from tapstack.fleet.fleet import Fleet
from tapstack.plan import planning

PLACE = Place("shop-dev-regional", "eu-west-1", "123456789012", "aws")
TABLE = "AWS::DynamoDB::GlobalTable"


def _resolved(properties: Any, **sections: Any) -> Any:
    parameters = sections.pop("given", {})
    template = {"Resources": {"It": {"Type": "AWS::X::Y", "Properties": properties}}, **sections}
    return resolve(template, parameters, PLACE).resources["It"]["Properties"]


def test_pseudo_parameters_are_filled_in() -> None:
    assert _resolved({"Name": {"Fn::Sub": "shop-${AWS::AccountId}-${AWS::Region}"}}) == {
        "Name": "shop-123456789012-eu-west-1"
    }
    assert _resolved({"Name": {"Ref": "AWS::StackName"}}) == {"Name": "shop-dev-regional"}


def test_what_only_aws_knows_stays() -> None:
    arn = {"Fn::GetAtt": ["Key", "Arn"]}
    assert _resolved({"Key": arn}) == {"Key": arn}
    assert _resolved({"Name": {"Fn::Sub": "${Other.Arn}/${AWS::Region}"}}) == {
        "Name": {"Fn::Sub": "${Other.Arn}/eu-west-1"}
    }
    assert _resolved({"Key": {"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::ImportValue": "key"}]}]}}) == {
        "Key": {"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::ImportValue": "key"}]}]}
    }


def test_a_gap_with_a_value_of_its_own_is_filled_or_kept_with_it() -> None:
    assert _resolved({"A": {"Fn::Sub": ["${x}-${!y}", {"x": {"Ref": "AWS::Region"}}]}}) == {
        "A": {"Fn::Sub": "eu-west-1-${!y}"}
    }
    value = {"Fn::GetAtt": ["Zone", "Id"]}
    assert _resolved({"A": {"Fn::Sub": ["${x}.", {"x": value}]}}) == {"A": {"Fn::Sub": ["${x}.", {"x": value}]}}


def test_mappings_are_looked_up_by_region() -> None:
    mappings = {"Regions": {"eu-west-1": {"Block": "10.1.0.0/16"}}}
    look = {"Fn::FindInMap": ["Regions", {"Ref": "AWS::Region"}, "Block"]}
    assert _resolved({"Cidr": look}, Mappings=mappings) == {"Cidr": "10.1.0.0/16"}
    assert _resolved({"Cidr": look}) == {"Cidr": look}


def test_conditions_decide_about_values_and_resources() -> None:
    template = {
        "Parameters": {"Linked": {"Type": "String", "Default": "false"}},
        "Conditions": {
            "IsLinked": {"Fn::Equals": [{"Ref": "Linked"}, "true"]},
            "IsHome": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]},
            "Both": {"Fn::And": [{"Condition": "IsLinked"}, {"Condition": "IsHome"}]},
            "Any": {"Fn::Or": [{"Condition": "IsLinked"}, {"Condition": "IsHome"}]},
            "Away": {"Fn::Not": [{"Condition": "IsHome"}]},
            "Open": {"Fn::Equals": [{"Ref": "Elsewhere"}, "true"]},
        },
        "Resources": {
            name: {"Type": "AWS::X::Y", "Condition": name}
            for name in ("IsLinked", "IsHome", "Both", "Any", "Away", "Open")
        }
        | {
            "It": {
                "Type": "AWS::X::Y",
                "Properties": {
                    "Rules": {"Fn::If": ["IsLinked", ["rule"], {"Ref": "AWS::NoValue"}]},
                    "List": [{"Fn::If": ["IsHome", {"Ref": "AWS::NoValue"}, 1]}, 2],
                    "Open": {"Fn::If": ["Open", 1, 2]},
                },
            }
        },
        "Outputs": {"Told": {"Value": {"Fn::Join": ["-", ["a", {"Ref": "Linked"}]]}, "Condition": "Any"}},
    }
    found = resolve(template, {}, PLACE)
    assert set(found.resources) == {"IsHome", "Any", "Open", "It"}
    assert found.resources["It"]["Properties"] == {"List": [2], "Open": {"Fn::If": ["Open", 1, 2]}}
    assert found.outputs == {"Told": {"Value": "a-false"}}
    linked = resolve(template, {"Linked": "true", "Unknown": "x"}, PLACE)
    assert set(linked.resources) == {"IsLinked", "IsHome", "Both", "Any", "Open", "It"}
    assert linked.resources["It"]["Properties"]["Rules"] == ["rule"]


def _compared(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {change.name: change for change in comparing.resource_changes(Resolved(before, {}), Resolved(after, {}))}


def test_a_prediction_names_what_comes_goes_stays_and_is_replaced() -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "a", "Tags": [{"Key": "x", "Value": "1"}]}}
    before = {
        "Kept": {**bucket, "DeletionPolicy": "RetainExceptOnCreate"},
        "Lost": bucket,
        "Renamed": bucket,
        "Tagged": bucket,
        "Other": {"Type": "AWS::IAM::Role"},
        "Same": bucket,
        "Ordered": {**bucket, "DependsOn": ["Same"]},
    }
    after = {
        "New": bucket,
        "Renamed": {**bucket, "Properties": {**bucket["Properties"], "BucketName": "b"}},
        "Tagged": {**bucket, "Properties": {**bucket["Properties"], "Tags": [{"Key": "x", "Value": "2"}]}},
        "Other": {"Type": "AWS::S3::Bucket"},
        "Same": bucket,
        "Ordered": {**bucket, "DependsOn": ["Tagged"]},
    }
    found = _compared(before, after)
    assert {name: change.action for name, change in found.items()} == {
        "Kept": Action.FORGET,
        "Lost": Action.REMOVE,
        "New": Action.ADD,
        "Renamed": Action.REPLACE,
        "Tagged": Action.CHANGE,
        "Other": Action.REPLACE,
    }
    (tag,) = found["Tagged"].properties
    assert (tag.path, tag.before, tag.after) == ("Tags.0.Value", "1", "2")
    assert found["Renamed"].destroys_data
    assert found["Other"].destroys_data


def test_functions_are_compared_as_a_whole_and_policies_by_their_name() -> None:
    before = {"It": {"Type": "AWS::X::Y", "Properties": {"Role": {"Fn::GetAtt": ["One", "Arn"]}, "Gone": 1}}}
    after = {
        "It": {"Type": "AWS::X::Y", "Properties": {"Role": {"Fn::GetAtt": ["Two", "Arn"]}}, "DeletionPolicy": "Delete"}
    }
    parts = {part.path: (part.before, part.after) for part in _compared(before, after)["It"].properties}
    assert parts == {
        "Role": ('{"Fn::GetAtt": ["One", "Arn"]}', '{"Fn::GetAtt": ["Two", "Arn"]}'),
        "Gone": ("1", None),
        "DeletionPolicy": (None, "Delete"),
    }


def test_outputs_that_differ_are_told_in_words() -> None:
    before = Resolved({}, {"Old": {"Value": 1}, "Both": {"Value": 1}, "Same": {"Value": 1}})
    after = Resolved({}, {"New": {"Value": 1}, "Both": {"Value": 2}, "Same": {"Value": 1}})
    assert comparing.output_changes(before, after) == (
        "output Both is changed",
        "output New is added",
        "output Old is removed",
    )


def _table(*regions: Any, indexes: tuple[str, ...] = ()) -> dict[str, Any]:
    properties: dict[str, Any] = {"Replicas": [{"Region": region} for region in regions]}
    if indexes:
        properties["GlobalSecondaryIndexes"] = [{"IndexName": name} for name in indexes]
    return {"Resources": {"Orders": {"Type": TABLE, "Properties": properties}}}


def _regions(template: Any) -> list[Any]:
    return [replica["Region"] for replica in template["Resources"]["Orders"]["Properties"]["Replicas"]]


def test_replicas_come_and_go_one_by_one() -> None:
    between = stepping.steps(_table("a", "b"), _table("a", "c", "d"))
    assert [_regions(template) for template in between] == [["a"], ["a", "c"]]
    before = _table("a")
    assert stepping.steps(before, _table("a", "b")) == ()
    assert before == _table("a")
    assert stepping.steps({}, _table("a", "b", "c")) == ()


def test_indexes_take_steps_of_their_own_and_a_name_may_be_a_function() -> None:
    here = {"Ref": "AWS::Region"}
    between = stepping.steps(_table(here), _table(here, indexes=("one", "two")))
    assert [template["Resources"]["Orders"]["Properties"]["GlobalSecondaryIndexes"] for template in between] == [
        [{"IndexName": "one"}]
    ]
    made_by_function = {"Resources": {"Orders": {"Type": TABLE, "Properties": {"Replicas": {"Fn::If": ["x", [], []]}}}}}
    assert stepping.steps(made_by_function, _table("a", "b")) == ()


def test_tables_step_side_by_side_and_one_that_is_new_takes_none() -> None:
    before = {"Resources": {name: _table("a")["Resources"]["Orders"] for name in ("One", "Two")}}
    after = {"Resources": {name: _table("a", "b", "c")["Resources"]["Orders"] for name in ("One", "Two", "New")}}
    (step,) = stepping.steps(before, after)
    assert set(step["Resources"]) == {"One", "Two"}
    assert [len(step["Resources"][name]["Properties"]["Replicas"]) for name in ("One", "Two")] == [2, 2]


def test_new_data_stays_with_all_that_it_refers_to_when_a_change_is_put_back() -> None:
    before = {"Resources": {"Old": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"Told": {"Value": 1}}}
    now = {
        "Parameters": {"Name": {"Type": "String"}},
        "Conditions": {"IsHome": {"Fn::Equals": [1, 1]}},
        "Resources": {
            "Old": {"Type": "AWS::SNS::Topic"},
            "Wishes": {
                "Type": TABLE,
                "Condition": "IsHome",
                "DependsOn": ["Key"],
                "Properties": {"TableName": {"Fn::Sub": "${Name}-${Role.Arn}"}},
            },
            "Key": {"Type": "AWS::KMS::Alias"},
            "Role": {"Type": "AWS::IAM::Role"},
            "Function": {"Type": "AWS::Lambda::Function"},
        },
    }
    template = reverting.with_new_data(before, now)
    assert set(template["Resources"]) == {"Old", "Wishes", "Key", "Role"}
    assert set(template["Parameters"]) == {"Name"}
    assert set(template["Conditions"]) == {"IsHome"}
    assert template["Outputs"] == before["Outputs"]
    assert reverting.with_new_data(before, {"Resources": {"Function": {"Type": "AWS::Lambda::Function"}}}) is before


PROTECTED = {
    "Resources": {
        "Table": {
            "Type": TABLE,
            "DeletionPolicy": "RetainExceptOnCreate",
            "UpdateReplacePolicy": "Retain",
            "Properties": {"Replicas": [{"Region": "a", "DeletionProtectionEnabled": True}, {"Region": "b"}]},
        },
        "Database": {
            "Type": "AWS::RDS::DBCluster",
            "DeletionPolicy": "Snapshot",
            "Properties": {"DeletionProtection": True},
        },
        "Balancer": {
            "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "Properties": {
                "LoadBalancerAttributes": [
                    {"Key": "deletion_protection.enabled", "Value": "true"},
                    {"Key": "idle_timeout.timeout_seconds", "Value": "60"},
                ]
            },
        },
        "Account": {"Type": "AWS::ApiGateway::Account", "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"},
        "Topic": {"Type": "AWS::SNS::Topic"},
    }
}


def test_protection_is_lifted_only_from_what_goes() -> None:
    lifted = protection.lifted(PROTECTED, delete_data=False)["Resources"]
    assert lifted["Table"] == PROTECTED["Resources"]["Table"]
    assert lifted["Database"]["Properties"] == {"DeletionProtection": False}
    assert lifted["Database"]["DeletionPolicy"] == "Snapshot"
    attributes = lifted["Balancer"]["Properties"]["LoadBalancerAttributes"]
    assert [attribute["Value"] for attribute in attributes] == ["false", "60"]
    again = protection.lifted({"Resources": lifted}, delete_data=False)
    assert again == {"Resources": lifted}


def test_with_its_data_all_goes_but_for_what_others_of_the_account_use() -> None:
    lifted = protection.lifted(PROTECTED, delete_data=True)["Resources"]
    assert lifted["Table"]["DeletionPolicy"] == lifted["Table"]["UpdateReplacePolicy"] == "Delete"
    assert lifted["Table"]["Properties"]["Replicas"][0]["DeletionProtectionEnabled"] is False
    # CloudFormation takes no update of policies alone.
    assert lifted["Table"]["Metadata"] != PROTECTED["Resources"]["Table"].get("Metadata")
    assert lifted["Database"]["DeletionPolicy"] == "Delete"
    assert lifted["Account"] == PROTECTED["Resources"]["Account"]
    assert lifted["Topic"] == PROTECTED["Resources"]["Topic"]
    assert protection.lifted({"Resources": lifted}, delete_data=True) == {"Resources": lifted}


def test_an_extensions_files_are_looked_for_where_they_were_uploaded() -> None:
    fleet = Fleet.model_validate(
        {
            "fleet": "shop",
            "regions": {"us-east-1": {}},
            "home": "us-east-1",
            "extensions": {"cloudformation": "stacks.py:extend"},
        }
    )
    plan = planning.make(fleet, "dev")
    body = json.dumps({"S3Bucket": {"Fn::Sub": CDK_BUCKET}}).encode()
    own = {"S3Bucket": {"Fn::Sub": "shop-dev-artifacts-${AWS::AccountId}-${AWS::Region}"}}
    assert json.loads(artifacts.with_own_bucket(body, fleet, plan)) == own
    plain = fleet.model_copy(update={"extensions": Extensions()})
    assert artifacts.with_own_bucket(body, plain, plan) == body
