"""HTTP APIs: routes to functions with payload 2.0, and a stage that limits and logs. Changes are live at once."""

from __future__ import annotations

from typing import Any

from tapstack.engines import api_settings
from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform import api_parts
from tapstack.engines.terraform.functions import function_of
from tapstack.engines.terraform.module import Resource, label
from tapstack.engines.terraform.unit import UnitModule
from tapstack.fleet.apis import Api
from tapstack.plan.names import NameKind

OPEN = LintException(
    "checkov", "CKV_AWS_309", "The fleet opens this route to everybody, spelled out and acknowledged there."
)


def add(unit: UnitModule, name: str, api: Api) -> None:
    """Add an API with everything that it needs to answer."""
    http = unit.resource.aws_apigatewayv2_api(
        api_parts.api_of(name, api).label,
        name=unit.name(NameKind.API, name),
        description=api_parts.described(unit, name, api),
        protocol_type="HTTP",
    )
    targets = {
        function: _integration(unit, name, http, function)
        for function in dict.fromkeys(route.function for route in api.routes.values())
    }
    for key, route in api.routes.items():
        verb, path = key.split(" ", 1)
        authorization = api.authorization_of(route)
        unit.resource.aws_apigatewayv2_route(
            api_parts.route_label(name, verb, path),
            api_id=http.ref("id"),
            route_key=key,
            authorization_type=api_settings.AUTHORIZATION[authorization],
            target=targets[route.function],
            exceptions=[OPEN] if authorization == "none" else (),
        )
    api_parts.let_call(unit, name, api, http)
    _stage(unit, name, api, http)


def _integration(unit: UnitModule, name: str, http: Resource[Any], function: str) -> str:
    integration = unit.resource.aws_apigatewayv2_integration(
        label("api", name, "to", function),
        api_id=http.ref("id"),
        integration_type="AWS_PROXY",
        integration_method="POST",
        integration_uri=function_of(function).ref("arn"),
        payload_format_version="2.0",
    )
    return f"integrations/{integration.ref('id')}"


def _stage(unit: UnitModule, name: str, api: Api, http: Resource[Any]) -> None:
    log = api_parts.access_log(unit, name, api)
    unit.resource.aws_apigatewayv2_stage(
        label("api", name),
        api_id=http.ref("id"),
        name=api.stage,
        auto_deploy=True,
        access_log_settings={"destination_arn": log[0], "format": log[1]} if log else None,
        default_route_settings={
            "throttling_rate_limit": api.throttle.rate,
            "throttling_burst_limit": api.throttle.burst,
            "detailed_metrics_enabled": True,
        },
        exceptions=() if log else api_parts.no_access_log("CKV_AWS_76"),
    )
