"""Custom resources backed by a function: they work, or their stack fails soon and says why."""

from __future__ import annotations

import json
import shutil
import time

import pytest

REGION = "eu-west-1"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def template(code, runtime="python3.12", timeout=10, **properties):
    return {
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
            "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Runtime": runtime,
                    "Handler": "index.handler",
                    "Timeout": timeout,
                    "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                    "Code": {"ZipFile": code},
                },
            },
            "Custom": {
                "Type": "Custom::Walk",
                "Properties": {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}, **properties},
            },
        },
        "Outputs": {
            "Said": {"Value": {"Fn::GetAtt": ["Custom", "Said"]}},
            "Id": {"Value": {"Ref": "Custom"}},
        },
    }


def run(sandbox, name, body, kind="create"):
    client = sandbox.client("cloudformation", REGION)
    call = {"create": client.create_stack, "update": client.update_stack}[kind]
    call(StackName=name, TemplateBody=json.dumps(body), Capabilities=["CAPABILITY_NAMED_IAM"])
    return wait(sandbox, name)


def wait(sandbox, name):
    client, deadline = sandbox.client("cloudformation", REGION), time.monotonic() + 60
    while (stack := client.describe_stacks(StackName=name)["Stacks"][0])["StackStatus"].endswith("IN_PROGRESS"):
        assert time.monotonic() < deadline, "a custom resource holds its stack for over a minute"
        time.sleep(0.1)
    return stack


def reasons(sandbox, name):
    events = sandbox.client("cloudformation", REGION).describe_stack_events(StackName=name)["StackEvents"]
    return " ".join(event.get("ResourceStatusReason", "") for event in events if "FAILED" in event["ResourceStatus"])


PYTHON = """
import cfnresponse
def handler(event, context):
    said = f"{event['RequestType']} {event['ResourceProperties'].get('Word')}"
    cfnresponse.send(event, context, cfnresponse.SUCCESS, {"Said": said}, "walk-id")
"""


def test_a_python_function_answers_through_cfnresponse(sandbox):
    stack = run(sandbox, "custom-python", template(PYTHON, Word="one"))
    assert stack["StackStatus"] == "CREATE_COMPLETE", reasons(sandbox, "custom-python")
    outputs = {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}
    assert outputs == {"Said": "Create one", "Id": "walk-id"}
    stack = run(sandbox, "custom-python", template(PYTHON, Word="two"), "update")
    outputs = {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}
    assert (stack["StackStatus"], outputs["Said"]) == ("UPDATE_COMPLETE", "Update two")
    client = sandbox.client("cloudformation", REGION)
    client.delete_stack(StackName="custom-python")
    client.get_waiter("stack_delete_complete").wait(
        StackName="custom-python", WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )


@pytest.mark.skipif(not shutil.which("node"), reason="functions for Node run on the machine's Node")
def test_a_node_function_answers_through_cfn_response(sandbox):
    code = """
const response = require("cfn-response");
exports.handler = async (event, context) => {
  await response.send(event, context, response.SUCCESS, { Said: event.RequestType }, "walk-id");
};
"""
    stack = run(sandbox, "custom-node", template(code, "nodejs20.x"))
    assert stack["StackStatus"] == "CREATE_COMPLETE", reasons(sandbox, "custom-node")
    assert {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]} == {"Said": "Create", "Id": "walk-id"}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import nothing_like_it\ndef handler(event, context):\n    pass\n", "nothing_like_it"),
        ("def handler(event, context):\n    raise ValueError('not today')\n", "not today"),
    ],
    ids=["import", "exception"],
)
def test_a_functions_error_is_the_reason_at_once(sandbox, request, code, said):
    name = f"custom-{request.node.callspec.id}"
    begun = time.monotonic()
    stack = run(sandbox, name, template(code))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert said in reasons(sandbox, name)
    assert time.monotonic() - begun < 20


def test_a_function_that_says_failed_gives_the_reason(sandbox):
    code = PYTHON.replace("cfnresponse.SUCCESS", "cfnresponse.FAILED").replace('"walk-id"', "reason='no room'")
    assert run(sandbox, "custom-failed", template(code))["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "no room" in reasons(sandbox, "custom-failed")


def test_a_function_that_never_answers_has_the_time_that_the_template_grants(sandbox):
    silent = "def handler(event, context):\n    return 'said nothing'\n"
    begun = time.monotonic()
    stack = run(sandbox, "custom-silent", template(silent, ServiceTimeout=2))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "did not receive a response" in reasons(sandbox, "custom-silent")
    assert time.monotonic() - begun < 20
