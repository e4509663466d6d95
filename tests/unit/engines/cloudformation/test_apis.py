"""REST and HTTP APIs: routes, who may call, what is logged and limited, and the names that lead there."""

from __future__ import annotations

import json

import pytest
from cloudformation_templates import Template, regional

from tapstack.engines.cloudformation.api_parts import route_id

FUNCTIONS = """
functions:
  hello: {inline: "def handler(event, context): return {}"}
  items: {inline: "def handler(event, context): return {}"}
"""
REST = (
    FUNCTIONS
    + """
apis:
  front:
    stage: live
    throttle: {rate: 5, burst: 7}
    routes:
      GET /: {function: hello, authorization: none}
      GET /items/{id}: items
      ANY /items/{id}/{rest+}: items
"""
)
HTTP = (
    FUNCTIONS
    + "apis: {front: {kind: http, routes: {'GET /a/{id}': hello, 'GET /b': {function: items, authorization: none}}}}\n"
)


@pytest.fixture(scope="module")
def rest() -> Template:
    return regional(REST)


@pytest.fixture(scope="module")
def http() -> Template:
    return regional(HTTP)


def test_every_step_of_a_path_is_one_resource_however_many_routes_share_it(rest: Template) -> None:
    assert sorted(each["PathPart"] for each in rest.of("ApiGateway::Resource").values()) == [
        "items",
        "{id}",
        "{rest+}",
    ]
    parents = {each["PathPart"]: each["ParentId"] for each in rest.of("ApiGateway::Resource").values()}
    assert parents["items"] == {"Fn::GetAtt": ["ApiFront", "RootResourceId"]}
    assert parents["{id}"] == {"Ref": route_id("front", "path", "items")}


def test_routes_ask_for_a_signature_unless_they_say_otherwise(rest: Template, http: Template) -> None:
    by_path = {name: each["AuthorizationType"] for name, each in rest.of("ApiGateway::Method").items()}
    assert by_path[route_id("front", "GET", "")] == "NONE"
    assert by_path[route_id("front", "GET", "items/{id}")] == "AWS_IAM"
    assert {each["RouteKey"]: each["AuthorizationType"] for each in http.of("ApiGatewayV2::Route").values()} == {
        "GET /a/{id}": "AWS_IAM",
        "GET /b": "NONE",
    }


def test_an_open_route_is_acknowledged_at_its_place_and_no_other_one(rest: Template) -> None:
    assert rest.exceptions(route_id("front", "GET", "")) == {"CKV_AWS_59"}
    assert rest.exceptions(route_id("front", "GET", "items/{id}")) == set()


def test_requests_without_the_paths_parameters_are_refused(rest: Template) -> None:
    method = rest.of("ApiGateway::Method")[route_id("front", "ANY", "items/{id}/{rest+}")]
    assert method["RequestParameters"] == {"method.request.path.id": True, "method.request.path.rest": True}
    assert method["RequestValidatorId"] == {"Ref": "ApiFrontValidator"}


def test_only_this_api_may_call_its_functions(rest: Template, http: Template) -> None:
    for template in (rest, http):
        permissions = [
            each
            for each in template.of("Lambda::Permission").values()
            if each["Principal"] == "apigateway.amazonaws.com"
        ]
        assert [each["FunctionName"]["Fn::GetAtt"][0] for each in permissions] == ["FunctionHello", "FunctionItems"]
        for each in permissions:
            text, values = each["SourceArn"]["Fn::Sub"]
            assert text.endswith(":${Api}/*")
            assert values == {"Api": {"Ref": "ApiFront"}}


def test_a_changed_route_is_deployed_and_an_unchanged_one_is_not(rest: Template) -> None:
    def deployment(template: Template) -> str:
        (name,) = template.of("ApiGateway::Deployment")
        return name

    assert deployment(regional(REST)) == deployment(rest)
    assert deployment(regional(REST.replace("rate: 5", "rate: 6"))) == deployment(rest)
    assert deployment(regional(REST.replace("/items/{id}: items", "/items/{id}: hello"))) != deployment(rest)


def test_a_deployment_waits_for_every_route(rest: Template) -> None:
    (name,) = rest.of("ApiGateway::Deployment")
    assert set(rest.of("ApiGateway::Method")) <= set(rest.resources[name]["DependsOn"])


def test_the_stage_limits_logs_and_traces(rest: Template) -> None:
    stage = rest.one("ApiGateway::Stage")
    assert stage["StageName"] == "live"
    assert stage["TracingEnabled"] is True
    assert stage["MethodSettings"] == [
        {
            "ResourcePath": "/*",
            "HttpMethod": "*",
            "ThrottlingRateLimit": 5,
            "ThrottlingBurstLimit": 7,
            "MetricsEnabled": True,
            "LoggingLevel": "ERROR",
            "DataTraceEnabled": False,
        }
    ]
    logged = json.loads(stage["AccessLogSetting"]["Format"])
    assert logged["status"] == "$context.status"
    assert logged["resource"] == "$context.resourcePath"


