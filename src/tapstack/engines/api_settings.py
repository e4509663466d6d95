"""What API Gateway is told by all engines: how it asks who calls, what it logs, and by which right."""

from __future__ import annotations

import json

from tapstack.fleet.apis import Api

AUTHORIZATION = {"iam": "AWS_IAM", "none": "NONE"}
NO_STAGE = "$default"
LOGGED = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "ip": "$context.identity.sourceIp",
    "caller": "$context.identity.userArn",
    "agent": "$context.identity.userAgent",
    "method": "$context.httpMethod",
    "path": "$context.path",
    "protocol": "$context.protocol",
    "status": "$context.status",
    "length": "$context.responseLength",
    "latency": "$context.responseLatency",
    "integrationStatus": "$context.integrationStatus",
    "integrationLatency": "$context.integrationLatency",
    "error": "$context.error.responseType",
}
ROUTE = {"http": {"route": "$context.routeKey"}, "rest": {"resource": "$context.resourcePath"}}
"""What each kind of API calls the route that was asked for."""
LOG_ROLE = "By which API Gateway writes the logs of all REST APIs of this account and region"
LOG_ACTIONS = (
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
    "logs:GetLogEvents",
    "logs:FilterLogEvents",
)
"""What API Gateway asks of the role by which it writes logs: one that may do less it refuses."""
LOG_EVERYTHING = "API Gateway has one role for every log group of the account, and refuses one that may do less."
NOT_CACHED = "An answer may differ by caller and moment; caching it for all is not decided from outside."


def log_format(api: Api) -> str:
    """A line of the access log, one JSON object."""
    return json.dumps({**LOGGED, **ROUTE[api.kind]})


def path_of(api: Api, path: str) -> str:
    """A route's path at the API's own URL: behind the stage, unless it has none."""
    return path if api.stage == NO_STAGE else f"/{api.stage}{path}"
