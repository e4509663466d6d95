"""Names that are taken: a stack fails over what exists already, as on AWS, and leaves it alone."""

from __future__ import annotations

import json
import re
import time

import pytest

REGION = "eu-west-1"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}
METRIC = {
    "MetricName": "Errors", "Namespace": "Shop", "Period": 60, "EvaluationPeriods": 1, "Threshold": 1,
    "ComparisonOperator": "GreaterThanThreshold", "Statistic": "Sum",
}  # fmt: skip
VISIBILITY = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"}
FAMILY = {"Family": "aurora-postgresql16", "Description": "d"}
TARGET = {"Arn": f"arn:aws:sqs:{REGION}:000000000000:nobody", "RoleArn": "arn:aws:iam::000000000000:role/nobody"}
REPEATED = "Resource of type '{type}' with identifier '{name}' already exists."

# By type: the property that names it, what else it needs, and what AWS's handler says when the name is taken.
NAMED = {
    "AWS::Backup::BackupVault": ("BackupVaultName", {}, REPEATED),
    "AWS::CloudWatch::Alarm": ("AlarmName", METRIC, REPEATED),
    "AWS::CloudWatch::CompositeAlarm": ("AlarmName", {"AlarmRule": "FALSE"}, REPEATED),
    "AWS::CloudWatch::Dashboard": ("DashboardName", {"DashboardBody": '{"widgets":[]}'}, REPEATED),
    "AWS::EC2::SecurityGroup": (
        "GroupName", {"GroupDescription": "d", "VpcId": {"Fn::ImportValue": "network"}},
        "The security group '{name}' already exists for VPC 'vpc-",
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (
        "Name", {"Subnets": [{"Fn::ImportValue": "first"}, {"Fn::ImportValue": "second"}]},
        "A load balancer with the same name '{name}' exists, but with different settings",
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": (
        "Name", {"Protocol": "HTTP", "Port": 80, "VpcId": {"Fn::ImportValue": "network"}},
        "A target group with the same name '{name}' exists, but with different settings",
    ),
    "AWS::Events::Rule": ("Name", {"ScheduleExpression": "rate(1 hour)"}, REPEATED),
    "AWS::IAM::ManagedPolicy": (
        "ManagedPolicyName",
        {"PolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}],
        }},
        "A policy called {name} already exists. Duplicate names are not allowed.",
    ),
    "AWS::IAM::Role": ("RoleName", {"AssumeRolePolicyDocument": TRUST}, REPEATED),
    "AWS::KMS::Alias": (
        "AliasName", {"TargetKeyId": {"Fn::ImportValue": "key"}}, "An alias with the name {name} already exists",
    ),
    "AWS::Lambda::Function": (
        "FunctionName",
        {"Runtime": "python3.12", "Handler": "index.handler", "Role": {"Fn::ImportValue": "role"},
         "Code": {"ZipFile": "def handler(event, context): pass"}},
        REPEATED,
    ),
    "AWS::Logs::LogGroup": (
        "LogGroupName", {},
        "Resource of type '{type}' with identifier '{{\"/properties/LogGroupName\":\"{name}\"}}' already exists.",
    ),
    "AWS::RDS::DBClusterParameterGroup": ("DBClusterParameterGroupName", FAMILY, REPEATED),
    "AWS::RDS::DBParameterGroup": ("DBParameterGroupName", FAMILY, REPEATED),
    "AWS::RDS::DBSubnetGroup": (
        "DBSubnetGroupName",
        {"DBSubnetGroupDescription": "d",
         "SubnetIds": [{"Fn::ImportValue": "first"}, {"Fn::ImportValue": "second"}]},
        REPEATED,
    ),
    "AWS::RDS::GlobalCluster": ("GlobalClusterIdentifier", {"Engine": "aurora-postgresql"}, REPEATED),
    "AWS::SNS::Topic": ("TopicName", {}, "Topic creation failed because the topic already exists"),
    "AWS::SQS::Queue": ("QueueName", {}, "Queue creation failed because the queue already exists"),
    "AWS::Scheduler::Schedule": (
        "Name", {"ScheduleExpression": "rate(1 hour)", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": TARGET},
        REPEATED,
    ),
    "AWS::SecretsManager::Secret": (
        "Name", {"SecretString": "x"}, "The operation failed because the secret {name} already exists.",
    ),
    "AWS::WAFv2::WebACL": (
        "Name", {"Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "VisibilityConfig": VISIBILITY},
        "AWS WAF couldn\u2019t perform the operation because some resource in your request is a duplicate",
    ),
}  # fmt: skip
HELD = ("AWS::EC2::SecurityGroup", "AWS::Events::Rule", "AWS::IAM::Role", "AWS::Logs::LogGroup", "AWS::SQS::Queue")
SURROUNDINGS = {
    "Resources": {
        "Network": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "First": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {"VpcId": {"Ref": "Network"}, "CidrBlock": "10.0.0.0/24", "AvailabilityZone": f"{REGION}a"},
        },
        "Second": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {"VpcId": {"Ref": "Network"}, "CidrBlock": "10.0.1.0/24", "AvailabilityZone": f"{REGION}b"},
        },
        "Key": {
            "Type": "AWS::KMS::Key",
            "Properties": {
                "KeyPolicy": {
                    "Version": "2012-10-17",
                    "Statement": [{
                        "Effect": "Allow", "Action": "kms:*", "Resource": "*",
                        "Principal": {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}},
                    }],
                },
            },
        },
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
    },
    "Outputs": {
        "Network": {"Value": {"Ref": "Network"}, "Export": {"Name": "network"}},
        "First": {"Value": {"Ref": "First"}, "Export": {"Name": "first"}},
        "Second": {"Value": {"Ref": "Second"}, "Export": {"Name": "second"}},
        "Key": {"Value": {"Ref": "Key"}, "Export": {"Name": "key"}},
        "Role": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}, "Export": {"Name": "role"}},
    },
}  # fmt: skip


