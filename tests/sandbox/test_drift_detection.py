"""Drift: none in a fleet just deployed, each change by hand under its property's path, each deletion as one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from clients import until
from deployment import Deployment
from ruamel.yaml import YAML

from tapstack.sandbox.control import Sandbox

EXAMPLES = Path(__file__).parents[2] / "examples"
BY_HAND = YAML(typ="safe").load((Path(__file__).parent / "drift" / "by_hand.yaml").read_text())
REGION = "eu-west-1"
UNREADABLE = {
    "AWS::CloudFormation::CustomResource", "AWS::CloudFormation::WaitConditionHandle", "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy", "AWS::ElasticLoadBalancingV2::ListenerCertificate",
}  # fmt: skip
"""What no read handler of AWS reads, so that it stays unchecked there too."""

Drift = tuple[str, tuple[str, ...]]


class Stack:
    """A stack whose drift is asked for."""

    def __init__(self, sandbox: Sandbox, name: str, region: str) -> None:
        self.client: Any = sandbox.client("cloudformation", region)
        self.name = name

    def detect(self) -> Mapping[str, Any]:
        detection = self.client.detect_stack_drift(StackName=self.name)["StackDriftDetectionId"]
        return dict(self.client.describe_stack_drift_detection_status(StackDriftDetectionId=detection))

    def drifts(self) -> dict[str, Drift]:
        """The resources that differ, and where; a reason that one could not be read stands among the paths."""
        found = self.client.describe_stack_resource_drifts(
            StackName=self.name, StackResourceDriftStatusFilters=["MODIFIED", "DELETED", "UNKNOWN"]
        )["StackResourceDrifts"]
        return {
            each["LogicalResourceId"]: (
                each["StackResourceDriftStatus"],
                (
                    *sorted(item["PropertyPath"] for item in each.get("PropertyDifferences", ())),
                    *([each["DriftStatusReason"]] if "DriftStatusReason" in each else []),
                ),
            )
            for each in found
        }

    def resources(self) -> list[Any]:
        return list(self.client.describe_stack_resources(StackName=self.name)["StackResources"])


@pytest.mark.parametrize("example", ["aurora-failover", "web-platform", "serverless-api", "data-platform"])
def test_a_fleet_just_deployed_is_in_sync_in_all_that_aws_can_read(sandbox: Sandbox, example: str) -> None:
    deployment = Deployment(sandbox, EXAMPLES / example / "fleet.yaml", "dev")
    deployment.deploy()
    try:
        for unit in deployment.plan.units:
            stack = Stack(sandbox, deployment.stack(unit), unit.region)
            detection = stack.detect()
            assert stack.drifts() == {}, unit.id
            assert (detection["DetectionStatus"], detection["StackDriftStatus"]) == ("DETECTION_COMPLETE", "IN_SYNC")
            assert detection["DriftedStackResourceCount"] == 0
            statuses = {
                (each["ResourceType"], each["DriftInformation"]["StackResourceDriftStatus"])
                for each in stack.resources()
            }
            assert {kind for kind, status in statuses if status != "IN_SYNC"} <= UNREADABLE
    finally:
        deployment.destroy()


def test_who_writes_in_a_global_database_is_no_drift_but_who_has_left_it_is(sandbox: Sandbox) -> None:
    deployment = Deployment(sandbox, EXAMPLES / "aurora-failover" / "fleet.yaml", "dev")
    deployment.deploy()
    home, standby = (
        deployment.plan.home,
        next(r.name for r in deployment.plan.regions if r.name != deployment.plan.home),
    )
    rds = sandbox.client("rds", standby)
    joined = rds.describe_global_clusters()["GlobalClusters"][0]
    other = next(m["DBClusterArn"] for m in joined["GlobalClusterMembers"] if not m["IsWriter"])
    named = {"GlobalClusterIdentifier": joined["GlobalClusterIdentifier"]}
    try:
        rds.failover_global_cluster(**named, TargetDbClusterIdentifier=other, AllowDataLoss=True)
        until(lambda: writer(rds) == other, seconds=60)
        for region in (home, standby):
            stack = Stack(sandbox, f"{deployment.plan.fleet}-dev-regional", region)
            stack.detect()
            assert stack.drifts() == {}, region
        left = next(m["DBClusterArn"] for m in joined["GlobalClusterMembers"] if m["IsWriter"])
        sandbox.client("rds", home).remove_from_global_cluster(**named, DbClusterIdentifier=left)
        stack = Stack(sandbox, f"{deployment.plan.fleet}-dev-regional", home)
        stack.detect()
        assert ("MODIFIED", ("/GlobalClusterIdentifier",)) in stack.drifts().values()
    finally:
        deployment.destroy()


def writer(rds: Any) -> str:
    members = rds.describe_global_clusters()["GlobalClusters"][0]["GlobalClusterMembers"]
    return next((str(member["DBClusterArn"]) for member in members if member["IsWriter"]), "")


@pytest.fixture(scope="module")
def touched(sandbox: Sandbox) -> Iterator[tuple[Stack, Mapping[str, Any], Mapping[str, Drift]]]:
    """A stack in sync, then everything of the table done to it, then looked at again."""
    stack = Stack(sandbox, "by-hand", REGION)
    stack.client.create_stack(
        StackName=stack.name, TemplateBody=json.dumps(BY_HAND["template"]), Capabilities=["CAPABILITY_NAMED_IAM"],
    )  # fmt: skip
    stack.client.get_waiter("stack_create_complete").wait(StackName=stack.name, WaiterConfig={"Delay": 1})
    assert stack.detect()["StackDriftStatus"] == "IN_SYNC", stack.drifts()
    known = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in stack.resources()}
    for step in BY_HAND["by_hand"]:
        service, operation, parameters = step["does"]
        call = getattr(sandbox.client(service, REGION), operation)
        call(**filled(parameters, known))
    yield stack, stack.detect(), stack.drifts()


def filled(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: filled(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, known) for item in value]
    return re.sub(r"<(\w+)>", lambda match: known[match[1]], value) if isinstance(value, str) else value


EXPECTED: dict[str, Drift] = {
    name: ("MODIFIED", tuple(paths)) for step in BY_HAND["by_hand"] for name, paths in step.get("drifts", {}).items()
} | {step["deletes"]: ("DELETED", ()) for step in BY_HAND["by_hand"] if "deletes" in step}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_change_by_hand_shows_under_its_propertys_path(
    touched: tuple[Stack, Mapping[str, Any], Mapping[str, Drift]], name: str
) -> None:
    assert touched[2].get(name) == EXPECTED[name]


def test_nothing_else_shows(touched: tuple[Stack, Mapping[str, Any], Mapping[str, Drift]]) -> None:
    _, detection, drifts = touched
    assert set(drifts) == set(EXPECTED)
    assert detection["StackDriftStatus"] == "DRIFTED"
    assert detection["DriftedStackResourceCount"] == len(EXPECTED)


def test_a_difference_says_what_was_expected_and_what_is(
    touched: tuple[Stack, Mapping[str, Any], Mapping[str, Drift]],
) -> None:
    stack, _, _ = touched
    found = stack.client.describe_stack_resource_drifts(StackName=stack.name)["StackResourceDrifts"]
    logs = next(each for each in found if each["LogicalResourceId"] == "Logs")
    assert logs["PropertyDifferences"] == [
        {
            "PropertyPath": "/RetentionInDays",
            "ExpectedValue": "7",
            "ActualValue": "30",
            "DifferenceType": "NOT_EQUAL",
        }
    ]
    group = next(each for each in found if each["LogicalResourceId"] == "Group")
    assert [each["DifferenceType"] for each in group["PropertyDifferences"]] == ["ADD"]


def test_put_back_by_hand_it_is_in_sync_again(
    sandbox: Sandbox, touched: tuple[Stack, Mapping[str, Any], Mapping[str, Drift]]
) -> None:
    stack, _, _ = touched
    sandbox.client("logs", REGION).put_retention_policy(logGroupName="/by-hand", retentionInDays=7)
    answer = stack.client.detect_stack_resource_drift(StackName=stack.name, LogicalResourceId="Logs")
    assert answer["StackResourceDrift"]["StackResourceDriftStatus"] == "IN_SYNC"
