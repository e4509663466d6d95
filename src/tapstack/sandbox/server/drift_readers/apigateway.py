"""AWS::ApiGateway: REST APIs and what they consist of."""

from __future__ import annotations

from typing import Any

from tapstack.sandbox.server.drift_readers.reader import Properties, Reader

_INTEGRATION = {"httpMethod": "IntegrationHttpMethod"}


def _account(api: Any, _: str, __: Properties) -> Properties | None:
    return dict(api.get_account())


def _rest_api(api: Any, identifier: str, _: Properties) -> Properties | None:
    found = api.get_rest_api(restApiId=identifier)
    return {**found, "Tags": _tags(found.get("tags"))}


def _deployment(api: Any, identifier: str, declared: Properties) -> Properties | None:
    found = api.get_deployment(restApiId=declared["RestApiId"], deploymentId=identifier)
    return {**found, "RestApiId": declared["RestApiId"]}


def _resource(api: Any, identifier: str, declared: Properties) -> Properties | None:
    found = api.get_resource(restApiId=declared["RestApiId"], resourceId=identifier)
    return {**found, "RestApiId": declared["RestApiId"]}


def _method(api: Any, _: str, declared: Properties) -> Properties | None:
    where = {"restApiId": declared["RestApiId"], "resourceId": declared["ResourceId"]}
    found = api.get_method(**where, httpMethod=declared["HttpMethod"])
    integration = {
        _INTEGRATION.get(name, name): value for name, value in (found.get("methodIntegration") or {}).items()
    }
    integration["IntegrationResponses"] = list(integration.pop("integrationResponses", {}).values())
    return {
        **found,
        "RestApiId": declared["RestApiId"],
        "ResourceId": declared["ResourceId"],
        "Integration": integration,
        "MethodResponses": list(found.get("methodResponses", {}).values()),
    }


def _validator(api: Any, identifier: str, declared: Properties) -> Properties | None:
    found = api.get_request_validator(restApiId=declared["RestApiId"], requestValidatorId=identifier)
    return {**found, "RestApiId": declared["RestApiId"]}


def _stage(api: Any, _: str, declared: Properties) -> Properties | None:
    found = api.get_stage(restApiId=declared["RestApiId"], stageName=declared["StageName"])
    settings = []
    for path, setting in found.get("methodSettings", {}).items():
        resource, _, method = path.rpartition("/")
        resource = resource.replace("~1", "/")
        settings.append(
            {
                **setting,
                "HttpMethod": method,
                "ResourcePath": resource if resource == "*" else f"/{resource.lstrip('/')}",
            }
        )
    wanted = {item.get("ResourcePath"): item for item in declared.get("MethodSettings") or ()}
    for setting in settings:  # "/*" and "*" both stand for every resource
        if setting["ResourcePath"] in ("*", "/*") and "/*" in wanted:
            setting["ResourcePath"] = "/*"
    return {
        "RestApiId": declared["RestApiId"],
        "StageName": found["stageName"],
        "MethodSettings": settings,
        "CacheClusterEnabled": found.get("cacheClusterEnabled", False),
        "CacheClusterSize": found.get("cacheClusterSize"),
        "ClientCertificateId": found.get("clientCertificateId"),
        "Tags": _tags(found.get("tags")),
    }


def _domain(api: Any, identifier: str, _: Properties) -> Properties | None:
    found = api.get_domain_name(domainName=identifier)
    return {**found, "Tags": _tags(found.get("tags"))}


def _mapping(api: Any, _: str, declared: Properties) -> Properties | None:
    path = declared.get("BasePath") or "(none)"
    found = api.get_base_path_mapping(domainName=declared["DomainName"], basePath=path)
    return {**found, "BasePath": declared.get("BasePath"), "DomainName": declared["DomainName"]}


def _usage_plan(api: Any, identifier: str, _: Properties) -> Properties | None:
    found = api.get_usage_plan(usagePlanId=identifier)
    return {**found, "UsagePlanName": found.get("name"), "Tags": _tags(found.get("tags"))}


def _tags(tags: Any) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in (tags or {}).items()]


READERS = {
    "AWS::ApiGateway::Account": Reader("apigateway", _account),
    "AWS::ApiGateway::BasePathMapping": Reader("apigateway", _mapping),
    "AWS::ApiGateway::Deployment": Reader(
        "apigateway", _deployment, unread=("StageName", "StageDescription", "DeploymentCanarySettings")
    ),
    "AWS::ApiGateway::DomainName": Reader("apigateway", _domain),
    "AWS::ApiGateway::Method": Reader("apigateway", _method),
    "AWS::ApiGateway::RequestValidator": Reader("apigateway", _validator),
    "AWS::ApiGateway::Resource": Reader("apigateway", _resource),
    "AWS::ApiGateway::RestApi": Reader(
        "apigateway",
        _rest_api,
        unread=("Body", "BodyS3Location", "CloneFrom", "FailOnWarnings", "Mode", "Parameters"),
        adds=True,
    ),
    "AWS::ApiGateway::Stage": Reader("apigateway", _stage, adds=True),
    "AWS::ApiGateway::UsagePlan": Reader("apigateway", _usage_plan),
}
