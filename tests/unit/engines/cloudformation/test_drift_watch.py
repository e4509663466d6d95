"""The watch for drift: what it asks, what it may, whom it tells."""

from __future__ import annotations

import json

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from cloudformation_templates import Template, regional, templates

from tapstack.engines.cloudformation.drift_watch import READS, rate

FLEET = """
tables: {items: {partition_key: pk, encryption: aws-key}}
functions: {hello: {inline: "pass"}}
observability: {drift_watch: 6h}
"""
NOT_READ = {
    # Data and secrets; whoever watches settings has no business there.
    "s3:GetObject",
    "s3:ListBucket",
    "secretsmanager:GetSecretValue",
    # Asked for only on keys that are named.
    "kms:Decrypt",
    # Of features that the engine does not use.
    "application-autoscaling:Describe*",
    "ec2:DescribeAccountAttributes",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeVpcEncryptionControls",
    "s3:GetBucketAbac",
    "s3:GetBucketMetadataTableConfiguration",
    "vpc-lattice:DescribeServiceNetworkVpcEndpointAssociation",
    # Not reading at all.
    "cloudwatch:PutMetricData",
    "iam:PassRole",
}


@pytest.fixture(scope="module")
def watched() -> Template:
    return regional(FLEET)


def test_each_of_the_regions_stacks_is_looked_at(watched: Template) -> None:
    schedules = watched.of("Scheduler::Schedule")
    assert {json.loads(each["Target"]["Input"])["StackName"] for each in schedules.values()} == {
        "shop-test-foundation",
        "shop-test-global",
        "shop-test-regional",
    }
    assert {each["ScheduleExpression"] for each in schedules.values()} == {"rate(6 hours)"}
    for each in schedules.values():
        assert each["Target"]["Arn"] == {
            "Fn::Sub": "arn:${AWS::Partition}:scheduler:::aws-sdk:cloudformation:detectStackDrift"
        }
        assert each["KmsKeyArn"] == {"Fn::ImportValue": "shop-test-key-logs-arn"}


def test_the_global_stack_is_looked_at_from_home_alone(watched: Template) -> None:
    conditions = {name: each.get("Condition") for name, each in watched.resources.items() if "DriftSchedule" in name}
    assert conditions == {
        "DriftScheduleFoundation": None,
        "DriftScheduleGlobal": "IsHome",
        "DriftScheduleRegional": None,
    }


def test_a_global_stack_that_always_seems_to_have_drifted_is_not_looked_at() -> None:
    made = regional("tables: {items: {partition_key: pk}}\nobservability: {drift_watch: 1d}")
    assert "global" not in json.dumps([made.of("Scheduler::Schedule"), made.one("Events::Rule")])
    kept = regional("tables: {items: {partition_key: pk, scope: regional}}\nobservability: {drift_watch: 1d}")
    (replica,) = kept.one("DynamoDB::GlobalTable")["Replicas"]
    arn = {"Fn::ImportValue": "shop-test-key-data-arn"}
    key_id = {"Fn::Select": [1, {"Fn::Split": ["/", arn]}]}
    assert replica["SSESpecification"]["KMSMasterKeyId"] == key_id, "any other name of the key seems to be drift"


def test_drift_that_was_found_is_told_to_the_topic(watched: Template) -> None:
    rule = watched.one("Events::Rule")
    assert rule["EventPattern"]["detail"]["status-details"] == {"stack-drift-status": ["DRIFTED"]}
    assert len(rule["EventPattern"]["detail"]["stack-id"]) == 3
    (target,) = rule["Targets"]
    assert target["Arn"] == {"Ref": "AlarmTopic"}


def test_the_role_detects_drift_in_its_own_stacks_and_otherwise_only_reads(watched: Template) -> None:
    (policy,) = watched.resources["DriftWatchRole"]["Properties"]["Policies"]
    detect, read, *decrypt = policy["PolicyDocument"]["Statement"]
    assert all("stack/shop-test-" in str(resource) for resource in detect["Resource"])
    for action in read["Action"]:
        verb = action.split(":")[1]
        assert verb.startswith(("Describe", "Get", "List")) or verb == "GET", action
    assert not NOT_READ & set(read["Action"])
    assert all("kms:ViaService" in statement["Condition"]["StringEquals"] for statement in decrypt)


def test_the_role_may_read_whatever_the_engine_makes(example_templates, golden_templates) -> None:
    """CloudFormation publishes with each type what reading it asks for; cfn-lint brings that along."""
    allowed = {f"{service}:{action}" for service, actions in READS.items() for action in actions}
    kinds = {
        resource["Type"]
        for made in (*example_templates, *golden_templates)
        for resource in made.data["Resources"].values()
    }
    missing = {}
    for kind in sorted(kinds - {"AWS::CloudFormation::CustomResource", "AWS::WAFv2::WebACLAssociation"}):
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
        asked = set(schema.get("handlers", {}).get("read", {}).get("permissions", ()))
        asked = {
            action for action in asked - NOT_READ if not action.endswith("*") and action.split(":")[1] != "getObject"
        }
        if asked - allowed:
            missing[kind] = sorted(asked - allowed)
    assert missing == {}


def test_without_alarms_the_topic_is_there_for_drift() -> None:
    made = regional("observability: {alarms: false, drift_watch: 1d}")
    assert made.of("SNS::Topic")
    assert not made.of("CloudWatch::Alarm")


def test_nothing_watches_unless_it_is_asked_to() -> None:
    made = templates('functions: {hello: {inline: "pass"}}')
    assert not [each for template in made.values() for each in template.resources if "Drift" in each]


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (86400, "rate(1 day)"),
        (7 * 86400, "rate(7 days)"),
        (3600, "rate(1 hour)"),
        (90 * 60, "rate(90 minutes)"),
        (3600 + 30, "rate(60 minutes)"),
    ],
)
def test_a_period_is_written_as_eventbridge_does(seconds: int, written: str) -> None:
    assert rate(seconds) == written
