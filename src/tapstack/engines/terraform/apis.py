"""APIs: API Gateway in front of functions, REST or HTTP, regional in every region, under names of their own."""

from __future__ import annotations

from typing import Any

from tapstack.engines import api_settings, names_in_dns
from tapstack.engines.terraform import api_parts, certificates, http_apis, rest_apis
from tapstack.engines.terraform.module import Resource, label
from tapstack.engines.terraform.unit import UnitModule
from tapstack.fleet.apis import Api


def add(unit: UnitModule) -> None:
    """Add every API of the fleet, and the names that lead to it."""
    for name, api in unit.fleet.apis.items():
        match api.kind:
            case "rest":
                rest_apis.add(unit, name, api)
            case "http":
                http_apis.add(unit, name, api)
        for name_label in names_in_dns.labels_of(unit.fleet, api=name):
            _domain(unit, name, api, name_label)


def api_id(unit: UnitModule, name: str) -> str:
    """The id that API Gateway gave the API."""
    return api_parts.api_of(name, unit.fleet.apis[name]).ref("id")


def host(unit: UnitModule, name: str) -> str:
    """The API's own host name in this region, whatever DNS says."""
    return f"{api_id(unit, name)}.{unit.text('execute-api.{region}.{suffix}')}"


def answering(unit: UnitModule, name: str) -> list[Resource[Any]]:
    """What has to stand before the API answers."""
    return api_parts.answering(name, unit.fleet.apis[name])


def endpoint(unit: UnitModule, name: str) -> str:
    """The API's own URL in this region, which routes are appended to."""
    return f"https://{host(unit, name)}{api_settings.path_of(unit.fleet.apis[name], '')}"


def domain(name_label: str) -> tuple[str, str]:
    """What a name in DNS points to, if it leads to an API: the target and its zone."""
    own = Resource[str]("aws_apigatewayv2_domain_name", label("domain", names_in_dns.word(name_label)))
    return (
        own.ref("domain_name_configuration", "[0].target_domain_name"),
        own.ref("domain_name_configuration", "[0].hosted_zone_id"),
    )


def _domain(unit: UnitModule, name: str, api: Api, name_label: str) -> None:
    """Let the API answer to a name in DNS, without the stage in the path; these types serve both kinds of API."""
    word = names_in_dns.word(name_label)
    own = unit.resource.aws_apigatewayv2_domain_name(
        label("domain", word),
        domain_name=names_in_dns.of(unit.fleet).full_name(name_label),
        domain_name_configuration={
            "certificate_arn": certificates.add(unit, name_label),
            "endpoint_type": "REGIONAL",
            "security_policy": "TLS_1_2",
        },
    )
    unit.resource.aws_apigatewayv2_api_mapping(
        label("domain", word),
        api_id=api_id(unit, name),
        domain_name=own.ref("id"),
        stage=_stage(name, api),
    )


def _stage(name: str, api: Api) -> str:
    if api.kind == "rest":
        return Resource[str]("aws_api_gateway_stage", label("api", name)).ref("stage_name")
    return Resource[str]("aws_apigatewayv2_stage", label("api", name)).ref("name")