class Stacks:
    """Stacks by name, in one region."""

    def __init__(self, sandbox):
        self.client = sandbox.client("cloudformation", REGION)

    def create(self, name, resources, **options):
        template = resources if "Resources" in resources else {"Resources": resources}
        self.client.create_stack(
            StackName=name, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_NAMED_IAM"], **options
        )
        return self.wait(name)

    def update(self, name, resources, **options):
        body = json.dumps({"Resources": resources})
        self.client.update_stack(StackName=name, TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"], **options)
        return self.wait(name)

    def change(self, name, resources):
        named = {"StackName": name, "ChangeSetName": "change"}
        body = json.dumps({"Resources": resources})
        self.client.create_change_set(**named, TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"])
        while (found := self.client.describe_change_set(**named))["Status"].endswith(("PENDING", "PROGRESS")):
            time.sleep(0.03)
        return found

    def delete(self, name):
        identifier = self.client.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
        self.client.delete_stack(StackName=name)
        return self.wait(identifier)

    def wait(self, name):
        deadline = time.monotonic() + 30
        while (status := self.client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]).endswith("PROGRESS"):
            assert time.monotonic() < deadline, status
            time.sleep(0.03)
        return status

    def failures(self, name):
        events = self.client.describe_stack_events(StackName=name)["StackEvents"]
        return [
            event["ResourceStatusReason"]
            for event in events
            if event["ResourceStatus"].endswith("_FAILED") and event["LogicalResourceId"] != name
        ]

    def physical(self, name):
        found = self.client.describe_stack_resources(StackName=name)["StackResources"]
        return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}


def name_of(kind, kept):
    word = f"{kept}-{kind.split('::', 1)[1].replace('::', '-').lower()}"[:32].strip("-")
    return f"alias/{word}" if kind == "AWS::KMS::Alias" else word


def named(kind, name, **changes):
    key, others, _ = NAMED[kind]
    return {"Type": kind, "Properties": {key: name, **others, **changes}, "DeletionPolicy": "Retain"}


