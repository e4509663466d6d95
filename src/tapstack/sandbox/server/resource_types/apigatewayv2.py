"""AWS::ApiGatewayV2: APIs, routes and stages, made through the API in full."""

from __future__ import annotations

from typing import Any, ClassVar

from tapstack.sandbox.server.resource_types.parameters import capitalised
from tapstack.sandbox.server.resource_types.resource_type import Properties, Resource, ResourceType, tag_map


class _V2Type(ResourceType):
    service = "apigatewayv2"
    tags: ClassVar[tuple[str, str] | None] = ("Tags", "map")
    gone = ("NotFoundException",)

    def _retag(self, resource: Resource, path: str) -> None:
        client, arn = self.client(), f"arn:aws:apigateway:{resource.region}::{path}"
        old, new = tag_map(resource.previous.get("Tags")), tag_map(resource.properties.get("Tags"))
        if dropped := [key for key in old if key not in new]:
            client.untag_resource(ResourceArn=arn, TagKeys=dropped)
        if new and new != old:
            client.tag_resource(ResourceArn=arn, Tags=new)

    def _as_declared(self, found: dict[str, Any], resource: Resource) -> Properties:
        """Those of the found properties that are read, mappings reduced to what the template names."""
        read = {}
        for name in self.reads:
            value, declared = found.get(name), resource.properties.get(name)
            if name == "Tags":
                value = tag_map(value or {})
            elif isinstance(value, dict) and isinstance(declared, dict):
                value = {key: item for key, item in value.items() if key in declared}
            if value is not None:
                read[name] = value
        return read


class Api(_V2Type):
    """An HTTP or WebSocket API."""

    name = "AWS::ApiGatewayV2::Api"
    replaced_by = ("ProtocolType",)
    reads = ("CorsConfiguration", "Description", "DisableExecuteApiEndpoint", "Name", "Tags")
    _apart = (
        "Body", "BodyS3Location", "BasePath", "FailOnWarnings", "CredentialsArn", "RouteKey", "Target", "Tags",
    )  # fmt: skip

    def create(self, resource: Resource) -> str:
        """Create it."""
        if resource.properties.get("Body") or resource.properties.get("BodyS3Location"):
            raise ValueError("The sandbox makes HTTP APIs from routes and integrations, not from an OpenAPI body.")
        wanted = {"Name": resource.generated_name(128, lowercase=False), **resource.properties}
        tags = tag_map(wanted.get("Tags"))
        return str(self.call("create_api", wanted, without=self._apart, Tags=tags)["ApiId"])

    def update(self, resource: Resource) -> None:
        """Change it."""
        changed = {
            name: value
            for name, value in resource.properties.items()
            if resource.changed(name) and name not in (*self._apart, "ProtocolType")
        }
        if changed:
            self.call("update_api", changed, ApiId=resource.physical_id)
        if resource.previous.get("CorsConfiguration") and not resource.properties.get("CorsConfiguration"):
            self.client().delete_cors_configuration(ApiId=resource.physical_id)
        self._retag(resource, f"/apis/{resource.physical_id}")

    def configure(self, resource: Resource) -> None:
        """Learn its address."""
        found = self.client().get_api(ApiId=resource.physical_id)
        resource.attributes = {"ApiId": resource.physical_id, "ApiEndpoint": found["ApiEndpoint"]}

    def delete(self, resource: Resource) -> None:
        """Delete it."""
        self.client().delete_api(ApiId=resource.physical_id)

    def read(self, resource: Resource) -> Properties | None:
        """Read it as it is now."""
        return self._as_declared(self.client().get_api(ApiId=resource.physical_id), resource)


class Route(_V2Type):
    """A route of an API."""

    name = "AWS::ApiGatewayV2::Route"
    tags = None
    replaced_by = ("ApiId",)
    reads = ("AuthorizationType", "RouteKey", "Target")

    def create(self, resource: Resource) -> str:
        """Create it."""
        return str(self.call("create_route", resource.properties)["RouteId"])

    def update(self, resource: Resource) -> None:
        """Change it."""
        self.call("update_route", resource.properties, RouteId=resource.physical_id)

    def configure(self, resource: Resource) -> None:
        """Name it."""
        resource.attributes = {"RouteId": resource.physical_id}

    def delete(self, resource: Resource) -> None:
        """Delete it."""
        self.client().delete_route(ApiId=resource.properties["ApiId"], RouteId=resource.physical_id)

    def read(self, resource: Resource) -> Properties | None:
        """Read it as it is now."""
        client = self.client()
        found = client.get_route(ApiId=resource.properties["ApiId"], RouteId=resource.physical_id)
        return self._as_declared(found, resource)


class Stage(_V2Type):
    """A stage of an API."""

    name = "AWS::ApiGatewayV2::Stage"
    replaced_by = ("ApiId", "StageName")
    reads = ("AccessLogSettings", "AutoDeploy", "DefaultRouteSettings", "Description", "StageVariables", "Tags")
    _apart = ("AccessPolicyId", "Tags")

    def create(self, resource: Resource) -> str:
        """Create it."""
        tags = tag_map(resource.properties.get("Tags"))
        return str(self.call("create_stage", resource.properties, without=self._apart, Tags=tags)["StageName"])

    def update(self, resource: Resource) -> None:
        """Change it."""
        self.call("update_stage", resource.properties, without=self._apart)
        self._retag(resource, f"/apis/{resource.properties['ApiId']}/stages/{resource.physical_id}")

    def configure(self, resource: Resource) -> None:
        """Name it."""
        resource.attributes = {"StageName": resource.physical_id}

    def delete(self, resource: Resource) -> None:
        """Delete it."""
        self.client().delete_stage(ApiId=resource.properties["ApiId"], StageName=resource.physical_id)

    def read(self, resource: Resource) -> Properties | None:
        """Read it as it is now."""
        client = self.client()
        found = client.get_stage(ApiId=resource.properties["ApiId"], StageName=resource.physical_id)
        found = {**found, "DefaultRouteSettings": capitalised(found.get("DefaultRouteSettings"))}
        return self._as_declared(found, resource)


TYPES = (Api, Route, Stage)