def test_all_logs_are_encrypted_and_end_even_those_that_api_gateway_names(rest: Template) -> None:
    groups = rest.of("Logs::LogGroup")
    assert groups["ApiFrontExecutionLogs"]["LogGroupName"] == {
        "Fn::Sub": ["API-Gateway-Execution-Logs_${Api}/live", {"Api": {"Ref": "ApiFront"}}]
    }
    assert groups["ApiFrontLogs"]["LogGroupName"] == "/tapstack/shop-test-apis/front"
    for group in groups.values():
        assert group["KmsKeyId"] == {"Fn::ImportValue": "shop-test-key-logs-arn"}
        assert group["RetentionInDays"] == 30


def test_the_accounts_log_role_is_set_before_the_stage_and_outlives_the_stack() -> None:
    template = regional(FUNCTIONS + "apis: {a: {routes: {GET /a: hello}}, b: {routes: {GET /b: hello}}}\n")
    for name in ("ApiGatewayAccount", "ApiGatewayLogRole"):
        assert template.resources[name]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert "RoleName" not in template.resources["ApiGatewayLogRole"]["Properties"]
    for stage in ("ApiAStage", "ApiBStage"):
        assert "ApiGatewayAccount" in template.resources[stage]["DependsOn"]


def test_a_firewall_stands_in_front_of_a_rest_api_and_logs_without_secrets(rest: Template) -> None:
    rules = rest.one("WAFv2::WebACL")["Rules"]
    assert [rule["Priority"] for rule in rules] == [0, 1, 2, 3]
    assert [rule["Name"] for rule in rules[1:]] == [
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    ]
    protected = rest.one("WAFv2::WebACLAssociation")["ResourceArn"]["Fn::Sub"]
    assert protected.endswith("/restapis/${ApiFront}/stages/${ApiFrontStage}")
    logging = rest.one("WAFv2::LoggingConfiguration")
    assert logging["LogDestinationConfigs"][0]["Fn::Sub"].endswith(":log-group:aws-waf-logs-shop-test-front-api")
    assert {"SingleHeader": {"Name": "authorization"}} in logging["RedactedFields"]


def test_what_the_fleet_turns_off_is_gone_and_acknowledged() -> None:
    off = "access_log: false, tracing: false, firewall: false"
    template = regional(FUNCTIONS + f"apis: {{front: {{{off}, routes: {{GET /a: hello}}}}}}\n")
    assert "AccessLogSetting" not in template.one("ApiGateway::Stage")
    assert template.exceptions("ApiFrontStage") == {"CKV_AWS_120", "CKV_AWS_73", "CKV_AWS_76"}
    assert not template.of("WAFv2::WebACL")
    http = regional(FUNCTIONS + "apis: {front: {kind: http, access_log: false, routes: {GET /a: hello}}}\n")
    assert "AccessLogSettings" not in http.one("ApiGatewayV2::Stage")
    assert http.exceptions("ApiFrontStage") == {"CKV_AWS_95"}


def test_an_http_api_calls_with_payload_two_and_is_live_at_once(http: Template) -> None:
    assert {each["PayloadFormatVersion"] for each in http.of("ApiGatewayV2::Integration").values()} == {"2.0"}
    stage = http.one("ApiGatewayV2::Stage")
    assert (stage["StageName"], stage["AutoDeploy"]) == ("$default", True)
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == 100


@pytest.mark.parametrize(
    ("api", "path"),
    [("", "/prod"), ("stage: v1, ", "/v1"), ("kind: http, ", ""), ("kind: http, stage: v1, ", "/v1")],
)
def test_the_endpoint_has_the_stage_only_where_there_is_one(api: str, path: str) -> None:
    template = regional(
        FUNCTIONS + f"apis: {{front: {{{api}routes: {{GET /a: hello}}}}}}\noutputs: {{Url: apis.front.endpoint}}\n"
    )
    text = template.data["Outputs"]["Url"]["Value"]["Fn::Sub"][0]
    assert text == "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}" + path


@pytest.mark.parametrize("kind", ["rest", "http"])
def test_a_name_leads_to_the_stage_over_modern_tls(kind: str) -> None:
    template = regional(
        FUNCTIONS
        + f"""
apis: {{front: {{kind: {kind}, routes: {{GET /health: {{function: hello, authorization: none}}}}}}}}
dns: {{zone: shop-fleet.example, names: {{api: {{api: front, health_check: {{path: /health}}}}}}}}
"""
    )
    domain = template.one("ApiGatewayV2::DomainName")
    assert domain["DomainName"] == "api.shop-fleet.example"
    assert domain["DomainNameConfigurations"] == [
        {"CertificateArn": {"Ref": "CertificateApi"}, "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}
    ]
    assert template.one("ApiGatewayV2::ApiMapping")["Stage"] == {"Ref": "ApiFrontStage"}
    assert template.one("CertificateManager::Certificate")["DomainValidationOptions"] == [
        {"DomainName": "api.shop-fleet.example", "HostedZoneId": {"Ref": "HostedZoneId"}}
    ]


def test_paths_that_differ_in_signs_only_have_different_logical_ids() -> None:
    paths = ("a/b", "a-b", "a/{b}", "a/{b+}", "A/b")
    assert len({route_id("front", "GET", path) for path in paths}) == len(paths)
