"""Functions, APIs, a load balancer and names by Terraform: all of it answers, and nothing is left to change."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from clients import call, until
from terraform import TerraformDeployment, is_installed

from tapstack.sandbox.control import Sandbox

REGION = "us-east-1"
ZONE = "edge.example"
OBJECTS = "aws_cloudwatch_event_rule.function_filing_on_inbox_"
FLEET = """
fleet: edge
engine: terraform
regions: {us-east-1: {cidr: 10.0.0.0/16}}
home: us-east-1
tags: {CostCenter: tests}
network: {zones: 2, nat: none, flow_logs: false}
protection: {deletion: false, when_removed: destroy}
encryption: {deletion_window: 7}
buckets: {inbox: {}}
tables:
  seen: {partition_key: pk, scope: regional}
functions:
  hello: {inline: "def handler(event, context): return {'statusCode': 200, 'body': 'hello ${name} %{if}'}"}
  filing:
    code: functions/filing
    environment: {GREETING: "${a} %{b}"}
    uses: [{table: seen, access: write, as: TABLE_NAME}]
    triggers: [{bucket: inbox, prefix: in/, suffix: .txt}, {every: 1d}]
apis:
  open: {kind: http, routes: {"GET /health": {function: hello, authorization: none}, "ANY /files/{path+}": hello}}
  kept: {routes: {"GET /items/{id}": {function: hello, authorization: none}, "POST /items/{id}": hello}}
load_balancers:
  web:
    rules:
      hello: {priority: 10, paths: ["/hello*"], to: hello}
      old: {priority: 20, hosts: [old.example], to: {addresses: [10.0.0.10, 192.168.0.10], port: 8443, protocol: HTTPS}}
dns:
  zone: edge.example
  query_log: true
  names:
    "@": {load_balancer: web, health_check: {path: /hello}}
    api: {api: open, health_check: {path: /health}}
    "*.all": {api: kept, health_check: {path: /items/1}}
    all: {api: kept, health_check: null}
"""
FILING = """
import os, boto3
def handler(event, context):
    item = {"pk": {"S": event["detail"]["object"]["key"]}, "said": {"S": os.environ["GREETING"]}}
    boto3.client("dynamodb").put_item(TableName=os.environ["TABLE_NAME"], Item=item)
"""

# Slow: Terraform's provider sleeps for five minutes over these records, queues and the load balancer.
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not is_installed(), reason="there is no terraform to deploy with")]


@pytest.fixture(scope="module")
def deployed(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TerraformDeployment]:
    folder = tmp_path_factory.mktemp("edge")
    (folder / "functions" / "filing").mkdir(parents=True)
    (folder / "functions" / "filing" / "index.py").write_text(FILING)
    (folder / "fleet.yaml").write_text(FLEET)
    deployment = TerraformDeployment(sandbox, folder / "fleet.yaml", "dev", folder / "cdktf.out")
    deployment.deploy()
    yield deployment
    deployment.destroy()


def resources(deployed: TerraformDeployment) -> dict[str, Any]:
    state = deployed.state(deployed.plan.unit(f"regional/{REGION}"))
    return {each["address"]: each["values"] for each in state["values"]["root_module"]["resources"]}


def test_a_second_plan_has_nothing_to_change(deployed: TerraformDeployment) -> None:
    assert deployed.changes() == []


def test_http_apis_rest_apis_and_load_balancers_answer(deployed: TerraformDeployment) -> None:
    made = resources(deployed)
    balancer = made["aws_lb.load_balancer_web"]["dns_name"]
    http = made["aws_apigatewayv2_api.api_open"]["api_endpoint"]
    rest = made["aws_api_gateway_stage.api_kept"]["invoke_url"]
    sandbox = deployed.sandbox
    for url, host in (
        (f"{http}/health", ""),
        (f"{rest}/items/1", ""),
        (f"https://{balancer}/hello", ZONE),
        (f"https://{ZONE}/hello", ""),
        (f"https://api.{ZONE}/health", ""),
        (f"https://any.all.{ZONE}/items/1", ""),
    ):
        answer = call(sandbox, url, host=host)
        assert (answer.status, answer.body) == (200, "hello ${name} %{if}"), url
    assert call(sandbox, f"{http}/files/a").status == 403, "nobody has signed"
    assert call(sandbox, f"https://{balancer}/nothing", host=ZONE).status == 404


def test_a_new_object_starts_the_function_that_writes_to_the_table(deployed: TerraformDeployment) -> None:
    made = resources(deployed)
    rule = next(made[address] for address in made if address.startswith(OBJECTS))
    name = json.loads(rule["event_pattern"])["detail"]["bucket"]["name"][0]
    key, other = f"in/{uuid.uuid4().hex}.txt", f"out/{uuid.uuid4().hex}.txt"
    objects, table = deployed.sandbox.client("s3", REGION), deployed.sandbox.client("dynamodb", REGION)
    for each in (other, key):
        objects.put_object(Bucket=name, Key=each, Body=b"content")
    seen = made["aws_dynamodb_table.table_seen"]["name"]
    items = until(lambda: table.scan(TableName=seen)["Items"])
    assert items == [{"pk": {"S": key}, "said": {"S": "${a} %{b}"}}]
