"""HTTP APIs: routes to functions with payload 2.0, and a stage that limits and logs. Changes are live at once."""

from __future__ import annotations

from tapstack.engines import api_settings
from tapstack.engines.cloudformation import api_parts
from tapstack.engines.cloudformation.template import LintException, Resource, Value, logical_id, sub
from tapstack.engines.cloudformation.unit import UnitTemplate
from tapstack.fleet.apis import Api
from tapstack.plan.names import NameKind

OPEN = LintException(
    "cdk-nag", "AwsSolutions-APIG4", "The fleet opens this route to everybody, spelled out and acknowledged there."
)


def add(unit: UnitTemplate, name: str, api: Api) -> None:
    """Add an API with everything that it needs to answer."""
    http = unit.template.add(
        logical_id("api", name),
        "AWS::ApiGatewayV2::Api",
        {
            "Name": unit.name(NameKind.API, name),
            "Description": api.description or f"{unit.fleet.fleet} {unit.environment}: {name}",
            "ProtocolType": "HTTP",
        },
    )
    targets = {
        function: _integration(unit, name, http, function)
        for function in dict.fromkeys(route.function for route in api.routes.values())
    }
    for key, route in api.routes.items():
        verb, path = key.split(" ", 1)
        authorization = api.authorization_of(route)
        unit.template.add(
            api_parts.route_id(name, verb, path),
            "AWS::ApiGatewayV2::Route",
            {
                "ApiId": http.ref,
                "RouteKey": key,
                "AuthorizationType": api_settings.AUTHORIZATION[authorization],
                "Target": targets[route.function],
            },
            exceptions=[OPEN] if authorization == "none" else (),
        )
    api_parts.let_call(unit, name, api)
    _stage(unit, name, api, http)


def _integration(unit: UnitTemplate, name: str, http: Resource, function: str) -> Value:
    integration = unit.template.add(
        logical_id("api", name, "to", function),
        "AWS::ApiGatewayV2::Integration",
        {
            "ApiId": http.ref,
            "IntegrationType": "AWS_PROXY",
            "IntegrationMethod": "POST",
            "IntegrationUri": api_parts.function_arn(function),
            "PayloadFormatVersion": "2.0",
        },
    )
    return sub("integrations/${Integration}", {"Integration": integration.ref})


def _stage(unit: UnitTemplate, name: str, api: Api, http: Resource) -> None:
    log = api_parts.access_log(unit, name, api)
    unit.template.add(
        logical_id("api", name, "stage"),
        "AWS::ApiGatewayV2::Stage",
        {
            "ApiId": http.ref,
            "StageName": api.stage,
            "AutoDeploy": True,
            "AccessLogSettings": log[1] if log else None,
            "DefaultRouteSettings": {
                "ThrottlingRateLimit": api.throttle.rate,
                "ThrottlingBurstLimit": api.throttle.burst,
                "DetailedMetricsEnabled": True,
            },
        },
        depends_on=[log[0]] if log else (),
        exceptions=() if log else api_parts.no_access_log("CKV_AWS_95"),
    )