def logical(kind):
    return re.sub(r"\W", "", kind)


@pytest.fixture(scope="module")
def stacks(sandbox):
    found = Stacks(sandbox)
    assert found.create("surroundings", SURROUNDINGS) == "CREATE_COMPLETE"
    for kept, kinds in (("left", NAMED), ("held", HELD)):
        things = {logical(kind): named(kind, name_of(kind, kept)) for kind in kinds}
        assert found.create(kept, things) == "CREATE_COMPLETE", found.failures(kept)
    assert found.delete("left") == "DELETE_COMPLETE"
    return found


@pytest.mark.parametrize("kind", NAMED)
def test_what_a_deleted_stack_has_retained_is_not_taken_over(stacks, kind):
    name = name_of(kind, "left")
    stack = f"again-{logical(kind)}"
    assert stacks.create(stack, {"Thing": named(kind, name)}) == "ROLLBACK_COMPLETE"
    (reason,) = stacks.failures(stack)
    said = NAMED[kind][2].format(type=kind, name=name)
    assert reason.startswith(f'Resource handler returned message: "{said}')
    assert re.search(r'" \(RequestToken: [0-9a-f-]{36}, HandlerErrorCode: AlreadyExists\)$', reason)
    assert stacks.create(f"still-{logical(kind)}", {"Thing": named(kind, name)}) == "ROLLBACK_COMPLETE"


@pytest.mark.parametrize("kind", HELD)
def test_what_another_stack_holds_is_told_with_that_stack(stacks, kind):
    name = name_of(kind, "held")
    stack = f"second-{logical(kind)}"
    assert stacks.create(stack, {"Thing": named(kind, name)}) == "ROLLBACK_COMPLETE"
    holder = stacks.client.describe_stacks(StackName="held")["Stacks"][0]["StackId"]
    assert stacks.failures(stack) == [f"{name} already exists in stack {holder}"]


def test_what_a_stack_holds_itself_is_changed_in_place(stacks):
    before = stacks.physical("held")
    things = {logical(kind): named(kind, name_of(kind, "held")) for kind in HELD}
    assert stacks.update("held", things, Tags=[{"Key": "Team", "Value": "shop"}]) == "UPDATE_COMPLETE"
    assert stacks.physical("held") == before


def test_a_name_moves_to_another_logical_id_only_when_it_is_free(stacks):
    kind, name = "AWS::SQS::Queue", "moving"
    assert stacks.create("moving", {"Old": named(kind, name)}) == "CREATE_COMPLETE"
    assert stacks.update("moving", {"New": named(kind, name)}) == "UPDATE_ROLLBACK_COMPLETE"
    assert list(stacks.physical("moving")) == ["Old"]


@pytest.mark.parametrize("kind", ["AWS::SQS::Queue", "AWS::IAM::Role", "AWS::CloudWatch::Alarm", "AWS::Events::Rule"])
def test_a_renaming_to_a_taken_name_rolls_back(stacks, kind):
    stack = f"renamed-{logical(kind)}"
    assert stacks.create(stack, {"Thing": named(kind, "first-name")}) == "CREATE_COMPLETE"
    before = stacks.physical(stack)
    assert stacks.update(stack, {"Thing": named(kind, name_of(kind, "left"))}) == "UPDATE_ROLLBACK_COMPLETE"
    assert "HandlerErrorCode: AlreadyExists" in stacks.failures(stack)[0]
    assert stacks.physical(stack) == before
    assert stacks.update(stack, {"Thing": named(kind, "second-name")}) == "UPDATE_COMPLETE"
    assert stacks.physical(stack) != before


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("AWS::EC2::SecurityGroup", {"GroupDescription": "other"}),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", {"Scheme": "internal"}),
        ("AWS::ElasticLoadBalancingV2::TargetGroup", {"Port": 81}),
        ("AWS::IAM::Role", {"Path": "/other/"}),
        ("AWS::RDS::DBParameterGroup", {"Description": "other"}),
        ("AWS::RDS::DBClusterParameterGroup", {"Description": "other"}),
        ("AWS::WAFv2::WebACL", {"Scope": "CLOUDFRONT"}),
        ("AWS::Lambda::Function", {"PackageType": "Image", "Code": {"ImageUri": "x/y:1"}}),
    ],
)  # fmt: skip
def test_a_resource_with_a_name_of_its_own_is_not_replaced(stacks, kind, change):
    stack, name = f"replaced-{logical(kind)}", name_of(kind, "own")
    assert stacks.create(stack, {"Thing": named(kind, name)}) == "CREATE_COMPLETE"
    physical = stacks.physical(stack)["Thing"]
    assert stacks.update(stack, {"Thing": named(kind, name, **change)}) == "UPDATE_ROLLBACK_COMPLETE"
    (reason,) = stacks.failures(stack)
    assert reason.startswith(
        "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename "
    )
    assert stacks.physical(stack)["Thing"] == physical


