"""REST APIs: a tree of resources, methods that call functions, and a stage that limits, logs and traces.

API Gateway writes logs by one role for the whole account and region, whichever API, module or fleet has set it last.
So the role and the setting stay when a module goes: other APIs of the account may write their logs by them.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from tapstack.engines import api_settings
from tapstack.engines.exceptions import LintException
from tapstack.engines.firewall_rules import NO_HOSTING_PROVIDERS
from tapstack.engines.terraform import api_parts, firewall, log_groups
from tapstack.engines.terraform.functions import function_of
from tapstack.engines.terraform.module import Resource, label
from tapstack.engines.terraform.unit import UnitModule, allow, policy
from tapstack.fleet.apis import Api, ApiRoute
from tapstack.plan.names import NameKind

ACCOUNT = Resource[str]("aws_api_gateway_account", "all")
LOG_ROLE = Resource[str]("aws_iam_role", "api_gateway_logs")
LOG_ROLE_POLICY = Resource[str]("aws_iam_role_policy", "api_gateway_logs")


def add(unit: UnitModule, name: str, api: Api) -> None:
    """Add an API with everything that it needs to answer."""
    rest = unit.resource.aws_api_gateway_rest_api(
        api_parts.api_of(name, api).label,
        name=unit.name(NameKind.API, name),
        description=api_parts.described(unit, name, api),
        endpoint_configuration={"types": ["REGIONAL"]},
        # Another API of the same name takes over its names in DNS before this one goes.
        lifecycle={"create_before_destroy": True},
    )
    validator = unit.resource.aws_api_gateway_request_validator(
        label("api", name),
        name="body-and-parameters",
        rest_api_id=rest.ref("id"),
        validate_request_body=True,
        validate_request_parameters=True,
    )
    made = _routes(unit, name, api, rest, validator)
    api_parts.let_call(unit, name, api, rest)
    stage = _stage(unit, name, api, rest, _deployment(unit, name, rest, made))
    if api.has_firewall:
        firewall.add(unit, f"{name}-api", stage.ref("arn"))


def _routes(
    unit: UnitModule, name: str, api: Api, rest: Resource[Any], validator: Resource[Any]
) -> list[Resource[Any]]:
    """Add a resource for every step of every path, and a method for every route."""
    steps: dict[tuple[str, ...], str] = {(): rest.ref("root_resource_id")}
    made: list[Resource[Any]] = []
    for key, route in api.routes.items():
        verb, path = key.split(" ", 1)
        parts = tuple(part for part in path.split("/") if part)
        for depth, part in enumerate(parts, start=1):
            above, here = parts[: depth - 1], parts[:depth]
            if here not in steps:
                resource = unit.resource.aws_api_gateway_resource(
                    api_parts.route_label(name, "path", "/".join(here)),
                    rest_api_id=rest.ref("id"),
                    parent_id=steps[above],
                    path_part=part,
                )
                steps[here] = resource.ref("id")
                made.append(resource)
        made += _method(unit, name, api, route, verb, parts, rest, steps[parts], validator)
    return made


def _method(
    unit: UnitModule,
    name: str,
    api: Api,
    route: ApiRoute,
    verb: str,
    parts: tuple[str, ...],
    rest: Resource[Any],
    resource: str,
    validator: Resource[Any],
) -> list[Resource[Any]]:
    authorization = api.authorization_of(route)
    parameters = re.findall(r"\{(\w+)\+?\}", "/".join(parts))
    open_to_all = "The fleet opens this route to everybody, spelled out and acknowledged there."
    method = unit.resource.aws_api_gateway_method(
        api_parts.route_label(name, verb, "/".join(parts)),
        rest_api_id=rest.ref("id"),
        resource_id=resource,
        http_method=verb,
        authorization=api_settings.AUTHORIZATION[authorization],
        request_validator_id=validator.ref("id"),
        request_parameters={f"method.request.path.{parameter}": True for parameter in parameters} or None,
        exceptions=[LintException("checkov", "CKV_AWS_59", open_to_all)] if authorization == "none" else (),
    )
    integration = unit.resource.aws_api_gateway_integration(
        method.label,
        rest_api_id=rest.ref("id"),
        resource_id=resource,
        http_method=method.ref("http_method"),
        type="AWS_PROXY",
        integration_http_method="POST",
        uri=function_of(route.function).ref("invoke_arn"),
    )
    return [method, integration]


def _deployment(unit: UnitModule, name: str, rest: Resource[Any], made: list[Resource[Any]]) -> Resource[Any]:
    """Deploy what the routes are now: a deployment never changes, so another content needs another one."""
    content = {one.address: unit.module.resources[one.kind][one.label] for one in (rest, *made)}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:10]
    return unit.resource.aws_api_gateway_deployment(
        label("api", name),
        rest_api_id=rest.ref("id"),
        description=f"Content {digest}",
        triggers={"content": digest},
        depends_on=made,
        # The stage moves over to the new one before the old one goes.
        lifecycle={"create_before_destroy": True},
    )


def _stage(unit: UnitModule, name: str, api: Api, rest: Resource[Any], deployment: Resource[Any]) -> Resource[Any]:
    log = api_parts.access_log(unit, name, api)
    # API Gateway makes this one itself otherwise: unencrypted, and kept for ever.
    execution_log = log_groups.add(
        unit, label("api", name, "execution"), f"API-Gateway-Execution-Logs_{rest.ref('id')}/{api.stage}"
    )
    stage = unit.resource.aws_api_gateway_stage(
        label("api", name),
        rest_api_id=rest.ref("id"),
        deployment_id=deployment.ref("id"),
        stage_name=api.stage,
        xray_tracing_enabled=api.tracing,
        access_log_settings={"destination_arn": log[0], "format": log[1]} if log else None,
        depends_on=[_account(unit), execution_log],
        exceptions=_stage_exceptions(api),
    )
    unit.resource.aws_api_gateway_method_settings(
        label("api", name),
        rest_api_id=rest.ref("id"),
        stage_name=stage.ref("stage_name"),
        method_path="*/*",
        settings={
            "throttling_rate_limit": api.throttle.rate,
            "throttling_burst_limit": api.throttle.burst,
            "metrics_enabled": True,
            "logging_level": "ERROR",
            # Bodies and headers of requests have no place in a log.
            "data_trace_enabled": False,
        },
        exceptions=[LintException("checkov", "CKV_AWS_225", api_settings.NOT_CACHED)],
    )
    return stage


def _stage_exceptions(api: Api) -> list[LintException]:
    exceptions = [
        LintException("checkov", "CKV_AWS_120", api_settings.NOT_CACHED),
        LintException("checkov", "CKV2_AWS_51", "Callers sign their requests; nobody holds a certificate besides."),
    ]
    if not api.access_log:
        exceptions += api_parts.no_access_log("CKV_AWS_76")
    if not api.tracing:
        exceptions.append(LintException("checkov", "CKV_AWS_73", "The fleet turns this API's tracing off."))
    if api.has_firewall:
        exceptions.append(LintException("checkov", "CKV2_AWS_77", NO_HOSTING_PROVIDERS))
    else:
        exceptions.append(LintException("checkov", "CKV2_AWS_29", "The fleet turns this API's firewall off."))
    return exceptions


def _account(unit: UnitModule) -> Resource[str]:
    """Let API Gateway write logs; once for all REST APIs."""
    if ACCOUNT.label in unit.module.resources.get(ACCOUNT.kind, {}):
        return ACCOUNT
    trust = {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = unit.resource.aws_iam_role(
        LOG_ROLE.label,
        # Without a name of its own: it stays behind, and another one would be in the way of the next.
        description=api_settings.LOG_ROLE,
        assume_role_policy=policy([trust]),
    )
    permission: Resource[Any] = unit.resource.aws_iam_role_policy(
        LOG_ROLE_POLICY.label,
        name="write-logs",
        role=role.ref("name"),
        policy=policy([allow(api_settings.LOG_ACTIONS, "*")]),
        exceptions=[
            LintException("checkov", "CKV_AWS_355", api_settings.LOG_EVERYTHING),
            LintException("checkov", "CKV_AWS_290", api_settings.LOG_EVERYTHING),
        ],
    )
    unit.resource.aws_api_gateway_account(
        ACCOUNT.label,
        cloudwatch_role_arn=role.ref("arn"),
        depends_on=[permission],
        # Another fleet may have set it since; its role does the same.
        lifecycle={"ignore_changes": ["cloudwatch_role_arn"]},
    )
    return ACCOUNT
