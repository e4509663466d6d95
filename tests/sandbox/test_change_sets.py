"""Change sets and stack operations as CloudFormation has them: what is shown, what is refused, what is left."""

from __future__ import annotations

import functools
import json
import re
import threading
import time
import uuid
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

REGION = "eu-west-1"
NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."
NETWORK = {
    "Parameters": {
        "Size": {"Type": "String", "Default": "24"},
        "Word": {"Type": "String", "NoEcho": True, "Default": "hush-hush"},
    },
    "Mappings": {"Places": {REGION: {"Cidr": "10.1.0.0/16", "Subnet": "10.1.1.0/24"}}},
    "Conditions": {"Large": {"Fn::Equals": [{"Ref": "Size"}, "16"]}},
    "Resources": {
        "Vpc": {
            "Type": "AWS::EC2::VPC",
            "Properties": {
                "CidrBlock": {"Fn::FindInMap": ["Places", {"Ref": "AWS::Region"}, "Cidr"]},
                "EnableDnsHostnames": {"Fn::If": ["Large", True, False]},
                "Tags": [{"Key": "Name", "Value": {"Fn::Sub": "${AWS::StackName}-network"}}],
            },
        },
        "Subnet": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {
                "VpcId": {"Ref": "Vpc"},
                "CidrBlock": {"Fn::FindInMap": ["Places", {"Ref": "AWS::Region"}, "Subnet"]},
            },
        },
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 30}},
        "Address": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Type": "String", "Value": {"Fn::GetAtt": ["Queue", "Arn"]}, "Description": {"Ref": "Word"}},
        },
    },
}
FAILING = {"Type": "AWS::SQS::Queue", "Properties": {"RedrivePolicy": "no policy", "VisibilityTimeout": "no number"}}


@functools.cache
def client_of(sandbox, service="cloudformation"):
    return sandbox.client(service, REGION)


@pytest.fixture
def stack(sandbox):
    return Stack(sandbox, f"stack-{uuid.uuid4().hex[:8]}")


class Stack:
    def __init__(self, sandbox, name):
        self.sandbox, self.name = sandbox, name
        self.api = client_of(sandbox)

    def ask(self, template=None, kind="UPDATE", name=None, **options):
        named = {"StackName": self.name, "ChangeSetName": name or f"set-{time.monotonic_ns()}"}
        body = {"UsePreviousTemplate": True} if template is None else {"TemplateBody": json.dumps(template)}
        options.setdefault("Capabilities", ["CAPABILITY_NAMED_IAM"])
        return self.api.create_change_set(
            **named, **({} if "TemplateURL" in options else body), ChangeSetType=kind, **options
        )

    def change(self, template=None, kind="UPDATE", **options):
        return self.described(self.ask(template, kind, **options)["Id"])

    def described(self, change_set, **options):
        for _ in range(200):
            found = self.api.describe_change_set(ChangeSetName=change_set, **options)
            if found["Status"] not in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
                return found
            time.sleep(0.02)
        raise AssertionError("the change set is never made")

    def run(self, template=None, kind="UPDATE", execute=None, **options):
        change_set = self.change(template, kind, **options)
        assert change_set["Status"] == "CREATE_COMPLETE", change_set.get("StatusReason")
        self.api.execute_change_set(ChangeSetName=change_set["ChangeSetId"], **(execute or {}))
        return self.wait()

    def create(self, template, **options):
        assert self.run(template, "CREATE", **options) == "CREATE_COMPLETE", self.reasons()

    def wait(self):
        deadline = time.monotonic() + 30
        while (status := self.status()).endswith("IN_PROGRESS"):
            assert time.monotonic() < deadline, status
            time.sleep(0.03)
        return status

    def stack(self):
        return self.api.describe_stacks(StackName=self.name)["Stacks"][0]

    def status(self):
        try:
            return self.stack()["StackStatus"]
        except ClientError as error:
            assert "does not exist" in str(error)
            return "GONE"

    def events(self):
        """Oldest first."""
        pages = self.api.get_paginator("describe_stack_events").paginate(StackName=self.name)
        return [event for page in pages for event in page["StackEvents"]][::-1]

    def told(self, since=0):
        return [(event["LogicalResourceId"], event["ResourceStatus"]) for event in self.events()[since:]]

    def reasons(self):
        return {
            event["LogicalResourceId"]: event.get("ResourceStatusReason", "")
            for event in self.events()
            if event["ResourceStatus"].endswith("FAILED")
        }

    def resources(self):
        pages = self.api.get_paginator("list_stack_resources").paginate(StackName=self.name)
        return {
            resource["LogicalResourceId"]: resource for page in pages for resource in page["StackResourceSummaries"]
        }


