"""Faults by region: unreachable, slow, failing; data planes too; global services stay."""

from __future__ import annotations

import http.client
import io
import json
import time
import urllib.error
import urllib.request
import zipfile
from typing import Any

import botocore.exceptions
import pytest
from botocore.config import Config

from tapstack.sandbox.control import Sandbox

_UNREACHABLE = (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError)
_ONCE = Config(retries={"total_max_attempts": 1})


@pytest.fixture(autouse=True)
def _restored(sandbox: Sandbox) -> Any:
    yield
    sandbox.restore()


def test_an_outage_cuts_the_connection_of_every_call_to_that_region_and_of_no_other(sandbox: Sandbox) -> None:
    sandbox.outage("us-west-2")

    for service, operation in (
        ("dynamodb", "list_tables"),
        ("sqs", "list_queues"),
        ("ec2", "describe_vpcs"),
        ("lambda", "list_functions"),
        ("cloudformation", "list_stacks"),
        ("sts", "get_caller_identity"),
        ("s3", "list_buckets"),
    ):
        with pytest.raises(_UNREACHABLE):
            getattr(sandbox.client(service, "us-west-2", config=_ONCE), operation)()
        getattr(sandbox.client(service, "us-east-1"), operation)()

    sandbox.restore("us-west-2")
    sandbox.client("dynamodb", "us-west-2").list_tables()


def test_an_outage_is_no_answer_rather_than_a_tidy_error(sandbox: Sandbox) -> None:
    sandbox.outage("eu-west-1")
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.settings.ports.http, timeout=5)
    try:
        scope = "AKIAAAAAAAAAAAAAAAAA/20260101/eu-west-1/dynamodb/aws4_request"
        connection.request(
            "POST",
            "/",
            "{}",
            {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"},
        )
        with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)):
            connection.getresponse()
    finally:
        connection.close()


def test_the_global_services_outlive_an_outage_of_the_region_they_are_signed_for(sandbox: Sandbox) -> None:
    sandbox.outage("us-east-1")

    sandbox.client("iam").list_users()
    sandbox.client("route53").list_hosted_zones()
    sandbox.client("sts").get_caller_identity()
    with pytest.raises(_UNREACHABLE):
        sandbox.client("sqs", config=_ONCE).list_queues()


def test_a_global_service_goes_down_when_it_is_named(sandbox: Sandbox) -> None:
    sandbox.outage("us-east-1", services=["route53"])

    with pytest.raises(_UNREACHABLE):
        sandbox.client("route53", config=_ONCE).list_hosted_zones()
    sandbox.client("sqs").list_queues()


def test_a_bucket_is_gone_with_its_region_whoever_asks_and_however(sandbox: Sandbox) -> None:
    west = sandbox.client("s3", "us-west-2", config=_ONCE)
    west.create_bucket(Bucket="faulty-bucket", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    west.put_object(Bucket="faulty-bucket", Key="a", Body=b"1")
    link = west.generate_presigned_url("get_object", Params={"Bucket": "faulty-bucket", "Key": "a"})
    assert _get(link, sandbox) == b"1"

    sandbox.outage("us-west-2")

    with pytest.raises(_UNREACHABLE):
        west.get_object(Bucket="faulty-bucket", Key="a")
    with pytest.raises((OSError, http.client.HTTPException)):
        _get(link, sandbox)
    with pytest.raises(_UNREACHABLE):
        sandbox.client("s3", "us-east-1", config=_ONCE).get_object(Bucket="faulty-bucket", Key="a")


def test_latency_makes_calls_slow_but_lets_them_succeed(sandbox: Sandbox) -> None:
    slow, quick = sandbox.client("sqs", "us-west-2"), sandbox.client("sqs", "us-east-1")
    for client in (slow, quick):
        client.list_queues()
    sandbox.outage("us-west-2", latency_seconds=1, services=["sqs"])

    def seconds(client: Any) -> float:
        started = time.monotonic()
        client.list_queues()
        return time.monotonic() - started

    assert seconds(slow) >= 1
    assert seconds(quick) < 1


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("dynamodb", "list_tables"),
        ("s3", "list_buckets"),
        ("ec2", "describe_vpcs"),
        ("sns", "list_topics"),
        ("lambda", "list_functions"),
        ("cloudwatch", "list_metrics"),
        ("kms", "list_keys"),
        ("cloudformation", "list_stacks"),
    ],
)
def test_errors_come_in_the_services_own_protocol(sandbox: Sandbox, service: str, operation: str) -> None:
    sandbox.outage("us-west-2", error_rate=1)

    with pytest.raises(botocore.exceptions.ClientError) as failed:
        getattr(sandbox.client(service, "us-west-2", config=_ONCE), operation)()

    assert failed.value.response["Error"]["Code"] == "ServiceUnavailable"
    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


