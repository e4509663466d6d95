"""REST APIs: a tree of resources, methods that call functions, and a stage that limits, logs and traces.

API Gateway writes logs by one role for the whole account and region, whichever API, stack or fleet has set it last.
So the role and the setting stay when a stack goes: other APIs of the account may write their logs by them.
"""

from __future__ import annotations

import hashlib
import json
import re

from tapstack.engines import api_settings
from tapstack.engines.cloudformation import api_parts, firewall, log_groups
from tapstack.engines.cloudformation.template import LintException, Resource, Value, logical_id, sub
from tapstack.engines.cloudformation.unit import UnitTemplate, allow
from tapstack.fleet.apis import Api, ApiRoute
from tapstack.plan.names import NameKind

ACCOUNT = "ApiGatewayAccount"


def add(unit: UnitTemplate, name: str, api: Api) -> None:
    """Add an API with everything that it needs to answer."""
    rest = unit.template.add(
        logical_id("api", name),
        "AWS::ApiGateway::RestApi",
        {
            "Name": unit.name(NameKind.API, name),
            "Description": api.description or f"{unit.fleet.fleet} {unit.environment}: {name}",
            "EndpointConfiguration": {"Types": ["REGIONAL"]},
        },
    )
    validator = unit.template.add(
        logical_id("api", name, "validator"),
        "AWS::ApiGateway::RequestValidator",
        {
            "Name": "body-and-parameters",
            "RestApiId": rest.ref,
            "ValidateRequestBody": True,
            "ValidateRequestParameters": True,
        },
    )
    made = _routes(unit, name, api, rest, validator)
    api_parts.let_call(unit, name, api)
    stage = _stage(unit, name, api, rest, _deployment(unit, name, rest, made))
    if api.has_firewall:
        # Both are named by their logical IDs, by which cdk-nag sees that the stage is protected.
        arn = sub(
            f"arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}::/restapis/${{{rest.logical_id}}}"
            f"/stages/${{{stage.logical_id}}}"
        )
        firewall.add(unit, f"{name}-api", arn)


def _routes(unit: UnitTemplate, name: str, api: Api, rest: Resource, validator: Resource) -> list[Resource]:
    """Add a resource for every step of every path, and a method for every route."""
    steps: dict[tuple[str, ...], Value] = {(): rest.get("RootResourceId")}
    made: list[Resource] = []
    for key, route in api.routes.items():
        verb, path = key.split(" ", 1)
        parts = tuple(part for part in path.split("/") if part)
        for depth, part in enumerate(parts, start=1):
            above, here = parts[: depth - 1], parts[:depth]
            if here not in steps:
                resource = unit.template.add(
                    api_parts.route_id(name, "path", "/".join(here)),
                    "AWS::ApiGateway::Resource",
                    {"RestApiId": rest.ref, "ParentId": steps[above], "PathPart": part},
                )
                steps[here] = resource.ref
                made.append(resource)
        made.append(_method(unit, name, api, route, verb, parts, rest, steps[parts], validator))
    return made


def _method(
    unit: UnitTemplate,
    name: str,
    api: Api,
    route: ApiRoute,
    verb: str,
    parts: tuple[str, ...],
    rest: Resource,
    resource: Value,
    validator: Resource,
) -> Resource:
    authorization = api.authorization_of(route)
    parameters = re.findall(r"\{(\w+)\+?\}", "/".join(parts))
    return unit.template.add(
        api_parts.route_id(name, verb, "/".join(parts)),
        "AWS::ApiGateway::Method",
        {
            "RestApiId": rest.ref,
            "ResourceId": resource,
            "HttpMethod": verb,
            "AuthorizationType": api_settings.AUTHORIZATION[authorization],
            "RequestValidatorId": validator.ref,
            "RequestParameters": {f"method.request.path.{parameter}": True for parameter in parameters} or None,
            "Integration": {
                "Type": "AWS_PROXY",
                "IntegrationHttpMethod": "POST",
                "Uri": sub(
                    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function}"
                    "/invocations",
                    {"Function": api_parts.function_arn(route.function)},
                ),
            },
        },
        exceptions=_method_exceptions(authorization),
    )


