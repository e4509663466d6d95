"""A secret's rotation runs its function, changes the real password, and survives a failing step."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tapstack.sandbox.control import Sandbox

# A rate of one minute passes in 0.6 seconds.
SANDBOX_OPTIONS: dict[str, Any] = {"clock_factor": 100}

REGION = "us-east-1"
FIRST = "first-Passw0rd"

# In the manner of AWS's own rotation templates.
CODE = """
import json
import boto3

secrets = boto3.client("secretsmanager")
rds = boto3.client("rds")

def handler(event, context):
    arn, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    stages = secrets.describe_secret(SecretId=arn)["VersionIdsToStages"]
    if "AWSPENDING" not in stages[token]:
        raise ValueError("this version is not pending")
    {"createSecret": create, "setSecret": change, "testSecret": test, "finishSecret": finish}[step](arn, token, stages)

def read(arn, token):
    value = secrets.get_secret_value(SecretId=arn, VersionId=token, VersionStage="AWSPENDING")
    return json.loads(value["SecretString"])

def create(arn, token, stages):
    current = json.loads(secrets.get_secret_value(SecretId=arn, VersionStage="AWSCURRENT")["SecretString"])
    try:
        secrets.get_secret_value(SecretId=arn, VersionId=token, VersionStage="AWSPENDING")
    except secrets.exceptions.ResourceNotFoundException:
        current["password"] = secrets.get_random_password(ExcludePunctuation=True)["RandomPassword"]
        secrets.put_secret_value(
            SecretId=arn, ClientRequestToken=token, SecretString=json.dumps(current), VersionStages=["AWSPENDING"]
        )

def change(arn, token, stages):
    pending = read(arn, token)
    if pending.get("database"):
        rds.modify_db_instance(
            DBInstanceIdentifier=pending["database"], MasterUserPassword=pending["password"], ApplyImmediately=True
        )

def test(arn, token, stages):
    pending = read(arn, token)
    if pending.get("broken"):
        raise RuntimeError("the new password does not work")

def finish(arn, token, stages):
    current = next(version for version, labels in stages.items() if "AWSCURRENT" in labels)
    secrets.update_secret_version_stage(
        SecretId=arn, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=current
    )