def test_sdks_try_again_after_such_an_error(sandbox: Sandbox) -> None:
    sandbox.outage("us-west-2", error_rate=1)

    with pytest.raises(botocore.exceptions.ClientError) as failed:
        sandbox.client("dynamodb", "us-west-2").list_tables()

    assert failed.value.response["ResponseMetadata"]["RetryAttempts"] > 0


_PROTOCOLS = [
    # service, operation, throttled as, expired as
    ("cloudformation", "list_stacks", (400, "Throttling"), (403, "ExpiredToken")),
    ("rds", "describe_db_instances", (400, "Throttling"), (403, "ExpiredToken")),
    ("elbv2", "describe_load_balancers", (400, "Throttling"), (403, "ExpiredToken")),
    ("sts", "get_caller_identity", (400, "Throttling"), (403, "ExpiredToken")),
    ("sns", "list_topics", (400, "Throttling"), (403, "ExpiredToken")),
    ("dynamodb", "list_tables", (400, "ThrottlingException"), (400, "ExpiredTokenException")),
    ("kms", "list_keys", (400, "ThrottlingException"), (400, "ExpiredTokenException")),
    ("cloudwatch", "list_metrics", (400, "ThrottlingException"), (400, "ExpiredTokenException")),
    ("ec2", "describe_vpcs", (503, "RequestLimitExceeded"), (400, "RequestExpired")),
    ("s3", "list_buckets", (503, "SlowDown"), (400, "ExpiredToken")),
    ("lambda", "list_functions", (429, "TooManyRequestsException"), (403, "ExpiredTokenException")),
    ("apigateway", "get_rest_apis", (429, "TooManyRequestsException"), (400, "ExpiredTokenException")),
]


@pytest.mark.parametrize(("service", "operation", "throttled", "expired"), _PROTOCOLS)
def test_throttling_and_expired_credentials_are_told_as_each_service_tells_them(
    sandbox: Sandbox, service: str, operation: str, throttled: tuple[int, str], expired: tuple[int, str]
) -> None:
    for fault, told in (({"throttle_rate": 1}, throttled), ({"expired_credentials": True}, expired)):
        sandbox.outage("us-west-2", **fault)
        with pytest.raises(botocore.exceptions.ClientError) as failed:
            getattr(sandbox.client(service, "us-west-2", config=_ONCE), operation)()
        answer = failed.value.response
        assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]) == told
        assert answer["Error"]["Message"]


@pytest.mark.parametrize("service", ["cloudformation", "dynamodb", "s3", "ec2", "lambda"])
def test_sdks_try_again_when_throttled_and_give_up_on_expired_credentials(sandbox: Sandbox, service: str) -> None:
    operation = next(call for name, call, *_ in _PROTOCOLS if name == service)
    config = Config(retries={"mode": "standard", "total_max_attempts": 2})
    for fault, retries in (({"throttle_rate": 1}, 1), ({"expired_credentials": True}, 0)):
        sandbox.outage("us-west-2", **fault)
        with pytest.raises(botocore.exceptions.ClientError) as failed:
            getattr(sandbox.client(service, "us-west-2", config=config), operation)()
        assert failed.value.response["ResponseMetadata"]["RetryAttempts"] == retries