def changed(template, **properties):
    """The template with `Resource__Property=value` put in place."""
    found = json.loads(json.dumps(template))
    for path, value in properties.items():
        resource, name = path.split("__")
        found["Resources"][resource].setdefault("Properties", {})[name] = value
    return found


def by_name(change_set):
    return {change["ResourceChange"]["LogicalResourceId"]: change["ResourceChange"] for change in change_set["Changes"]}


def refusal(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    return refused.value.response["Error"]["Code"], refused.value.response["Error"]["Message"]


def test_a_new_stack_is_under_review_until_its_change_set_is_executed(stack):
    made = stack.ask(NETWORK, "CREATE", Tags=[{"Key": "team", "Value": "platform"}])
    assert stack.status() == "REVIEW_IN_PROGRESS"
    found = stack.described(made["Id"])

    assert found["ExecutionStatus"] == "AVAILABLE"
    assert {change["Action"] for change in by_name(found).values()} == {"Add"}
    assert {item["ParameterKey"]: item["ParameterValue"] for item in found["Parameters"]} == {
        "Size": "24",
        "Word": "****",
    }
    assert found["Tags"] == [{"Key": "team", "Value": "platform"}]
    again = stack.ask(NETWORK, "CREATE")
    assert again["StackId"] == made["StackId"], "the stack under review stays the same"
    stack.api.delete_change_set(ChangeSetName=made["Id"])
    stack.api.delete_change_set(ChangeSetName=again["Id"])
    assert stack.status() == "REVIEW_IN_PROGRESS"
    stack.api.delete_stack(StackName=stack.name)
    assert stack.wait() == "GONE"


def test_a_change_set_is_not_there_at_once(stack):
    seen = set()
    for _ in range(20):  # a busy machine may be too slow to see it, not twenty times
        made = stack.ask(NETWORK, "CREATE")["Id"]
        found = stack.api.describe_change_set(ChangeSetName=made)
        if found["Status"] != "CREATE_COMPLETE":
            assert (found["ExecutionStatus"], found["Changes"]) == ("UNAVAILABLE", [])
            seen.add(refusal(stack.api.execute_change_set, ChangeSetName=made)[0])
            break
    assert seen == {"InvalidChangeSetStatus"}


def test_a_template_may_come_from_a_bucket_by_its_path(stack, sandbox):
    store = client_of(sandbox, "s3")
    store.create_bucket(Bucket="change-sets", CreateBucketConfiguration={"LocationConstraint": REGION})
    store.put_object(Bucket="change-sets", Key="templates/network.json", Body=json.dumps(NETWORK).encode())
    where = f"{sandbox.tls_endpoint}/change-sets/templates/network.json"

    assert stack.run(kind="CREATE", TemplateURL=where) == "CREATE_COMPLETE", stack.reasons()


def test_roles_need_the_callers_word(stack):
    role = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "named", "AssumeRolePolicyDocument": {}}}
    code, message = refusal(stack.ask, template={"Resources": {"Role": role}}, kind="CREATE", Capabilities=[])

    assert (code, message) == ("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_NAMED_IAM]")
    assert stack.status() == "GONE"


def test_the_same_token_asks_for_the_same_change_set(stack):
    first = stack.ask(NETWORK, "CREATE", name="first", ClientToken="one")
    assert stack.ask(NETWORK, "CREATE", name="first", ClientToken="one")["Id"] == first["Id"]
    assert refusal(stack.ask, template=NETWORK, kind="CREATE", name="first")[0] == "AlreadyExistsException"


