"""AWS::ApiGatewayV2: HTTP APIs, their routes, stages and domains."""

from __future__ import annotations

from typing import Any

from tapstack.sandbox.server.drift_readers.reader import Properties, Reader

_API_WRITE_ONLY = (
    "Body", "BasePath", "BodyS3Location", "CredentialsArn", "FailOnWarnings", "RouteKey", "Target",
    "DisableSchemaValidation",
)  # fmt: skip


def _api(api: Any, identifier: str, _: Properties) -> Properties | None:
    return dict(api.get_api(ApiId=identifier))


def _integration(api: Any, identifier: str, declared: Properties) -> Properties | None:
    found = api.get_integration(ApiId=declared["ApiId"], IntegrationId=identifier)
    return {**found, "ApiId": declared["ApiId"]}


def _route(api: Any, identifier: str, declared: Properties) -> Properties | None:
    found = api.get_route(ApiId=declared["ApiId"], RouteId=identifier)
    return {**found, "ApiId": declared["ApiId"]}


def _stage(api: Any, name: str, declared: Properties) -> Properties | None:
    found = api.get_stage(ApiId=declared["ApiId"], StageName=name)
    return {**found, "ApiId": declared["ApiId"]}


def _domain(api: Any, name: str, _: Properties) -> Properties | None:
    return dict(api.get_domain_name(DomainName=name))


def _mapping(api: Any, identifier: str, declared: Properties) -> Properties | None:
    found = api.get_api_mapping(DomainName=declared["DomainName"], ApiMappingId=identifier)
    return {**found, "DomainName": declared["DomainName"]}


READERS = {
    "AWS::ApiGatewayV2::Api": Reader("apigatewayv2", _api, unread=_API_WRITE_ONLY),
    "AWS::ApiGatewayV2::ApiMapping": Reader("apigatewayv2", _mapping),
    "AWS::ApiGatewayV2::DomainName": Reader("apigatewayv2", _domain),
    "AWS::ApiGatewayV2::Integration": Reader("apigatewayv2", _integration),
    "AWS::ApiGatewayV2::Route": Reader("apigatewayv2", _route, unread=("AuthorizerId", "RequestParameters")),
    "AWS::ApiGatewayV2::Stage": Reader("apigatewayv2", _stage),
}
