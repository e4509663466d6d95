"""What REST and HTTP APIs have in common: labels of routes, the access log, and who may call a function."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from tapstack.engines import api_settings
from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform import callers, log_groups
from tapstack.engines.terraform.expressions import literal
from tapstack.engines.terraform.functions import function_of
from tapstack.engines.terraform.module import Resource, label
from tapstack.engines.terraform.unit import UnitModule
from tapstack.fleet.apis import Api
from tapstack.plan.names import NameKind


def api_of(name: str, api: Api) -> Resource[str]:
    """The API itself, of whichever kind."""
    kind = "aws_api_gateway_rest_api" if api.kind == "rest" else "aws_apigatewayv2_api"
    return Resource(kind, label("api", name))


def route_label(api: str, what: str, path: str) -> str:
    """The label of what belongs to a path: readable, and distinct for paths that differ in signs only."""
    words = re.findall(r"[A-Za-z0-9]+", path)
    return label("api", api, what, *words, hashlib.sha256(path.encode()).hexdigest()[:8])


def described(unit: UnitModule, name: str, api: Api) -> str:
    """What the API says of itself."""
    return literal(api.description or f"{unit.fleet.fleet} {unit.environment}: {name}")


def access_log(unit: UnitModule, name: str, api: Api) -> tuple[str, str] | None:
    """The access log's ARN and the format of its lines."""
    if not api.access_log:
        return None
    group = log_groups.add(unit, label("api", name), unit.name(NameKind.LOG_GROUP, f"apis/{name}"))
    return group.ref("arn"), api_settings.log_format(api)


def no_access_log(check: str) -> list[LintException]:
    """The acknowledgement of an access log that the fleet turns off; `check` is checkov's for this kind of API."""
    return [LintException("checkov", check, "The fleet turns this API's access log off.")]


def answering(name: str, api: Api) -> list[Resource[Any]]:
    """What has to stand before the API answers: the stage, each route, and the leave to call what is behind it."""
    stage, routes = "aws_api_gateway_stage", []
    if api.kind == "http":  # a REST API's stage has its routes already
        stage = "aws_apigatewayv2_stage"
        routes = [Resource[Any]("aws_apigatewayv2_route", route_label(name, *key.split(" ", 1))) for key in api.routes]
    calls = [Resource[Any]("aws_lambda_permission", _call_label(name, function)) for function in _called(api)]
    return [Resource(stage, label("api", name)), *routes, *calls]


def let_call(unit: UnitModule, name: str, api: Api, made: Resource[Any]) -> None:
    """Let the API, and no other one, call the functions behind its routes."""
    for function in _called(api):
        caller, own = "apigateway.amazonaws.com", made.ref("execution_arn") + "/*"
        callers.let_call(unit, _call_label(name, function), function_of(function), caller, source_arn=own)


def _called(api: Api) -> list[str]:
    return list(dict.fromkeys(route.function for route in api.routes.values()))


def _call_label(name: str, function: str) -> str:
    return label("api", name, "calls", function)
