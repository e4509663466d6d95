"""AWS::ApiGateway: what MiniStack's own types leave out of an API, a method and a stage."""

from __future__ import annotations

from typing import Any

from tapstack.sandbox.server.resource_types.resource_type import (
    CompletedType,
    Properties,
    Resource,
    ResourceType,
    as_boolean,
)

Patch = dict[str, str]


class RestApi(CompletedType):
    """A REST API."""

    name = "AWS::ApiGateway::RestApi"
    service = "apigateway"
    gone = ("NotFoundException",)
    reads = ("Description", "DisableExecuteApiEndpoint", "ApiKeySourceType")

    def create(self, resource: Resource) -> str:
        """Create it; MiniStack keeps the template's capitals in the endpoint's configuration."""
        original = resource.properties
        resource.properties = _with_endpoint(original)
        physical_id = super().create(resource)
        resource.properties = original
        return physical_id

    def update(self, resource: Resource) -> None:
        """Change it."""
        original = resource.properties
        resource.properties = _with_endpoint(original)
        super().update(resource)
        resource.properties = original

    def configure(self, resource: Resource) -> None:
        """Patch what creation leaves out."""
        patches: list[Patch] = []
        wanted = resource.properties
        if resource.changed("DisableExecuteApiEndpoint"):
            value = str(as_boolean(wanted.get("DisableExecuteApiEndpoint"))).lower()
            patches.append(_replace("/disableExecuteApiEndpoint", value))
        if resource.changed("ApiKeySourceType"):
            patches.append(_replace("/apiKeySource", str(wanted.get("ApiKeySourceType", "HEADER"))))
        if patches:
            self.client().update_rest_api(restApiId=resource.physical_id, patchOperations=patches)

    def read(self, resource: Resource) -> Properties | None:
        """Read it as it is now."""
        found = self.client().get_rest_api(restApiId=resource.physical_id)
        return {
            "Description": found.get("description", ""),
            "DisableExecuteApiEndpoint": found.get("disableExecuteApiEndpoint", False),
            "ApiKeySourceType": found.get("apiKeySource", "HEADER"),
        }


def _with_endpoint(properties: Properties) -> Properties:
    endpoint = properties.get("EndpointConfiguration")
    if not endpoint:
        return properties
    lower = {f"{name[:1].lower()}{name[1:]}": value for name, value in endpoint.items()}
    return {**properties, "EndpointConfiguration": lower}


class Method(CompletedType):
    """A method of a resource of an API."""

    name = "AWS::ApiGateway::Method"
    service = "apigateway"
    tags = None
    gone = ("NotFoundException",)

    def configure(self, resource: Resource) -> None:
        """Have requests validated."""
        wanted = resource.properties
        # MiniStack's update puts the method anew, without the validator.
        if wanted.get("RequestValidatorId") or resource.changed("RequestValidatorId"):
            self.client().update_method(
                restApiId=wanted["RestApiId"],
                resourceId=wanted["ResourceId"],
                httpMethod=wanted["HttpMethod"],
                patchOperations=[_replace("/requestValidatorId", wanted.get("RequestValidatorId", ""))],
            )


class Stage(CompletedType):
    """A stage: what is reachable of an API."""

    name = "AWS::ApiGateway::Stage"
    service = "apigateway"
    gone = ("NotFoundException",)
    reads = ("DeploymentId", "TracingEnabled", "Variables", "AccessLogSetting", "Description")

    def configure(self, resource: Resource) -> None:
        """Patch the access log and the cache."""
        wanted, patches = resource.properties, []
        if resource.changed("AccessLogSetting"):
            setting = wanted.get("AccessLogSetting") or {}
            if setting:
                patches.append(_replace("/accessLogSettings/destinationArn", setting.get("DestinationArn", "")))
                patches.append(_replace("/accessLogSettings/format", setting.get("Format", "")))
            else:
                patches.append({"op": "remove", "path": "/accessLogSettings"})
        if resource.changed("CacheClusterEnabled"):
            value = str(as_boolean(wanted.get("CacheClusterEnabled"))).lower()
            patches.append(_replace("/cacheClusterEnabled", value))
        if resource.changed("CacheClusterSize") and wanted.get("CacheClusterSize"):
            patches.append(_replace("/cacheClusterSize", str(wanted["CacheClusterSize"])))
        if patches:
            self.client().update_stage(
                restApiId=wanted["RestApiId"], stageName=wanted["StageName"], patchOperations=patches
            )

    def read(self, resource: Resource) -> Properties | None:
        """Read it as it is now."""
        wanted = resource.properties
        found: dict[str, Any] = self.client().get_stage(restApiId=wanted["RestApiId"], stageName=wanted["StageName"])
        log = found.get("accessLogSettings", {})
        names = {"destinationArn": "DestinationArn", "format": "Format"}
        return {
            "DeploymentId": found.get("deploymentId"),
            "Description": found.get("description", ""),
            "TracingEnabled": found.get("tracingEnabled", False),
            "Variables": found.get("variables", {}),
            "AccessLogSetting": {names[name]: value for name, value in log.items() if name in names},
        }


def _replace(path: str, value: str) -> Patch:
    return {"op": "replace", "path": path, "value": value}


class RequestValidator(ResourceType):
    """What is checked of a request before it reaches its method's integration."""

    name = "AWS::ApiGateway::RequestValidator"
    service = "apigateway"
    tags = None
    replaced_by = ("Name", "RestApiId")
    gone = ("NotFoundException",)

    def create(self, resource: Resource) -> str:
        """Create it."""
        return str(self.call("create_request_validator", resource.properties)["id"])

    def update(self, resource: Resource) -> None:
        """Patch it."""
        switches = {
            "ValidateRequestBody": "/validateRequestBody",
            "ValidateRequestParameters": "/validateRequestParameters",
        }
        self.client().update_request_validator(
            restApiId=resource.properties["RestApiId"],
            requestValidatorId=resource.physical_id,
            patchOperations=[
                _replace(path, str(as_boolean(resource.properties.get(name))).lower())
                for name, path in switches.items()
            ],
        )

    def configure(self, resource: Resource) -> None:
        """Name it."""
        resource.attributes = {"RequestValidatorId": resource.physical_id}

    def delete(self, resource: Resource) -> None:
        """Delete it."""
        self.client().delete_request_validator(
            restApiId=resource.properties["RestApiId"], requestValidatorId=resource.physical_id
        )


TYPES = (RestApi, Method, Stage, RequestValidator)