def test_a_throttled_caller_gets_through_in_the_end(sandbox: Sandbox) -> None:
    sandbox.outage("us-west-2", throttle_rate=0.5)
    patient = Config(retries={"mode": "standard", "total_max_attempts": 40})
    sandbox.client("sqs", "us-west-2", config=patient).list_queues()


def test_a_load_balancer_asks_for_no_credentials(sandbox: Sandbox) -> None:
    host = _load_balancer(sandbox, "ap-south-1")
    sandbox.outage("ap-south-1", expired_credentials=True)
    assert _text(sandbox, host) == "ap-south-1"


def test_the_error_rate_is_a_share_of_the_calls(sandbox: Sandbox) -> None:
    sandbox.outage("us-west-2", error_rate=0.5)
    queue = sandbox.client("sqs", "us-west-2", config=_ONCE)
    failed = 0
    for _ in range(100):
        try:
            queue.list_queues()
        except botocore.exceptions.ClientError:
            failed += 1

    assert 20 <= failed <= 80  # outside once in 10^9 runs


def test_a_region_that_is_out_takes_its_http_api_and_function_url_along(sandbox: Sandbox) -> None:
    function = _function(sandbox, "us-west-2")
    functions = sandbox.client("lambda", "us-west-2")
    url = functions.create_function_url_config(FunctionName="hello", AuthType="NONE")["FunctionUrl"]
    functions.add_permission(
        FunctionName="hello", StatementId="all", Action="lambda:InvokeFunctionUrl", Principal="*",
        FunctionUrlAuthType="NONE",
    )  # fmt: skip
    functions.add_permission(
        FunctionName="hello", StatementId="api", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )
    gateway = sandbox.client("apigatewayv2", "us-west-2")
    api = gateway.create_api(Name="hello", ProtocolType="HTTP")["ApiId"]
    integration = gateway.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=function, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    gateway.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{integration}")
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    hosts = (f"{api}.execute-api.localhost", url.split("/")[2])
    for host in hosts:
        # `/health` is a path of the emulator's own: it must reach the function all the same.
        assert _answer(sandbox, host, "/health") == {"region": "us-west-2"}

    sandbox.outage("us-west-2")
    for host in hosts:
        with pytest.raises((OSError, http.client.HTTPException)):
            _answer(sandbox, host, "/health")

    sandbox.restore()
    for host in hosts:
        assert _answer(sandbox, host, "/health") == {"region": "us-west-2"}


