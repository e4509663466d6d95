"""The web platform, deployed in two regions: every promise of the fleet is tried, not read."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from botocore.exceptions import ClientError
from clients import call, until
from deployment import Deployment

from tapstack.sandbox.control import Sandbox

FILE = Path(__file__).parents[2] / "examples" / "web-platform" / "fleet.yaml"
HOME, STANDBY = "us-east-1", "us-west-2"
SANDBOX_OPTIONS = {"clock_factor": 20}


@pytest.fixture(scope="module")
def deployed(sandbox: Sandbox) -> Iterator[Deployment]:
    deployment = Deployment(sandbox, FILE, "dev")
    deployment.deploy()
    yield deployment


def balancer(deployed: Deployment, region: str) -> str:
    return f"https://{deployed.output(region, 'ALBDNSName')}"


@pytest.mark.parametrize("region", [HOME, STANDBY])
@pytest.mark.parametrize(
    ("path", "host", "service"),
    [
        ("/api/primary/anything", "app.dev.web-platform.example", "primary"),
        ("/api/secondary", "app.dev.web-platform.example", "secondary"),
        ("/", "primary.example.com", "primary"),
        ("/", "secondary.example.com", "secondary"),
        ("/", "app.dev.web-platform.example", "primary"),
    ],
)
def test_the_load_balancer_routes_by_path_by_host_and_by_default(
    deployed: Deployment, region: str, path: str, host: str, service: str
) -> None:
    answer = call(deployed.sandbox, balancer(deployed, region) + path, host=host)
    assert answer.status == 200, answer
    assert (answer.data["service"], answer.data["region"]) == (service, region)


def test_plain_http_is_sent_to_https(deployed: Deployment) -> None:
    url = balancer(deployed, HOME).replace("https:", "http:")
    answer = call(deployed.sandbox, f"{url}/api/primary", host="app.dev.web-platform.example")
    assert answer.status == 301
    assert answer.headers["Location"].startswith("https://app.dev.web-platform.example")


def test_an_object_put_in_either_region_appears_in_the_other(deployed: Deployment) -> None:
    for source, target in ((HOME, STANDBY), (STANDBY, HOME)):
        key = uuid.uuid4().hex
        put = deployed.sandbox.client("s3", source).put_object(
            Bucket=deployed.output(source, "S3Bucket"), Key=key, Body=b"content"
        )
        assert put["ServerSideEncryption"] == "aws:kms"
        there = deployed.sandbox.client("s3", target)

        def replica(client: Any = there, bucket: str = deployed.output(target, "S3Bucket"), key: str = key) -> Any:
            try:
                return client.get_object(Bucket=bucket, Key=key)
            except client.exceptions.NoSuchKey:
                return None

        found = until(replica)
        assert found["Body"].read() == b"content"
        assert found["ReplicationStatus"] == "REPLICA"


def test_an_item_written_in_one_region_is_read_in_the_other(deployed: Deployment) -> None:
    name = uuid.uuid4().hex
    written = call(
        deployed.sandbox,
        f"{balancer(deployed, HOME)}/api/primary/items/{name}",
        method="PUT",
        body="hello",
        host="app.dev.web-platform.example",
    )
    assert written.status == 201, written
    url = f"{balancer(deployed, STANDBY)}/api/primary/items/{name}"
    read = until(lambda: (a := call(deployed.sandbox, url, host="app.dev.web-platform.example")).status == 200 and a)
    assert read.data["body"] == "hello"
    assert read.data["region"] == STANDBY


def test_the_database_takes_the_generated_secret_and_no_other(deployed: Deployment) -> None:
    secret = deployed.sandbox.client("secretsmanager", HOME).get_secret_value(SecretId="web-platform-dev-main")
    known = json.loads(secret["SecretString"])
    arguments = {
        "host": known["host"],
        "port": int(known["port"]),
        "user": known["username"],
        "dbname": "primarydb",
        "connect_timeout": 10,
    }
    with psycopg.connect(password=known["password"], sslmode="require", **arguments) as connection:
        assert connection.execute("select current_database()").fetchone() == ("primarydb",)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(password="wrong", sslmode="require", **arguments)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(password=known["password"], sslmode="disable", **arguments)


def test_a_function_inside_the_network_reaches_its_regions_database(deployed: Deployment) -> None:
    answer = call(deployed.sandbox, f"{balancer(deployed, HOME)}/reports", host="app.dev.web-platform.example")
    assert (answer.status, answer.data["database"]) == (200, "reachable")


def test_a_function_may_do_its_work_and_nothing_else(deployed: Deployment) -> None:
    """`secondary` may read uploads; writing them is refused to it by IAM, through its own role."""
    host = "app.dev.web-platform.example"
    url = balancer(deployed, HOME)
    name = uuid.uuid4().hex
    put = call(deployed.sandbox, f"{url}/api/primary/uploads/{name}", method="PUT", body="x", host=host)
    assert put.status == 201, put
    read = call(deployed.sandbox, f"{url}/api/secondary/uploads/{name}", host=host)
    assert read.data["body"] == "x"
    refused = deployed.sandbox.client("lambda", HOME).invoke(
        FunctionName="web-platform-dev-secondary",
        Payload=json.dumps({"httpMethod": "PUT", "path": "/api/secondary/uploads/y", "body": "y"}),
    )
    assert refused["FunctionError"] == "Unhandled"
    assert "AccessDenied" in json.loads(refused["Payload"].read())["errorMessage"]


def test_an_alarm_reaches_its_topic(deployed: Deployment) -> None:
    sqs, sns = deployed.sandbox.client("sqs", HOME), deployed.sandbox.client("sns", HOME)
    topic = next(t["TopicArn"] for t in sns.list_topics()["Topics"] if "web-platform-dev" in t["TopicArn"])
    queue = sqs.create_queue(QueueName="listener")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arn,
            }
        ],
    }
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps(policy)})
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)
    try:
        # Whatever happened before: only a new state is told.
        deployed.sandbox.client("cloudwatch", HOME).set_alarm_state(
            AlarmName="web-platform-dev-function-primary-errors", StateValue="OK", StateReason="A test begins."
        )
        # A list is no event that the function knows.
        failed = deployed.sandbox.client("lambda", HOME).invoke(FunctionName="web-platform-dev-primary", Payload="[]")
        assert failed["FunctionError"] == "Unhandled"

        def alarm() -> Any:
            messages = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1, MaxNumberOfMessages=10).get(
                "Messages", []
            )
            told = [json.loads(json.loads(message["Body"])["Message"]) for message in messages]
            return next((t for t in told if t["NewStateValue"] == "ALARM" and "primary" in t["AlarmName"]), None)

        assert "error" in until(alarm, seconds=40)["AlarmName"]
    finally:
        sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
        sqs.delete_queue(QueueUrl=queue)


def test_buckets_refuse_what_is_not_encrypted_on_the_way(deployed: Deployment) -> None:
    sandbox = deployed.sandbox
    plain = sandbox.client("s3", HOME, endpoint_url=sandbox.endpoint)
    with pytest.raises(ClientError, match="AccessDenied"):
        plain.put_object(Bucket=deployed.output(HOME, "S3Bucket"), Key="plain", Body=b"")


def test_an_outage_of_the_home_moves_the_name_to_the_standby_and_back(deployed: Deployment) -> None:
    sandbox, url = deployed.sandbox, "https://app.dev.web-platform.example/health"

    def region() -> str:
        import urllib3

        try:
            return str(call(sandbox, url).data["region"])
        except (urllib3.exceptions.HTTPError, OSError):
            return ""

    until(lambda: region() == HOME)
    sandbox.outage(HOME)
    try:
        until(lambda: region() == STANDBY)
    finally:
        sandbox.restore(HOME)
    until(lambda: region() == HOME)


def test_one_more_alarm_and_another_lifecycle_are_updates_and_a_removal_removes(deployed: Deployment) -> None:
    from tapstack.fleet.buckets import Lifecycle

    before = deployed.fleet
    functions = {**before.functions, "third": before.functions["secondary"]}
    functions.pop("reports")
    balancers = {
        name: each.model_copy(update={"rules": {k: r for k, r in each.rules.items() if k != "reports"}})
        for name, each in before.load_balancers.items()
    }
    uploads = before.buckets["uploads"].model_copy(
        update={"lifecycle": (Lifecycle.model_validate({"expire_after": "400d"}),)}
    )
    changed = before.model_copy(
        update={"functions": functions, "load_balancers": balancers, "buckets": {"uploads": uploads}}
    )
    deployed.use(changed)
    deployed.deploy()
    names = [f["FunctionName"] for f in deployed.sandbox.client("lambda", STANDBY).list_functions()["Functions"]]
    assert "web-platform-dev-third" in names
    assert "web-platform-dev-reports" not in names
    alarms = deployed.sandbox.client("cloudwatch", STANDBY).describe_alarms()["MetricAlarms"]
    assert any("third" in alarm["AlarmName"] for alarm in alarms)
    rules = deployed.sandbox.client("s3", STANDBY).get_bucket_lifecycle_configuration(
        Bucket=deployed.output(STANDBY, "S3Bucket")
    )["Rules"]
    assert [rule["Expiration"]["Days"] for rule in rules] == [400]


def test_destroying_leaves_nothing(deployed: Deployment) -> None:
    deployed.destroy()
    for region in (HOME, STANDBY):
        assert deployed.left_over(region) == []
