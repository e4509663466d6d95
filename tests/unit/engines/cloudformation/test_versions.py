"""What CloudFormation says of a database's version that AWS changed, or that its members did."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tapstack.engines.cloudformation import drift, requests
from tapstack.engines.cloudformation.artifacts import Artifact
from tapstack.engines.cloudformation.site import Site
from tapstack.engines.cloudformation.stacks import Stack
from tapstack.engines.versions import MEMBERS, RAISED
from tapstack.plan.model import Unit, UnitKind

UNIT = Unit(kind=UnitKind.GLOBAL, region="us-east-1", shape="global", components=())
PARAMETER = "DatabaseMainFirstVersion"


@pytest.mark.parametrize(
    ("kind", "actual", "explanation"),
    [
        ("AWS::RDS::DBInstance", "17.10", RAISED),
        ("AWS::RDS::DBCluster", "17.10", RAISED),
        ("AWS::RDS::GlobalCluster", "17.10", MEMBERS),
        ("AWS::RDS::DBInstance", "17.8", ""),
        ("AWS::Lambda::Function", "17.10", ""),
    ],
)
def test_a_later_version_is_explained_and_an_earlier_one_is_drift(kind: str, actual: str, explanation: str) -> None:
    difference = {"PropertyPath": "/EngineVersion", "ExpectedValue": "17.9", "ActualValue": actual}
    resource = {
        "LogicalResourceId": "DatabaseMain",
        "ResourceType": kind,
        "StackResourceDriftStatus": "MODIFIED",
        "PropertyDifferences": [difference],
    }
    client = SimpleNamespace(
        detect_stack_drift=lambda **_: {"StackDriftDetectionId": "1"},
        describe_stack_drift_detection_status=lambda **_: {"DetectionStatus": "DETECTION_COMPLETE"},
        describe_stack_resource_drifts=lambda **_: {"StackResourceDrifts": [resource]},
        get_paginator=lambda _: SimpleNamespace(paginate=lambda **_: []),
    )
    site = cast("Site", SimpleNamespace(client=client, pace=lambda: None, region="us-east-1"))
    (found,), _ = drift.find(site, UNIT, "stack", lambda _: None)
    assert found.explanation == explanation


@pytest.mark.parametrize(("standing", "value"), [(None, "17.9"), ({PARAMETER: "17.7"}, None)], ids=["new", "standing"])
def test_a_global_database_keeps_the_version_that_it_began_with(standing: Any, value: str | None) -> None:
    artifact = cast("Artifact", SimpleNamespace(parameters={PARAMETER: {"Default": "17.9"}}))
    stack = cast("Stack", SimpleNamespace(parameters=standing, is_there=True)) if standing else None
    found = requests.parameters(artifact, UNIT, stack, cast("Site", None), lambda name: name, None)
    assert found == {PARAMETER: value}