def test_a_region_that_is_out_takes_its_rest_api_along(sandbox: Sandbox) -> None:
    gateway = sandbox.client("apigateway", "eu-west-1")
    api = gateway.create_rest_api(name="rest")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    call = {"restApiId": api, "resourceId": root, "httpMethod": "GET"}
    gateway.put_method(**call, authorizationType="NONE")
    gateway.put_integration(**call, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    gateway.put_method_response(**call, statusCode="200")
    gateway.put_integration_response(**call, statusCode="200", responseTemplates={"application/json": '{"ok": true}'})
    gateway.create_deployment(restApiId=api, stageName="prod")
    host = f"{api}.execute-api.localhost"
    assert _text(sandbox, host, path="/prod") == '{"ok": true}'

    sandbox.outage("eu-west-1", services=["execute-api"])
    with pytest.raises((OSError, http.client.HTTPException)):
        _text(sandbox, host, path="/prod")
    gateway.get_rest_apis()


def test_a_load_balancer_answers_in_any_region_and_goes_out_with_it(sandbox: Sandbox) -> None:
    west = _load_balancer(sandbox, "us-west-2")
    east = _load_balancer(sandbox, "us-east-1")
    for host, region in ((west, "us-west-2"), (east, "us-east-1")):
        assert _text(sandbox, host) == region

    sandbox.outage("us-west-2")
    with pytest.raises((OSError, http.client.HTTPException)):
        _text(sandbox, west)
    assert _text(sandbox, east) == "us-east-1"


def test_a_load_balancer_is_reached_by_its_regions_address_whatever_the_host_name(sandbox: Sandbox) -> None:
    from tapstack.sandbox.server.addresses import SHARED, address_of

    if address_of("eu-west-1") == SHARED:
        pytest.skip("this system has one loopback address")
    _load_balancer(sandbox, "eu-west-1")
    assert _text(sandbox, "shop.example.com", address_of("eu-west-1")) == "eu-west-1"

    sandbox.outage("eu-west-1")
    with pytest.raises((OSError, http.client.HTTPException)):
        _text(sandbox, "shop.example.com", address_of("eu-west-1"))


def test_a_load_balancer_without_a_listener_for_tls_does_not_answer_tls(sandbox: Sandbox) -> None:
    import ssl

    host = _load_balancer(sandbox, "eu-central-1")
    trust = ssl.create_default_context(cafile=str(sandbox.ca_bundle))
    connection = http.client.HTTPSConnection("127.0.0.1", sandbox.settings.ports.https, timeout=5, context=trust)
    try:
        connection.request("GET", "/", headers={"Host": host})
        with pytest.raises((OSError, http.client.HTTPException)):
            connection.getresponse()
    finally:
        connection.close()


def test_faults_in_force_are_shown(sandbox: Sandbox) -> None:
    sandbox.outage("us-west-2", latency_seconds=0.2, services=["s3"])
    assert sandbox.status()["faults"] == {
        "us-west-2": {"unreachable": False, "latency_seconds": 0.2, "error_rate": 0.0, "throttle_rate": 0.0,
                      "expired_credentials": False, "services": ["s3"]}
    }  # fmt: skip


def test_the_control_api_refuses_who_does_not_know_the_token(sandbox: Sandbox) -> None:
    request = urllib.request.Request(f"{sandbox.endpoint}/_tapstack/status", headers={"x-tapstack-token": "guess"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=5)
    assert refused.value.code == 403
    refused.value.close()


def _get(link: str, sandbox: Sandbox) -> bytes:
    import ssl

    with urllib.request.urlopen(
        link, timeout=5, context=ssl.create_default_context(cafile=sandbox.ca_bundle)
    ) as answer:
        return bytes(answer.read())


def _text(sandbox: Sandbox, host: str, address: str = "127.0.0.1", path: str = "/health") -> str:
    connection = http.client.HTTPConnection(address, sandbox.settings.ports.http, timeout=15)
    try:
        connection.request("GET", path, headers={"Host": f"{host}:{sandbox.settings.ports.http}"})
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def _answer(sandbox: Sandbox, host: str, path: str) -> object:
    return json.loads(_text(sandbox, host, path=path))


def _function(sandbox: Sandbox, region: str) -> str:
    iam = sandbox.client("iam")
    trust = {
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    }
    role = iam.create_role(RoleName="hello", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr(
            "index.py",
            "import json, os\n"
            "def handler(event, context):\n"
            "    return {'statusCode': 200, 'body': json.dumps({'region': os.environ['AWS_REGION']})}\n",
        )
    made = sandbox.client("lambda", region).create_function(
        FunctionName="hello",
        Runtime="python3.11",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": code.getvalue()},
    )
    return str(made["FunctionArn"])


def _load_balancer(sandbox: Sandbox, region: str) -> str:
    ec2, balancers = sandbox.client("ec2", region), sandbox.client("elbv2", region)
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]][:2]
    made = balancers.create_load_balancer(Name="front", Subnets=subnets)["LoadBalancers"][0]
    balancers.create_listener(
        LoadBalancerArn=made["LoadBalancerArn"],
        Port=80,
        Protocol="HTTP",
        DefaultActions=[
            {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "MessageBody": region}}
        ],
    )
    return str(made["DNSName"])