def _method_exceptions(authorization: str) -> list[LintException]:
    if authorization == "iam":
        reason = "Callers are machines, which sign their requests; there is no user to be found in Cognito."
        return [LintException("cdk-nag", "AwsSolutions-COG4", reason)]
    reason = "The fleet opens this route to everybody, spelled out and acknowledged there."
    return [
        LintException("cdk-nag", "AwsSolutions-APIG4", reason),
        LintException("cdk-nag", "AwsSolutions-COG4", reason),
        LintException("checkov", "CKV_AWS_59", reason),
    ]


def _deployment(unit: UnitTemplate, name: str, rest: Resource, made: list[Resource]) -> Resource:
    """Deploy what the routes are now: a deployment never changes, so another content needs another one."""
    content = {one.logical_id: unit.template.resources[one.logical_id] for one in (rest, *made)}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:10]
    return unit.template.add(
        logical_id("api", name, "deployment") + digest,
        "AWS::ApiGateway::Deployment",
        {"RestApiId": rest.ref, "Description": f"Content {digest}"},
        depends_on=made,
    )


def _stage(unit: UnitTemplate, name: str, api: Api, rest: Resource, deployment: Resource) -> Resource:
    log = api_parts.access_log(unit, name, api)
    # API Gateway makes this one itself otherwise: unencrypted, and kept for ever.
    execution_log = log_groups.add(
        unit,
        logical_id("api", name, "execution-logs"),
        sub(f"API-Gateway-Execution-Logs_${{Api}}/{api.stage}", {"Api": rest.ref}),
    )
    exceptions = [LintException("checkov", "CKV_AWS_120", api_settings.NOT_CACHED)]
    if not api.access_log:
        exceptions += api_parts.no_access_log("CKV_AWS_76")
    if not api.tracing:
        exceptions.append(LintException("checkov", "CKV_AWS_73", "The fleet turns this API's tracing off."))
    if not api.has_firewall:
        exceptions.append(LintException("cdk-nag", "AwsSolutions-APIG3", "The fleet turns this API's firewall off."))
    return unit.template.add(
        logical_id("api", name, "stage"),
        "AWS::ApiGateway::Stage",
        {
            "RestApiId": rest.ref,
            "DeploymentId": deployment.ref,
            "StageName": api.stage,
            "TracingEnabled": api.tracing,
            "AccessLogSetting": log[1] if log else None,
            "MethodSettings": [
                {
                    "ResourcePath": "/*",
                    "HttpMethod": "*",
                    "ThrottlingRateLimit": api.throttle.rate,
                    "ThrottlingBurstLimit": api.throttle.burst,
                    "MetricsEnabled": True,
                    "LoggingLevel": "ERROR",
                    # Bodies and headers of requests have no place in a log.
                    "DataTraceEnabled": False,
                }
            ],
        },
        depends_on=[_account(unit), execution_log, *([log[0]] if log else [])],
        exceptions=exceptions,
    )


def _account(unit: UnitTemplate) -> Resource:
    """Let API Gateway write logs; once for all REST APIs."""
    if ACCOUNT in unit.template.resources:
        return Resource(ACCOUNT)
    trust = {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    everything = api_settings.LOG_EVERYTHING
    role = unit.template.add(
        "ApiGatewayLogRole",
        "AWS::IAM::Role",
        {
            # Without a name of its own: it stays behind, and another one would be in the way of the next.
            "Description": api_settings.LOG_ROLE,
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [
                {
                    "PolicyName": "write-logs",
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": [allow(api_settings.LOG_ACTIONS, "*")]},
                }
            ],
        },
        removal="RetainExceptOnCreate",
        exceptions=[
            LintException("cdk-nag", "AwsSolutions-IAM5", everything),
            LintException("checkov", "CKV_AWS_111", everything),
        ],
    )
    return unit.template.add(
        ACCOUNT,
        "AWS::ApiGateway::Account",
        {"CloudWatchRoleArn": role.get("Arn")},
        removal="RetainExceptOnCreate",
    )
