"""Change sets as AWS describes them, in the words of a rollout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tapstack.engines.cloudformation import change_sets
from tapstack.engines.cloudformation.applying import check, losses
from tapstack.engines.cloudformation.change_sets import AppearedError, MissingNeedError, Request, resource_changes
from tapstack.engines.cloudformation.stacks import Stack
from tapstack.engines.cloudformation.watching import Operation
from tapstack.engines.engine import Action, PropertyChange, ResourceChange
from tapstack.errors import DeploymentError

REQUEST = Request(
    stack="shop-dev-regional",
    name="tapstack-1",
    creates=False,
    template_url="https://example/template.json",
    parameters={"Linked": None, "ArtifactBucket": "artifacts"},
    tags={"Fleet": "shop"},
    on_failure="ROLLBACK",
)


def _change(**facts: Any) -> dict[str, Any]:
    known = {"LogicalResourceId": "It", "ResourceType": "AWS::RDS::DBInstance", "Action": "Modify", **facts}
    return {"Type": "Resource", "ResourceChange": known}


def _detail(recreation: str = "Never", **target: str) -> dict[str, Any]:
    return {"Target": {"Attribute": "Properties", "RequiresRecreation": recreation, **target}, "Evaluation": "Static"}


@pytest.mark.parametrize(
    ("facts", "action"),
    [
        ({"Action": "Add"}, Action.ADD),
        ({"Action": "Import"}, Action.ADD),
        ({"Action": "Remove", "PolicyAction": "Delete"}, Action.REMOVE),
        ({"Action": "Remove", "PolicyAction": "Snapshot"}, Action.REMOVE),
        ({"Action": "Remove", "PolicyAction": "Retain"}, Action.FORGET),
        ({"Replacement": "False"}, Action.CHANGE),
        ({"Replacement": "True", "PolicyAction": "ReplaceAndRetain"}, Action.REPLACE),
        ({"Replacement": "Conditional"}, Action.MAY_REPLACE),
        ({"Replacement": "Conditional", "Details": [_detail("Conditionally", Name="Engine")]}, Action.MAY_REPLACE),
        ({"Action": "Dynamic"}, Action.MAY_REPLACE),
    ],
)
def test_each_action_has_its_word(facts: Mapping[str, Any], action: Action) -> None:
    (change,) = resource_changes([_change(**facts)])
    assert change.action is action


def test_what_is_known_to_stay_the_same_replaces_nothing() -> None:
    same = _detail("Always", Path="/Properties/KmsKeyId", BeforeValue="key", AfterValue="key")
    (change,) = resource_changes([_change(Replacement="Conditional", Details=[same])])
    assert change.action is Action.CHANGE
    assert change.properties == ()


def test_what_only_the_change_will_tell_may_replace_and_has_no_text() -> None:
    unknown = "{{changeSet:KNOWN_AFTER_APPLY}}"
    detail = _detail("Always", Path="/Properties/KmsKeyId", BeforeValue=unknown, AfterValue=unknown)
    (change,) = resource_changes([_change(Replacement="Conditional", Details=[detail, detail])])
    assert change.destroys_data
    assert change.properties == (PropertyChange("KmsKeyId", None, None),)


def test_paths_of_properties_are_read_as_people_write_them() -> None:
    details = [
        _detail(Path="/Properties/Tags/0/Value", Name="Tags", BeforeValue="a", AfterValue="b"),
        _detail(Name="Timeout"),
        {"Target": {"Attribute": "Metadata", "RequiresRecreation": "Never"}},
    ]
    (change,) = resource_changes([_change(Replacement="False", Details=details)])
    assert [part.path for part in change.properties] == ["Tags.0.Value", "Timeout", "Metadata"]
    assert change.properties[0].before == "a"


def test_changes_come_in_the_order_of_their_names() -> None:
    changes = resource_changes([_change(LogicalResourceId="Two"), {"Type": "Hook"}, _change(LogicalResourceId="One")])
    assert [change.name for change in changes] == ["One", "Two"]


def test_only_what_was_not_shown_is_a_loss() -> None:
    gone = ResourceChange("Table", "AWS::DynamoDB::Table", Action.REMOVE, holds_data=True)
    role = ResourceChange("Role", "AWS::IAM::Role", Action.REMOVE)
    assert losses([], [gone, role]) == (gone,)
    assert losses([gone], [gone, role]) == ()


class ChangeSets:
    """Answers as CloudFormation does, in the order of a script."""

    def __init__(self, *descriptions: Mapping[str, Any], refuse: tuple[str, str] | None = None) -> None:
        self.descriptions = list(descriptions)
        self.refusals = [refuse] if refuse else []
        self.calls: list[tuple[str, Mapping[str, Any]]] = []

    def create_change_set(self, **arguments: Any) -> Mapping[str, str]:
        self.calls.append(("create", arguments))
        if self.refusals:
            code, message = self.refusals.pop()
            raise ClientError({"Error": {"Code": code, "Message": message}}, "CreateChangeSet")
        return {"Id": "arn:changeSet/tapstack-1/x", "StackId": "arn:stack"}

    def delete_change_set(self, **arguments: Any) -> None:
        self.calls.append(("delete", arguments))

    def describe_events(self, **arguments: Any) -> Mapping[str, Any]:
        self.calls.append(("events", arguments))
        reason = "Resource of type 'AWS::SQS::Queue' with identifier 'shop-dev-jobs' already exists."
        found = {"LogicalResourceId": "Jobs", "ResourceType": "AWS::SQS::Queue", "ValidationStatusReason": reason}
        return {"OperationEvents": [{"EventType": "STACK_EVENT"}, found]}

    def get_paginator(self, name: str) -> ChangeSets:
        assert name == "describe_change_set"
        return self

    def paginate(self, **arguments: Any) -> Iterator[Mapping[str, Any]]:
        assert arguments["IncludePropertyValues"]
        description = self.descriptions.pop(0)
        yield description
        if "more" in description:
            yield description["more"]


def test_a_change_set_is_waited_for_and_read_to_its_last_page() -> None:
    more = {"Status": "CREATE_COMPLETE", "Changes": [_change(LogicalResourceId="Two")]}
    done = {"Status": "CREATE_COMPLETE", "Changes": [_change(LogicalResourceId="One")], "more": more}
    client = ChangeSets({"Status": "CREATE_PENDING"}, {"Status": "CREATE_IN_PROGRESS"}, done)
    made = change_sets.create(client, REQUEST, 0)
    assert made is not None
    assert [change.name for change in made.changes] == ["One", "Two"]
    (_, sent) = client.calls[0]
    assert sent["ChangeSetType"] == "UPDATE"
    assert sent["Parameters"] == [
        {"ParameterKey": "Linked", "UsePreviousValue": True},
        {"ParameterKey": "ArtifactBucket", "ParameterValue": "artifacts"},
    ]


def test_no_change_is_no_failure_and_leaves_nothing() -> None:
    client = ChangeSets({"Status": "FAILED", "StatusReason": "The submitted information didn't contain changes."})
    assert change_sets.create(client, REQUEST, 0) is None
    assert client.calls[-1][0] == "delete"


def test_a_missing_export_cannot_be_asked_about() -> None:
    client = ChangeSets({"Status": "FAILED", "StatusReason": "No export named shop-dev-key-data-arn found."})
    with pytest.raises(MissingNeedError):
        change_sets.create(client, REQUEST, 0)
    refused = ChangeSets(refuse=("ValidationError", "No export named shop-dev-key-data-arn found."))
    with pytest.raises(MissingNeedError):
        change_sets.create(refused, REQUEST, 0)


def test_a_stack_that_came_to_be_meanwhile_is_not_created_again() -> None:
    said = "Stack [shop-dev-foundation] already exists and cannot be created again with the changeSet [tapstack-1]."
    with pytest.raises(AppearedError):
        change_sets.create(ChangeSets(refuse=("ValidationError", said)), replace(REQUEST, creates=True), 0)
    with pytest.raises(ClientError):
        change_sets.create(ChangeSets(refuse=("ValidationError", said)), REQUEST, 0)


def test_any_other_failure_is_told_with_the_reason_of_aws() -> None:
    client = ChangeSets({"Status": "FAILED", "StatusReason": "Transform failed"})
    with pytest.raises(DeploymentError, match="shop-dev-regional") as failed:
        change_sets.create(client, REQUEST, 0)
    assert failed.value.detail == "Transform failed"


def test_what_aws_validates_early_is_told_by_resource() -> None:
    hook = "The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]."
    client = ChangeSets({"Status": "FAILED", "StatusReason": hook})
    with pytest.raises(DeploymentError) as failed:
        change_sets.create(client, REQUEST, 0)
    assert failed.value.detail.startswith("Jobs (AWS::SQS::Queue): ")
    assert "already exists" in failed.value.detail
    assert [call for call, _ in client.calls] == ["create", "events", "delete"]


def test_what_only_refers_to_what_keeps_its_identity_is_no_change() -> None:
    def refers(name: str, to: str) -> dict[str, Any]:
        detail = {
            **_detail("Conditionally", Name="FunctionName"),
            "Evaluation": "Dynamic",
            "ChangeSource": "ResourceAttribute",
            "CausingEntity": f"{to}.Arn",
        }
        return _change(LogicalResourceId=name, Replacement="Conditional", Details=[detail])

    stays = _change(LogicalResourceId="Function", Replacement="False", Details=[_detail(Name="Timeout")])
    moves = _change(LogicalResourceId="Other", Replacement="True", Details=[_detail("Always", Name="Name")])
    changes = resource_changes(
        [stays, moves, refers("Calls", "Function"), refers("Far", "Calls"), refers("Near", "Other")]
    )
    assert [change.name for change in changes] == ["Function", "Near", "Other"]


def test_one_that_a_killed_run_left_is_replaced() -> None:
    client = ChangeSets(
        {"Status": "CREATE_COMPLETE"}, refuse=("AlreadyExistsException", "ChangeSet tapstack-1 already exists")
    )
    assert change_sets.create(client, REQUEST, 0) is not None
    assert [call for call, _ in client.calls] == ["create", "delete", "create"]


class Validated:
    """A stack that failed before any resource was begun, and an older operation that did too."""

    def describe_events(self, **arguments: Any) -> Mapping[str, Any]:
        assert arguments == {"StackName": "arn:stack", "Filters": {"FailedEvents": True}}
        newest = {
            "OperationId": "2",
            "ValidationPath": "/Resources/Files",
            "ValidationStatusReason": "It exists.",
        }
        older = {"OperationId": "1", "ValidationPath": "/Resources/Jobs", "ValidationStatusReason": "It existed."}
        return {"OperationEvents": [{"OperationId": "2", "EventType": "PROVISIONING_ERROR"}, newest, newest, older]}


def test_what_a_stack_failed_on_before_it_began_is_read_from_its_newest_operation() -> None:
    assert change_sets.validation_findings(Validated(), StackName="arn:stack") == ("/Resources/Files: It exists.",)


def test_a_stack_that_failed_its_validation_says_on_what() -> None:
    reason = "Validation failure detected. See the operation's FAILED event for details."
    stack = Stack("small", "arn:stack", "CREATE_FAILED", reason, {}, {}, {}, is_protected=False)
    client = Validated()
    operation = Operation(client, "foundation/eu-west-1", "arn:stack", lambda _: None)
    with pytest.raises(DeploymentError) as failed:
        check(SimpleNamespace(client=client, region="eu-west-1"), operation, stack)  # type: ignore[arg-type]
    assert "/Resources/Files: It exists." in failed.value.detail
    assert reason not in failed.value.detail
