"""Functions start with what Lambda gives them, and with nothing of this machine."""

from __future__ import annotations

import io
import json
import os
import sys
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tapstack.sandbox.control import Sandbox

REGION = "us-west-2"

REPORT = """
import importlib.util, os, sys, tempfile
import boto3

def handler(event, context):
    return {
        "environment": dict(os.environ),
        "temporary": tempfile.gettempdir(),
        "found": [name for name in event["modules"] if importlib.util.find_spec(name)],
        "caller": boto3.client("sts").get_caller_identity()["Arn"],
        "region": boto3.session.Session().region_name,
        "path": sys.path,
    }
"""

STORE = """
import boto3, os

def handler(event, context):
    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    table.put_item(Item={"id": event["id"]})
    return table.get_item(Key={"id": event["id"]})["Item"]["id"]
"""

NODE = """
exports.handler = async (event) => ({ environment: process.env, sum: event.a + event.b });
"""
NODE_SDK = """
const { S3Client } = require("@aws-sdk/client-s3");
exports.handler = async () => "never";
"""


def package(name: str, code: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, code)
    return buffer.getvalue()


@pytest.fixture(scope="module", autouse=True)
def host_secret() -> Iterator[None]:
    """Asked for before the sandbox, so that it could be inherited."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOST_SECRET", "must-not-leak")
        patch.setenv("AWS_SESSION_TOKEN", "must-not-leak")
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), "/nonexistent"])))
        yield


@pytest.fixture(scope="module")
def functions(sandbox: Sandbox) -> Any:
    return sandbox.client("lambda", REGION)


@pytest.fixture(scope="module")
def role(sandbox: Sandbox) -> str:
    iam = sandbox.client("iam", REGION)
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    arn = iam.create_role(RoleName="reporter", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    table = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["dynamodb:PutItem", "dynamodb:GetItem"],
                "Resource": f"arn:aws:dynamodb:{REGION}:*:table/allowed",
            }
        ],
    }
    iam.put_role_policy(RoleName="reporter", PolicyName="table", PolicyDocument=json.dumps(table))
    return str(arn)


def make(functions: Any, role: str, name: str, code: bytes, runtime: str = "python3.13", **options: Any) -> None:
    functions.create_function(
        FunctionName=name, Runtime=runtime, Role=role, Handler="main.handler", Code={"ZipFile": code}, Timeout=20,
        **options,
    )  # fmt: skip


def invoke(functions: Any, name: str, event: dict[str, Any]) -> Any:
    answer = functions.invoke(FunctionName=name, Payload=json.dumps(event).encode())
    result = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, result
    return result


@pytest.fixture(scope="module")
def report(functions: Any, role: str) -> dict[str, Any]:
    make(
        functions, role, "report", package("main.py", REPORT),
        Environment={"Variables": {"OWN": "kept", "LANG": "C.UTF-8"}},
    )  # fmt: skip
    modules = ["boto3", "botocore", "six", "ministack", "pytest", "pydantic", "psycopg", "tapstack", "site"]
    return dict(invoke(functions, "report", {"modules": modules}))


def test_nothing_of_the_host_s_environment_leaks_in(report: dict[str, Any]) -> None:
    environment = report["environment"]
    assert "must-not-leak" not in json.dumps(environment)
    inherited = {
        name
        for name, value in environment.items()
        if os.environ.get(name) == value and name not in ("LANG", "LD_LIBRARY_PATH")
    }
    assert inherited == set()
    prefixes = ("AWS_", "LAMBDA_", "_LAMBDA_", "_MINISTACK", "TAPSTACK_SANDBOX")
    others = {name for name in environment if not name.startswith(prefixes)}
    allowed = {
        "OWN", "LANG", "TZ", "PATH", "HOME", "TMPDIR", "PYTHONPATH", "_HANDLER", "_X_AMZN_TRACE_ID",
        "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "LD_LIBRARY_PATH", "LC_CTYPE",
    }  # fmt: skip
    assert others <= allowed


def test_lambda_s_own_variables_and_the_function_s_are_there(report: dict[str, Any]) -> None:
    environment = report["environment"]
    assert environment["OWN"] == "kept"
    assert environment["LANG"] == "C.UTF-8"
    assert environment["AWS_REGION"] == REGION
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "report"
    assert environment["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert environment["HOME"] != os.environ.get("HOME")
    assert report["temporary"] == environment["TMPDIR"]


def test_the_sdk_is_importable_and_the_host_s_packages_are_not(report: dict[str, Any]) -> None:
    assert report["found"] == ["boto3", "botocore", "six", "site"]


def test_the_function_acts_as_its_role_in_its_region(report: dict[str, Any]) -> None:
    assert ":assumed-role/reporter/" in report["caller"]
    assert report["region"] == REGION


def test_the_role_allows_one_table_and_no_other(sandbox: Sandbox, functions: Any, role: str) -> None:
    dynamodb = sandbox.client("dynamodb", REGION)
    for table in ("allowed", "other"):
        dynamodb.create_table(
            TableName=table, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )  # fmt: skip
        make(functions, role, f"store-{table}", package("main.py", STORE), Environment={"Variables": {"TABLE": table}})
    assert invoke(functions, "store-allowed", {"id": "1"}) == "1"
    answer = functions.invoke(FunctionName="store-other", Payload=b'{"id": "1"}')
    assert answer["FunctionError"]
    assert "AccessDenied" in answer["Payload"].read().decode()


def test_a_node_function_runs_with_a_clean_environment(sandbox: Sandbox, functions: Any, role: str) -> None:
    parts: Any = sandbox.status()["parts"]
    if parts["functions"]["nodejs"].startswith("no Node.js"):
        pytest.skip("no Node.js on this machine: functions of Node.js runtimes cannot be tried")
    make(functions, role, "node", package("main.js", NODE), runtime="nodejs20.x")
    result = invoke(functions, "node", {"a": 1, "b": 2})
    assert result["sum"] == 3
    assert "HOST_SECRET" not in result["environment"]
    assert result["environment"]["AWS_REGION"] == REGION

    make(functions, role, "node-sdk", package("main.js", NODE_SDK), runtime="nodejs20.x")
    answer = functions.invoke(FunctionName="node-sdk", Payload=b"{}")
    assert "npm install" in answer["Payload"].read().decode()


def test_a_timeout_ends_the_function(functions: Any, role: str) -> None:
    code = "import time\ndef handler(event, context):\n    time.sleep(30)\n"
    functions.create_function(
        FunctionName="slow", Runtime="python3.12", Role=role, Handler="main.handler",
        Code={"ZipFile": package("main.py", code)}, Timeout=1,
    )  # fmt: skip
    begun = time.monotonic()
    answer = functions.invoke(FunctionName="slow", Payload=b"{}")
    assert "timed out" in answer["Payload"].read().decode()
    assert time.monotonic() - begun < 10


def test_a_change_in_one_region_leaves_running_calls_of_another_alone(
    sandbox: Sandbox, functions: Any, role: str
) -> None:
    code = package("main.py", "import time\ndef handler(event, context):\n    time.sleep(2)\n    return 'finished'\n")
    elsewhere = sandbox.client("lambda", "eu-west-1")
    for client in (functions, elsewhere):
        make(client, role, "namesake", code)
    with ThreadPoolExecutor(max_workers=1) as pool:
        call = pool.submit(invoke, functions, "namesake", {})
        while not call.done():
            elsewhere.update_function_configuration(FunctionName="namesake", MemorySize=256)
            time.sleep(0.2)
        assert call.result() == "finished"


def test_status_says_what_functions_really_run_on(sandbox: Sandbox) -> None:
    parts: Any = sandbox.status()["parts"]
    assert f"Python {sys.version_info[0]}.{sys.version_info[1]}" in parts["functions"]["python"]