def test_no_change_is_a_change_set_that_failed(stack):
    stack.create(NETWORK)
    keeping = [{"ParameterKey": name, "UsePreviousValue": True} for name in NETWORK["Parameters"]]
    found = stack.change(NETWORK, Parameters=keeping)

    assert (found["Status"], found["ExecutionStatus"], found["StatusReason"]) == ("FAILED", "UNAVAILABLE", NO_CHANGES)
    code, message = refusal(stack.api.execute_change_set, ChangeSetName=found["ChangeSetId"])
    assert code == "InvalidChangeSetStatus"
    assert "in its current status of [FAILED]" in message


def test_a_changed_mapping_is_told_where_it_arrives_and_nowhere_else(stack):
    stack.create(NETWORK)
    template = json.loads(json.dumps(NETWORK))
    template["Mappings"]["Places"][REGION]["Subnet"] = "10.1.2.0/24"
    template["Mappings"]["Places"]["us-east-1"] = {"Cidr": "10.2.0.0/16", "Subnet": "10.2.1.0/24"}
    found = stack.described(stack.ask(template)["Id"], IncludePropertyValues=True)

    (change,) = by_name(found).values()
    assert (change["LogicalResourceId"], change["Action"], change["Replacement"]) == ("Subnet", "Modify", "True")
    assert change["PolicyAction"] == "ReplaceAndDelete"
    assert change["PhysicalResourceId"].startswith("subnet-")
    (detail,) = change["Details"]
    assert detail == {
        "Target": {
            "Attribute": "Properties", "Name": "CidrBlock", "RequiresRecreation": "Always",
            "Path": "/Properties/CidrBlock", "BeforeValue": "10.1.1.0/24", "AfterValue": "10.1.2.0/24",
            "AttributeChangeType": "Modify",
        },
        "Evaluation": "Static",
        "ChangeSource": "DirectModification",
    }  # fmt: skip
    before, after = json.loads(change["BeforeContext"]), json.loads(change["AfterContext"])
    assert (
        before["Properties"]["VpcId"] == after["Properties"]["VpcId"] == stack.resources()["Vpc"]["PhysicalResourceId"]
    )
    assert after["Properties"]["CidrBlock"] == "10.1.2.0/24"


def test_a_parameter_and_a_condition_are_told_by_what_they_change(stack):
    stack.create(NETWORK)
    found = stack.change(Parameters=[{"ParameterKey": "Size", "ParameterValue": "16"}, *kept("Word")])
    (change,) = by_name(found).values()

    assert (change["LogicalResourceId"], change["Replacement"], change["Scope"]) == ("Vpc", "False", ["Properties"])
    assert [detail["Target"]["Name"] for detail in change["Details"]] == ["EnableDnsHostnames"]
    secret = stack.described(
        stack.ask(Parameters=[{"ParameterKey": "Word", "ParameterValue": "abracadabra"}, *kept("Size")])["Id"],
        IncludePropertyValues=True,
    )
    (change,) = by_name(secret).values()
    assert {(detail["ChangeSource"], detail.get("CausingEntity")) for detail in change["Details"]} == {
        ("ParameterReference", "Word"), ("DirectModification", None),
    }  # fmt: skip
    assert "abracadabra" not in json.dumps(secret, default=str)
    assert "hush-hush" not in json.dumps(secret, default=str)


def kept(*names):
    return [{"ParameterKey": name, "UsePreviousValue": True} for name in names]


def test_what_refers_to_a_replaced_resource_is_told_with_the_cause(stack):
    stack.create(NETWORK)
    template = json.loads(json.dumps(NETWORK))
    template["Mappings"]["Places"][REGION]["Cidr"] = "10.0.0.0/8"
    found = by_name(stack.described(stack.ask(template)["Id"], IncludePropertyValues=True))

    assert found.keys() == {"Vpc", "Subnet"}
    assert found["Vpc"]["Replacement"] == "True"
    (detail,) = found["Subnet"]["Details"]
    assert (detail["ChangeSource"], detail["CausingEntity"]) == ("ResourceReference", "Vpc")
    assert detail["Target"]["AfterValue"] == "{{changeSet:KNOWN_AFTER_APPLY}}"