def test_a_failed_creation_is_taken_up_again_under_its_name(stacks):
    kind, name = "AWS::Lambda::Function", "taken-up"
    broken = named(kind, name, ReservedConcurrentExecutions=-5)
    assert stacks.create("taken-up", {"Thing": broken}, OnFailure="DO_NOTHING") == "CREATE_FAILED"
    change = stacks.change("taken-up", {"Thing": named(kind, name)})
    stacks.client.execute_change_set(ChangeSetName=change["ChangeSetId"], DisableRollback=True)
    assert stacks.wait("taken-up") == "UPDATE_COMPLETE"


def test_a_name_that_is_made_up_is_never_one_that_is_left(stacks):
    kinds = (
        "AWS::SQS::Queue",
        "AWS::IAM::Role",
        "AWS::CloudWatch::Alarm",
        "AWS::RDS::DBSubnetGroup",
        "AWS::Events::Rule",
    )
    things = {logical(kind): named(kind, None) for kind in kinds}
    for thing, kind in zip(things.values(), kinds, strict=True):
        del thing["Properties"][NAMED[kind][0]]
    assert stacks.create("unnamed", things) == "CREATE_COMPLETE"
    before = stacks.physical("unnamed")
    assert stacks.update("unnamed", things, Tags=[{"Key": "Team", "Value": "shop"}]) == "UPDATE_COMPLETE"
    assert stacks.physical("unnamed") == before
    assert stacks.delete("unnamed") == "DELETE_COMPLETE"
    assert stacks.create("unnamed", things) == "CREATE_COMPLETE", stacks.failures("unnamed")
    assert not set(stacks.physical("unnamed").values()) & set(before.values())


def test_a_secret_that_waits_for_its_deletion_keeps_its_name(stacks, sandbox):
    sandbox.client("secretsmanager", REGION).create_secret(Name="waiting", SecretString="x")
    sandbox.client("secretsmanager", REGION).delete_secret(SecretId="waiting")
    assert stacks.create("waiting", {"Thing": named("AWS::SecretsManager::Secret", "waiting")}) == "ROLLBACK_COMPLETE"
    (reason,) = stacks.failures("waiting")
    assert "a secret with this name is already scheduled for deletion" in reason
    assert "HandlerErrorCode: InvalidRequest)" in reason


def test_the_same_name_is_free_in_another_network_bus_or_region(stacks, sandbox):
    group = named("AWS::EC2::SecurityGroup", name_of("AWS::EC2::SecurityGroup", "held"))
    group["Properties"]["VpcId"] = {"Ref": "Network"}
    network = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.1.0.0/16"}}
    assert stacks.create("elsewhere", {"Network": network, "Group": group}) == "CREATE_COMPLETE"
    elsewhere = Stacks(sandbox)
    elsewhere.client = sandbox.client("cloudformation", "eu-central-1")
    queue = {"Thing": named("AWS::SQS::Queue", name_of("AWS::SQS::Queue", "held"))}
    assert elsewhere.create("elsewhere", queue) == "CREATE_COMPLETE"