"""


def wait_until(holds: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def function(sandbox: Sandbox) -> str:
    iam = sandbox.client("iam", REGION)
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    role = iam.create_role(RoleName="rotator", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    actions = ["secretsmanager:*", "rds:ModifyDBInstance"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
    iam.put_role_policy(RoleName="rotator", PolicyName="rotate", PolicyDocument=json.dumps(policy))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("main.py", CODE)
    functions = sandbox.client("lambda", REGION)
    made = functions.create_function(
        FunctionName="rotator", Runtime="python3.13", Role=role, Handler="main.handler", Timeout=30,
        Code={"ZipFile": buffer.getvalue()},
    )  # fmt: skip
    return str(made["FunctionArn"])


@pytest.fixture(scope="module")
def permitted(sandbox: Sandbox, function: str) -> str:
    sandbox.client("lambda", REGION).add_permission(
        FunctionName="rotator", StatementId="rotation", Action="lambda:InvokeFunction",
        Principal="secretsmanager.amazonaws.com",
    )  # fmt: skip
    return function


def make_secret(sandbox: Sandbox, name: str, **content: Any) -> Any:
    secrets = sandbox.client("secretsmanager", REGION)
    value = json.dumps({"username": "owner", "password": FIRST, **content})
    secrets.create_secret(Name=name, SecretString=value)
    return secrets


def value(secrets: Any, name: str, stage: str = "AWSCURRENT") -> dict[str, Any]:
    return dict(json.loads(secrets.get_secret_value(SecretId=name, VersionStage=stage)["SecretString"]))


def test_a_function_that_does_not_admit_the_service_is_refused(sandbox: Sandbox, function: str) -> None:
    secrets = make_secret(sandbox, "unpermitted")
    with pytest.raises(secrets.exceptions.ClientError, match=r"secretsmanager\.amazonaws\.com"):
        secrets.rotate_secret(SecretId="unpermitted", RotationLambdaARN=function)
    with pytest.raises(secrets.exceptions.InvalidRequestException, match="No Lambda rotation function"):
        secrets.rotate_secret(SecretId="unpermitted")


def test_a_rotation_changes_the_database_s_real_password(sandbox: Sandbox, permitted: str) -> None:
    rds = sandbox.client("rds", REGION)
    rds.create_db_instance(
        DBInstanceIdentifier="rotated", Engine="postgres", DBInstanceClass="db.t3.micro", AllocatedStorage=20,
        MasterUsername="owner", MasterUserPassword=FIRST, DBName="shop",
    )  # fmt: skip

    def found() -> dict[str, Any]:
        return dict(rds.describe_db_instances(DBInstanceIdentifier="rotated")["DBInstances"][0])

    wait_until(lambda: found()["DBInstanceStatus"] == "available")
    port = found()["Endpoint"]["Port"]

    def can_connect(password: str) -> bool:
        try:
            psycopg.connect(host="localhost", port=port, user="owner", password=password, dbname="shop").close()
        except psycopg.OperationalError:
            return False
        return True

    assert can_connect(FIRST)
    secrets = make_secret(sandbox, "database", database="rotated")
    version = secrets.rotate_secret(SecretId="database", RotationLambdaARN=permitted)["VersionId"]
    wait_until(lambda: value(secrets, "database")["password"] != FIRST)
    wait_until(lambda: stages(secrets, "database")[version] == ["AWSCURRENT"])
    assert value(secrets, "database", "AWSPREVIOUS")["password"] == FIRST
    assert can_connect(value(secrets, "database")["password"])
    assert not can_connect(FIRST)


def stages(secrets: Any, name: str) -> dict[str, list[str]]:
    return dict(secrets.describe_secret(SecretId=name)["VersionIdsToStages"])


def failures(sandbox: Sandbox) -> dict[str, str]:
    parts: Any = sandbox.status()["parts"]
    return dict(parts["rotation"]["failed"])


def test_a_failing_step_leaves_the_current_version_alone(sandbox: Sandbox, permitted: str) -> None:
    secrets = make_secret(sandbox, "broken", broken=True)
    arn = secrets.describe_secret(SecretId="broken")["ARN"]
    secrets.rotate_secret(SecretId="broken", RotationLambdaARN=permitted)
    wait_until(lambda: arn in failures(sandbox))
    assert failures(sandbox)[arn] == "testSecret: the new password does not work"
    assert value(secrets, "broken")["password"] == FIRST
    assert value(secrets, "broken", "AWSPENDING")["password"] != FIRST
    with pytest.raises(secrets.exceptions.InvalidRequestException, match="isn't complete"):
        secrets.rotate_secret(SecretId="broken")


def test_a_schedule_rotates_again_and_again_until_it_is_cancelled(sandbox: Sandbox, permitted: str) -> None:
    secrets = make_secret(sandbox, "scheduled")
    secrets.rotate_secret(
        SecretId="scheduled", RotationLambdaARN=permitted, RotateImmediately=False,
        RotationRules={"ScheduleExpression": "rate(1 minute)"},
    )  # fmt: skip
    assert value(secrets, "scheduled")["password"] == FIRST
    seen: set[str] = set()

    def has_rotated_twice() -> bool:
        seen.add(value(secrets, "scheduled")["password"])
        return len(seen) >= 3

    wait_until(has_rotated_twice)
    secrets.cancel_rotate_secret(SecretId="scheduled")
    described = secrets.describe_secret(SecretId="scheduled")
    assert not described["RotationEnabled"]
    assert "NextRotationDate" not in described


def test_the_next_date_follows_the_days_and_the_clock(sandbox: Sandbox, permitted: str) -> None:
    secrets = make_secret(sandbox, "monthly")
    secrets.rotate_secret(SecretId="monthly", RotationLambdaARN=permitted, RotationRules={"AutomaticallyAfterDays": 30})
    wait_until(lambda: value(secrets, "monthly")["password"] != FIRST)
    wait_until(lambda: "LastRotatedDate" in secrets.describe_secret(SecretId="monthly"))
    described = secrets.describe_secret(SecretId="monthly")
    days = (described["NextRotationDate"] - described["LastRotatedDate"]).total_seconds() / 86400
    assert days == pytest.approx(30 / 100, rel=0.01)