def test_an_attribute_of_a_resource_changed_in_place_may_change(stack):
    stack.create(NETWORK)
    found = by_name(stack.change(changed(NETWORK, Queue__VisibilityTimeout=60)))

    assert found["Queue"]["Replacement"] == "False"
    (detail,) = found["Address"]["Details"]
    assert (detail["ChangeSource"], detail["CausingEntity"], detail["Evaluation"]) == (
        "ResourceAttribute", "Queue.Arn", "Dynamic",
    )  # fmt: skip
    assert found["Address"]["Replacement"] == "False"


def test_tags_metadata_and_policies_have_a_scope_of_their_own(stack):
    stack.create(NETWORK)
    template = changed(NETWORK, Vpc__Tags=[{"Key": "Name", "Value": "other"}])
    template["Resources"]["Queue"]["Metadata"] = {"said": "by whom"}
    template["Resources"]["Address"]["DeletionPolicy"] = "Retain"
    found = by_name(stack.described(stack.ask(template)["Id"], IncludePropertyValues=True))

    assert {name: change["Scope"] for name, change in found.items()} == {
        "Vpc": ["Tags"], "Queue": ["Metadata"], "Address": ["DeletionPolicy"],
    }  # fmt: skip
    assert {change["Replacement"] for change in found.values()} == {"False"}
    assert found["Vpc"]["Details"][0]["Target"]["Path"] == "/Properties/Tags/0/Value"


