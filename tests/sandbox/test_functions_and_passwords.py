"""A small fleet as the CloudFormation engine makes it: what starts its functions, and how its password changes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from deployment import Deployment

from tapstack.sandbox.control import Sandbox

HOME, STANDBY = "us-east-1", "eu-west-1"
FLEET = """
fleet: jobs
regions: {us-east-1: {}, eu-west-1: {}}
home: us-east-1
tags: {CostCenter: x}
network: {zones: 2, nat: one, flow_logs: false}
protection: {deletion: false, when_removed: destroy}
observability: {alarms: false, dashboards: false}
buckets:
  inbox: {}
tables:
  seen: {partition_key: what, scope: regional}
  orders: {partition_key: id, scope: regional}
databases:
  main: {engine: postgres, multi_az: false}
functions:
  worker:
    code: worker
    timeout: 10s
    uses:
      - {table: seen, access: write, as: SEEN}
    triggers:
      - {bucket: inbox, prefix: in/, suffix: .csv}
      - {table: orders}
  client:
    code: client
    in_network: true
    uses:
      - {database: main, as: DATABASE}
"""
WORKER = """
import os
import boto3

def handler(event, context):
    seen = boto3.resource("dynamodb").Table(os.environ["SEEN"])
    if "detail" in event:
        key = event["detail"]["object"]["key"]
        if "bad" in key:
            raise ValueError(key)
        seen.put_item(Item={"what": key})
    for record in event.get("Records", []):
        seen.put_item(Item={"what": "order " + record["dynamodb"]["Keys"]["id"]["S"]})
"""
CLIENT = """
import json, os, socket
import boto3

def handler(event, context):
    secrets = boto3.client("secretsmanager")
    known = json.loads(secrets.get_secret_value(SecretId=os.environ["DATABASE_SECRET"])["SecretString"])
    port = int(os.environ["DATABASE_PORT"])
    socket.create_connection((os.environ["DATABASE_READER_HOST"], port), timeout=3).close()
    try:
        secrets.get_secret_value(SecretId="another")
        refused = ""
    except Exception as error:
        refused = type(error).__name__
    return {"user": known["username"], "port": port, "refused": refused}
"""


@pytest.fixture(scope="module")
def deployed(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    folder: Path = tmp_path_factory.mktemp("jobs")
    (folder / "fleet.yaml").write_text(FLEET, encoding="utf-8")
    for name, code in (("worker", WORKER), ("client", CLIENT)):
        (folder / name).mkdir()
        (folder / name / "index.py").write_text(code, encoding="utf-8")
    deployment = Deployment(sandbox, folder / "fleet.yaml", "dev")
    deployment.deploy()
    yield deployment


def eventually(look: Callable[[], Any], seconds: float = 40) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.1)
    return found


def bucket(region: str) -> str:
    return f"jobs-dev-inbox-000000000000-{region}"


def seen(sandbox: Sandbox, region: str) -> set[str]:
    items = sandbox.client("dynamodb", region).scan(TableName="jobs-dev-seen")["Items"]
    return {item["what"]["S"] for item in items}


@pytest.mark.parametrize("region", [HOME, STANDBY])
def test_new_objects_that_fit_start_the_function_of_their_region(deployed: Deployment, region: str) -> None:
    s3 = deployed.sandbox.client("s3", region)
    for key in ("in/wrong.txt", "out/wrong.csv", f"in/{region}.csv"):
        s3.put_object(Bucket=bucket(region), Key=key, Body=b"1,2")
    eventually(lambda: f"in/{region}.csv" in seen(deployed.sandbox, region))
    assert not {what for what in seen(deployed.sandbox, region) if "wrong" in what}


def test_a_tables_changes_start_the_function(deployed: Deployment) -> None:
    deployed.sandbox.client("dynamodb", STANDBY).put_item(TableName="jobs-dev-orders", Item={"id": {"S": "7"}})
    eventually(lambda: "order 7" in seen(deployed.sandbox, STANDBY))


def test_an_event_that_failed_for_good_is_kept(deployed: Deployment) -> None:
    deployed.sandbox.client("s3", HOME).put_object(Bucket=bucket(HOME), Key="in/bad.csv", Body=b"")
    queues = deployed.sandbox.client("sqs", HOME)
    url = queues.get_queue_url(QueueName="jobs-dev-worker-dead-letters")["QueueUrl"]
    [message] = eventually(lambda: queues.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages"))
    assert "in/bad.csv" in message["Body"]


def ask(deployed: Deployment, region: str) -> dict[str, Any]:
    answer = deployed.sandbox.client("lambda", region).invoke(FunctionName="jobs-dev-client", Payload=b"{}")
    return dict(json.loads(answer["Payload"].read()))


@pytest.mark.parametrize("region", [HOME, STANDBY])
def test_a_function_reads_its_databases_secret_and_no_other_and_reaches_its_own_region(
    deployed: Deployment, region: str
) -> None:
    deployed.sandbox.client("secretsmanager", region).create_secret(Name="another", SecretString="x")
    instance = deployed.sandbox.client("rds", region).describe_db_instances()["DBInstances"][0]
    answer = ask(deployed, region)
    assert answer == {"user": "tapstack", "port": instance["Endpoint"]["Port"], "refused": "ClientError"}


def secret(deployed: Deployment, region: str) -> dict[str, Any]:
    found = deployed.sandbox.client("secretsmanager", region).get_secret_value(SecretId="jobs-dev-main")
    return dict(json.loads(found["SecretString"]))


def user(deployed: Deployment, region: str, password: str) -> str:
    endpoint = deployed.sandbox.client("rds", region).describe_db_instances()["DBInstances"][0]["Endpoint"]
    with psycopg.connect(
        host=endpoint["Address"], port=endpoint["Port"], user="tapstack", password=password, dbname="app"
    ) as connection:
        return str(connection.execute("select current_user").fetchall()[0][0])


def test_rotation_changes_the_password_of_the_database_and_of_every_copy(deployed: Deployment) -> None:
    before = secret(deployed, HOME)["password"]
    assert secret(deployed, STANDBY)["password"] == before
    # Giving a secret its function tries the function's last step, which takes eight seconds.
    eventually(lambda: _rotates(deployed))
    eventually(lambda: secret(deployed, HOME)["password"] != before)
    after = secret(deployed, HOME)["password"]
    assert user(deployed, HOME, after) == "tapstack"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        user(deployed, HOME, before)
    assert secret(deployed, STANDBY)["password"] == after
    eventually(lambda: _is_refused(deployed, before))
    assert user(deployed, STANDBY, after) == "tapstack"


def _rotates(deployed: Deployment) -> bool:
    secrets = deployed.sandbox.client("secretsmanager", HOME)
    try:
        secrets.rotate_secret(SecretId="jobs-dev-main")
    except secrets.exceptions.InvalidRequestException as error:
        assert "previous rotation" in str(error)
        return False
    return True


def _is_refused(deployed: Deployment, password: str) -> bool:
    """The replica learns of the change as late as of any other."""
    try:
        user(deployed, STANDBY, password)
    except psycopg.OperationalError:
        return True
    return False
