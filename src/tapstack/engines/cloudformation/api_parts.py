"""What REST and HTTP APIs have in common: logical IDs of routes, the access log, and who may call a function."""

from __future__ import annotations

import hashlib
import re

from tapstack.engines import api_settings
from tapstack.engines.cloudformation import log_groups
from tapstack.engines.cloudformation.template import LintException, Resource, Value, get, logical_id, ref, sub
from tapstack.engines.cloudformation.unit import UnitTemplate
from tapstack.fleet.apis import Api
from tapstack.plan.names import NameKind


def route_id(api: str, what: str, path: str) -> str:
    """The logical ID of what belongs to a path: readable, and distinct for paths that differ in signs only."""
    words = re.findall(r"[A-Za-z0-9]+", path)
    return logical_id("api", api, what.lower(), *words) + hashlib.sha256(path.encode()).hexdigest()[:8]


def function_arn(function: str) -> Value:
    """The function that a route leads to."""
    return get(logical_id("function", function), "Arn")


def access_log(unit: UnitTemplate, name: str, api: Api) -> tuple[Resource, Value] | None:
    """The access log, one JSON object a line, and the stage's property that points to it."""
    if not api.access_log:
        return None
    component = f"apis/{name}"
    group = log_groups.add(unit, logical_id("api", name, "logs"), unit.name(NameKind.LOG_GROUP, component))
    # The log group's own attribute ends in ":*", which API Gateway leaves out when it is asked.
    destination = unit.arn("logs", f"log-group:{unit.text_name(NameKind.LOG_GROUP, component)}")
    return group, {"DestinationArn": destination, "Format": api_settings.log_format(api)}


def no_access_log(check: str) -> list[LintException]:
    """The acknowledgement of an access log that the fleet turns off; `check` is checkov's for this kind of API."""
    reason = "The fleet turns this API's access log off."
    return [LintException("checkov", check, reason), LintException("cdk-nag", "AwsSolutions-APIG1", reason)]


def answering(name: str, api: Api) -> list[str]:
    """What has to stand before the API answers: the stage, each route, and the leave to call what is behind it."""
    # A REST API's stage has its routes already.
    routes = [route_id(name, *key.split(" ", 1)) for key in api.routes] if api.kind == "http" else []
    return [logical_id("api", name, "stage"), *routes, *(_call_id(name, function) for function in _called(api))]


def let_call(unit: UnitTemplate, name: str, api: Api) -> None:
    """Let the API, and no other one, call the functions behind its routes."""
    for function in _called(api):
        unit.template.add(
            _call_id(name, function),
            "AWS::Lambda::Permission",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": function_arn(function),
                "Principal": "apigateway.amazonaws.com",
                "SourceArn": sub(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*",
                    {"Api": ref(logical_id("api", name))},
                ),
            },
        )


def _called(api: Api) -> list[str]:
    return list(dict.fromkeys(route.function for route in api.routes.values()))


def _call_id(name: str, function: str) -> str:
    return logical_id("api", name, "calls", function)
