"""REST and HTTP APIs as deployed: open and signed routes, parameters, names of their own, and a change of routes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from clients import Answer, call, until
from deployment import Deployment

from tapstack.fleet.protection import Protection
from tapstack.sandbox.control import Sandbox

GOLDEN = Path(__file__).parents[1] / "golden"
REGION = "eu-west-1"
FLEETING = Protection(deletion=False, when_removed="destroy")


@pytest.fixture(scope="module")
def rest(sandbox: Sandbox) -> Deployment:
    return deployed(sandbox, "apis-rest", "rest")


@pytest.fixture(scope="module")
def http(sandbox: Sandbox) -> Deployment:
    return deployed(sandbox, "apis-http", "http")


def deployed(sandbox: Sandbox, fleet: str, environment: str) -> Deployment:
    deployment = Deployment(sandbox, GOLDEN / fleet / "fleet.yaml", environment)
    deployment.use(deployment.fleet.model_copy(update={"protection": FLEETING}))
    deployment.deploy()
    return deployment


def signed(deployment: Deployment, url: str, method: str = "GET") -> Answer:
    """Ask with the administrator's signature."""
    key = deployment.sandbox.credentials
    request = AWSRequest(method, url)
    SigV4Auth(Credentials(key.access_key_id, key.secret_access_key), "execute-api", REGION).add_auth(request)
    return call(deployment.sandbox, url, method=method, headers=dict(request.headers))


def test_an_open_route_answers_everybody(rest: Deployment, http: Deployment) -> None:
    assert call(rest.sandbox, rest.output(REGION, "ApiShopEndpoint") + "/").body == "hello"
    assert call(http.sandbox, http.output(REGION, "ApiShopEndpoint") + "/health").body == "hello"


@pytest.mark.parametrize(
    ("api", "method", "path"),
    [
        ("rest", "GET", "/items/7"),
        ("rest", "PUT", "/items/7/parts/8"),
        ("http", "GET", "/items/7"),
        ("http", "PUT", "/files/a/b"),
    ],
)
def test_a_route_that_asks_for_a_signature_gets_its_parameters_only_with_one(
    request: pytest.FixtureRequest, api: str, method: str, path: str
) -> None:
    deployment: Deployment = request.getfixturevalue(api)
    url = deployment.output(REGION, "ApiShopEndpoint") + path
    assert call(deployment.sandbox, url, method=method).status == 403
    answer = signed(deployment, url, method)
    assert (answer.status, answer.body) == (200, path)


@pytest.mark.parametrize("api", ["rest", "http"])
def test_a_named_stage_is_part_of_the_url(request: pytest.FixtureRequest, api: str) -> None:
    deployment: Deployment = request.getfixturevalue(api)
    endpoint = deployment.output(REGION, "ApiPlainEndpoint")
    assert endpoint.endswith("/v1")
    assert signed(deployment, endpoint + "/hello", "POST").body == "hello"


def test_settings_of_a_rest_stage_are_there(rest: Deployment) -> None:
    gateway = rest.sandbox.client("apigateway", REGION)
    found = {api["name"]: api["id"] for api in gateway.get_rest_apis()["items"]}
    stage = gateway.get_stage(restApiId=found["gate-rest-shop"], stageName="prod")
    assert stage["tracingEnabled"] is True
    settings = stage["methodSettings"]["*/*"]
    assert (settings["throttlingRateLimit"], settings["throttlingBurstLimit"]) == (50, 100)
    assert (settings["loggingLevel"], settings["dataTraceEnabled"]) == ("ERROR", False)
    assert json.loads(stage["accessLogSettings"]["format"])["status"] == "$context.status"
    assert gateway.get_account()["cloudwatchRoleArn"]
    firewall = rest.sandbox.client("wafv2", REGION)
    arn = f"arn:aws:apigateway:{REGION}::/restapis/{found['gate-rest-shop']}/stages/prod"
    acl = firewall.get_web_acl_for_resource(ResourceArn=arn)["WebACL"]
    assert (acl["Name"], len(acl["Rules"])) == ("gate-rest-shop-api", 4)
    log = firewall.get_logging_configuration(ResourceArn=acl["ARN"])["LoggingConfiguration"]
    assert log["LogDestinationConfigs"][0].endswith(":log-group:aws-waf-logs-gate-rest-shop-api")


def test_settings_of_an_http_stage_are_there(http: Deployment) -> None:
    gateway = http.sandbox.client("apigatewayv2", REGION)
    found = {api["Name"]: api["ApiId"] for api in gateway.get_apis()["Items"]}
    stage = gateway.get_stage(ApiId=found["gate-http-shop"], StageName="$default")
    assert stage["AutoDeploy"] is True
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == 50
    assert json.loads(stage["AccessLogSettings"]["Format"])["route"] == "$context.routeKey"


@pytest.fixture
def changed(rest: Deployment) -> Iterator[Deployment]:
    """The REST fleet with one of its routes led elsewhere."""
    before = rest.fleet
    shop = before.apis["shop"]
    routes = {**shop.routes, "GET /": shop.routes["GET /items"]}
    apis = {**before.apis, "shop": shop.model_copy(update={"routes": routes})}
    rest.use(before.model_copy(update={"apis": apis}))
    yield rest
    rest.use(before)


def test_a_changed_route_is_live_after_an_update(changed: Deployment) -> None:
    changed.deploy()
    url = changed.output(REGION, "ApiShopEndpoint") + "/"
    assert until(lambda: call(changed.sandbox, url).body == "/")


def test_destroying_leaves_nothing(rest: Deployment, http: Deployment) -> None:
    for deployment in (rest, http):
        deployment.destroy()
        assert deployment.left_over(REGION) == []