def test_what_is_removed_says_what_becomes_of_it(stack):
    template = json.loads(json.dumps(NETWORK))
    template["Resources"]["Address"]["DeletionPolicy"] = "Retain"
    template["Resources"]["Queue"]["Condition"] = "Small"
    template["Resources"]["Address"]["Condition"] = "Small"
    template["Conditions"]["Small"] = {"Fn::Equals": [{"Ref": "Size"}, "24"]}
    stack.create(template)
    found = by_name(stack.change(Parameters=[{"ParameterKey": "Size", "ParameterValue": "20"}, *kept("Word")]))

    assert {name: (change["Action"], change["PolicyAction"]) for name, change in found.items()} == {
        "Queue": ("Remove", "Delete"), "Address": ("Remove", "Retain"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("resource_type", "path", "recreation"),
    [
        ("AWS::EC2::VPC", "CidrBlock", "Always"),
        ("AWS::EC2::VPC", "InstanceTenancy", "Conditionally"),
        ("AWS::EC2::VPC", "EnableDnsSupport", "Never"),
        ("AWS::RDS::DBInstance", "MultiAZ", "Conditionally"),
        ("AWS::RDS::DBInstance", "StorageEncrypted", "Always"),
        ("AWS::RDS::DBInstance", "AllocatedStorage", "Never"),
        ("AWS::Route53::HealthCheck", "HealthCheckConfig/Type", "Always"),
        ("AWS::Route53::HealthCheck", "HealthCheckConfig/FailureThreshold", "Never"),
        ("AWS::S3::Bucket", "BucketName", "Always"),
        ("AWS::Lambda::Function", "Code/S3Key", "Never"),
        ("AWS::Made::Up", "Anything", "Conditionally"),
    ],
)
def test_a_property_requires_what_the_reference_says(resource_type, path, recreation):
    from tapstack.sandbox.server.resource_types import replacements

    replacements.install()
    assert replacements.requires_recreation(resource_type, path) == recreation


def test_of_every_type_that_is_walked_it_is_known_what_replaces_it():
    from tapstack.sandbox.server.resource_types import replacements

    walks = Path(__file__).with_name("resource_types").glob("*.yaml")
    walked = {found for walk in walks for found in re.findall(r"AWS::\w+::\w+", walk.read_text())}
    assert walked <= replacements._schemas().keys(), "run scripts/replacements.py"


def test_many_changes_come_page_by_page(stack):
    many = {f"Topic{number:03}": {"Type": "AWS::SNS::Topic"} for number in range(130)}
    made = stack.ask({"Resources": many}, "CREATE")["Id"]
    first = stack.described(made)
    second = stack.api.describe_change_set(ChangeSetName=made, NextToken=first["NextToken"])

    assert "NextToken" not in second
    assert len(first["Changes"]) < 130
    assert by_name(first).keys() | by_name(second).keys() == many.keys()


def test_only_what_is_shown_is_touched_and_told(stack):
    stack.create(NETWORK)
    since = len(stack.events())
    assert stack.run(changed(NETWORK, Vpc__EnableDnsSupport=True)) == "UPDATE_COMPLETE"

    assert stack.told(since)[-5:] == [
        (stack.name, "UPDATE_IN_PROGRESS"),
        ("Vpc", "UPDATE_IN_PROGRESS"),
        ("Vpc", "UPDATE_COMPLETE"),
        (stack.name, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        (stack.name, "UPDATE_COMPLETE"),
    ]
    assert {name: resource["ResourceStatus"] for name, resource in stack.resources().items()} == {
        "Vpc": "UPDATE_COMPLETE", "Subnet": "CREATE_COMPLETE", "Queue": "CREATE_COMPLETE", "Address": "CREATE_COMPLETE",
    }  # fmt: skip


def test_an_update_tells_of_what_it_makes_and_deletes(stack):
    stack.create(NETWORK)
    since = len(stack.events())
    template = json.loads(json.dumps(NETWORK))
    template["Mappings"]["Places"][REGION]["Subnet"] = "10.1.2.0/24"
    del template["Resources"]["Address"]
    template["Resources"]["Topic"] = {"Type": "AWS::SNS::Topic"}
    assert stack.run(template) == "UPDATE_COMPLETE", stack.reasons()

    told = stack.told(since)
    for name, *statuses in (
        ("Topic", "CREATE_IN_PROGRESS", "CREATE_COMPLETE"),
        ("Subnet", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"),
        ("Address", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"),
    ):
        assert list(dict.fromkeys(status for known, status in told if known == name)) == statuses
    assert told.index((stack.name, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")) < told.index(
        ("Address", "DELETE_IN_PROGRESS")
    )


def test_a_change_set_runs_once_and_never_on_a_stack_that_has_changed(stack):
    stack.create(NETWORK)
    stale = stack.change(changed(NETWORK, Queue__VisibilityTimeout=40))["ChangeSetId"]
    stack.api.update_stack(StackName=stack.name, TemplateBody=json.dumps(changed(NETWORK, Queue__VisibilityTimeout=50)))
    assert stack.wait() == "UPDATE_COMPLETE"
    code, message = refusal(stack.api.execute_change_set, ChangeSetName=stale)
    assert code == "InvalidChangeSetStatus"
    assert message == f"ChangeSet [{stale}] cannot be executed in its current execution status of [OBSOLETE]"

    done = stack.change(NETWORK)["ChangeSetId"]
    stack.api.execute_change_set(ChangeSetName=done)
    assert stack.wait() == "UPDATE_COMPLETE"
    assert "[EXECUTE_COMPLETE]" in refusal(stack.api.execute_change_set, ChangeSetName=done)[1]
    assert refusal(stack.api.describe_change_set, ChangeSetName=stale)[0] == "ChangeSetNotFound"


def test_an_existing_stack_is_not_created_again(stack):
    stack.create(NETWORK)
    code, message = refusal(stack.ask, template=NETWORK, kind="CREATE", name="again")
    assert (code, message) == (
        "ValidationError",
        f"Stack [{stack.name}] already exists and cannot be created again with the changeSet [again].",
    )


def test_a_failed_create_left_standing_is_taken_up_again(stack):
    broken = {"Resources": {"Good": {"Type": "AWS::SNS::Topic"}, "Bad": {**FAILING, "DependsOn": "Good"}}}
    assert stack.run(broken, "CREATE", OnStackFailure="DO_NOTHING") == "CREATE_FAILED"
    assert {name: resource["ResourceStatus"] for name, resource in stack.resources().items()} == {
        "Good": "CREATE_COMPLETE", "Bad": "CREATE_FAILED",
    }  # fmt: skip
    assert stack.stack()["StackStatusReason"] == "The following resource(s) failed to create: [Bad]. "
    good = stack.resources()["Good"]["PhysicalResourceId"]

    mended = changed(broken, Bad__RedrivePolicy={"deadLetterTargetArn": "none"})
    mended["Resources"]["Bad"] = {"Type": "AWS::SQS::Queue"}
    found = stack.change(mended)
    assert {name: change["Action"] for name, change in by_name(found).items()} == {"Bad": "Add"}
    code, message = refusal(stack.api.execute_change_set, ChangeSetName=found["ChangeSetId"])
    assert code == "ValidationError"
    assert "non-terminal [CREATE_FAILED] state" in message
    assert stack.run(mended, OnStackFailure="DO_NOTHING") == "UPDATE_COMPLETE", stack.reasons()
    assert stack.resources()["Good"]["PhysicalResourceId"] == good


def test_a_retry_that_fails_is_rolled_back_to_nothing(stack):
    broken = {"Resources": {"Good": {"Type": "AWS::SNS::Topic"}, "Bad": {**FAILING, "DependsOn": "Good"}}}
    assert stack.run(broken, "CREATE", OnStackFailure="DO_NOTHING") == "CREATE_FAILED"
    more = {"Resources": {**broken["Resources"], "Also": {"Type": "AWS::SNS::Topic"}}}
    assert stack.run(more, OnStackFailure="DO_NOTHING") == "UPDATE_FAILED"
    stack.api.rollback_stack(StackName=stack.name)

    assert stack.wait() == "ROLLBACK_COMPLETE"
    assert stack.resources() == {}


def test_a_failed_create_that_rolled_back_can_only_be_deleted(stack):
    broken = {"Resources": {"Good": {"Type": "AWS::SNS::Topic"}, "Bad": {**FAILING, "DependsOn": "Good"}}}
    assert stack.run(broken, "CREATE", OnStackFailure="ROLLBACK") == "ROLLBACK_COMPLETE"
    reasons = [
        event.get("ResourceStatusReason")
        for event in stack.events()
        if event["ResourceStatus"] == "ROLLBACK_IN_PROGRESS"
    ]
    assert reasons == ["The following resource(s) failed to create: [Bad]. Rollback requested by user."]

    code, message = refusal(stack.ask, template=NETWORK)
    assert (code, message) == (
        "ValidationError", f"Stack:{stack.stack()['StackId']} is in ROLLBACK_COMPLETE state and can not be updated."
    )  # fmt: skip
    assert refusal(stack.ask, template=NETWORK, kind="CREATE")[0] == "ValidationError"
    stack.api.delete_stack(StackName=stack.name)
    assert stack.wait() == "GONE"


def test_a_failed_create_may_take_itself_away(stack):
    assert stack.run({"Resources": {"Bad": FAILING}}, "CREATE", OnStackFailure="DELETE") == "GONE"


def test_a_failed_update_leaves_everything_as_it_was(stack, sandbox):
    stack.create(NETWORK)
    before = {name: resource["PhysicalResourceId"] for name, resource in stack.resources().items()}
    broken = changed(NETWORK, Vpc__EnableDnsHostnames=True)
    broken["Resources"]["Bad"] = {**FAILING, "DependsOn": ["Vpc", "Queue", "Subnet"]}
    broken["Mappings"]["Places"][REGION]["Subnet"] = "10.1.3.0/24"

    assert stack.run(broken) == "UPDATE_ROLLBACK_COMPLETE"
    assert {name: resource["PhysicalResourceId"] for name, resource in stack.resources().items()} == before
    network = client_of(sandbox, "ec2")
    attribute = network.describe_vpc_attribute(VpcId=before["Vpc"], Attribute="enableDnsHostnames")
    assert attribute["EnableDnsHostnames"]["Value"] is False
    subnets = network.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [before["Vpc"]]}])["Subnets"]
    assert [subnet["SubnetId"] for subnet in subnets] == [before["Subnet"]]
    assert stack.change(NETWORK)["StatusReason"] == NO_CHANGES


def test_a_stack_that_is_told_to_keep_what_failed_replaces_nothing(stack):
    stack.create(NETWORK)
    template = json.loads(json.dumps(NETWORK))
    template["Mappings"]["Places"][REGION]["Subnet"] = "10.1.2.0/24"

    assert stack.run(template, OnStackFailure="DO_NOTHING") == "UPDATE_FAILED"
    assert stack.reasons()["Subnet"] == "Replacement type updates not supported on stack with disable-rollback."


def test_a_protected_stack_is_not_deleted(stack):
    stack.create({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    stack.api.update_termination_protection(StackName=stack.name, EnableTerminationProtection=True)
    assert "TerminationProtection is enabled" in refusal(stack.api.delete_stack, StackName=stack.name)[1]
    assert stack.status() == "CREATE_COMPLETE"


def test_a_stack_that_cannot_be_deleted_may_leave_the_resource_behind(stack, sandbox):
    stack.create({"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}, "Topic": {"Type": "AWS::SNS::Topic"}}})
    bucket = stack.resources()["Bucket"]["PhysicalResourceId"]
    client_of(sandbox, "s3").put_object(Bucket=bucket, Key="kept", Body=b"1")
    stack.api.delete_stack(StackName=stack.name)
    assert stack.wait() == "DELETE_FAILED"
    assert set(stack.resources()) == {"Bucket"}
    assert stack.reasons()[stack.name].startswith("The following resource(s) failed to delete: [Bucket].")

    stack.api.delete_stack(StackName=stack.name, RetainResources=["Bucket"])
    assert stack.wait() == "GONE"
    client_of(sandbox, "s3").head_object(Bucket=bucket, Key="kept")


def test_a_rollback_that_fails_is_continued_without_what_fails(stack):
    code = (
        "import cfnresponse\n"
        "def handler(event, context):\n"
        "    asked, before = event['ResourceProperties']['Word'], event.get('OldResourceProperties', {})\n"
        "    ok = not (event['RequestType'] == 'Update' and asked == 'one')\n"
        "    cfnresponse.send(event, context, 'SUCCESS' if ok else 'FAILED', {}, 'it', reason='Never back')\n"
    )
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    template = {
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}},
            "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Runtime": "python3.11", "Handler": "index.handler", "Code": {"ZipFile": code},
                    "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                },
            },
            "Custom": {
                "Type": "Custom::OneWay",
                "Properties": {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}, "Word": "one"},
            },
        }
    }  # fmt: skip
    stack.create(template)
    broken = changed(template, Custom__Word="two")
    broken["Resources"]["Bad"] = {**FAILING, "DependsOn": "Custom"}

    assert stack.run(broken) == "UPDATE_ROLLBACK_FAILED"
    assert stack.stack()["StackStatusReason"].startswith("The following resource(s) failed to update: [Custom].")
    assert "is in UPDATE_ROLLBACK_FAILED state" in refusal(stack.ask, template=template)[1]
    stack.api.continue_update_rollback(StackName=stack.name)
    assert stack.wait() == "UPDATE_ROLLBACK_FAILED"
    stack.api.continue_update_rollback(StackName=stack.name, ResourcesToSkip=["Custom"])
    assert stack.wait() == "UPDATE_ROLLBACK_COMPLETE"


def test_what_a_key_is_never_changes_and_never_replaces_it(stack):
    key = {"Type": "AWS::KMS::Key", "Properties": {"MultiRegion": False}}
    stack.create({"Resources": {"Key": key}})
    wanted = {"Resources": {"Key": {**key, "Properties": {"MultiRegion": True}}}}

    assert by_name(stack.change(wanted))["Key"]["Replacement"] == "False"
    assert stack.run(wanted) == "UPDATE_ROLLBACK_COMPLETE"
    assert "existing KMS key" in stack.reasons()["Key"]


def test_a_nested_property_that_is_fixed_replaces_the_resource(stack):
    check = {"Type": "HTTP", "FullyQualifiedDomainName": "example.com", "Port": 80, "ResourcePath": "/"}
    template = {
        "Resources": {"Check": {"Type": "AWS::Route53::HealthCheck", "Properties": {"HealthCheckConfig": check}}}
    }
    stack.create(template)
    before = stack.resources()["Check"]["PhysicalResourceId"]
    slower = changed(template, Check__HealthCheckConfig={**check, "ResourcePath": "/health"})
    assert by_name(stack.change(slower))["Check"]["Replacement"] == "False"
    other = changed(template, Check__HealthCheckConfig={**check, "Type": "TCP"})
    del other["Resources"]["Check"]["Properties"]["HealthCheckConfig"]["ResourcePath"]
    assert by_name(stack.change(other))["Check"]["Replacement"] == "True"

    assert stack.run(other) == "UPDATE_COMPLETE", stack.reasons()
    assert stack.resources()["Check"]["PhysicalResourceId"] != before


def test_a_stack_and_its_unready_change_set_outlive_nothing_that_is_deleted(stack):
    made = stack.ask(NETWORK, "CREATE")["Id"]
    stack.api.delete_stack(StackName=stack.name)
    assert stack.wait() == "GONE"
    assert refusal(stack.api.describe_change_set, ChangeSetName=made)[0] == "ChangeSetNotFound"


def slow(count):
    """A template whose resources are made one after the other, each by a call."""
    names = [f"Address{number:03}" for number in range(count)]
    return {
        "Resources": {
            name: {"Type": "AWS::EC2::EIP", **({"DependsOn": before} if before else {})}
            for name, before in zip(names, [None, *names], strict=False)
        }
    }


def test_a_stack_can_be_watched_while_it_is_made_and_is_left_alone_meanwhile(stack):
    made = stack.change(slow(120), "CREATE")
    stack.api.execute_change_set(ChangeSetName=made["ChangeSetId"], ClientRequestToken="run-1")
    seen, listed, refused = [], [], None
    while stack.status() == "CREATE_IN_PROGRESS":
        seen.append(len(stack.events()))
        listed.append({resource["ResourceStatus"] for resource in stack.resources().values()})
        if refused is None:
            refused = refusal(stack.ask, template=NETWORK)[1]

    assert len(set(seen)) > 2, "events come while it runs"
    assert {"CREATE_IN_PROGRESS", "CREATE_COMPLETE"} in listed
    assert refused is not None
    assert "is in CREATE_IN_PROGRESS state and can not be updated." in refused
    last = stack.events()[-1]
    assert (last["ClientRequestToken"], last["ResourceStatus"]) == ("run-1", "CREATE_COMPLETE")
    assert any(event["Timestamp"].microsecond for event in stack.events())


def test_a_create_is_broken_off_by_a_delete(stack):
    made = stack.change(slow(120), "CREATE")
    stack.api.execute_change_set(ChangeSetName=made["ChangeSetId"])
    stack.api.delete_stack(StackName=stack.name)
    seen = set()
    while (status := stack.status()) != "GONE":
        seen.add(status)
    assert seen <= {"CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS"}


def test_an_update_is_cancelled_and_not_deleted_under_way(stack, sandbox):
    stack.create(slow(1))
    made = stack.change(slow(80))
    stack.api.execute_change_set(ChangeSetName=made["ChangeSetId"])
    message = refusal(stack.api.delete_stack, StackName=stack.name)[1]
    assert message.endswith("cannot be deleted while in status UPDATE_IN_PROGRESS")
    stack.api.cancel_update_stack(StackName=stack.name)

    assert stack.wait() == "UPDATE_ROLLBACK_COMPLETE"
    assert set(stack.resources()) == {"Address000"}


def test_a_services_refusal_is_told_in_cloudformations_words(stack):
    key = f"arn:aws:kms:us-east-1:000000000000:key/mrk-{uuid.uuid4().hex}"
    broken = {
        "Resources": {"Copy": {"Type": "AWS::KMS::ReplicaKey", "Properties": {"PrimaryKeyArn": key, "KeyPolicy": {}}}}
    }
    assert stack.run(broken, "CREATE", OnStackFailure="DO_NOTHING") == "CREATE_FAILED"
    assert stack.reasons()["Copy"].startswith('Resource handler returned message: "')
    assert "HandlerErrorCode: " in stack.reasons()["Copy"]


def test_two_stacks_are_made_side_by_side(sandbox):
    pair = [Stack(sandbox, f"side-{number}-{uuid.uuid4().hex[:6]}") for number in range(2)]
    threads = [threading.Thread(target=stack.create, args=(NETWORK,)) for stack in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [stack.status() for stack in pair] == ["CREATE_COMPLETE"] * 2
