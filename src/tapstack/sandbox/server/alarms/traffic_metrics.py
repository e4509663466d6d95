"""What AWS publishes when functions, APIs and load balancers are used: alarms on errors need something to watch.

MiniStack 1.5.33 counts a function's direct calls only, not those by APIs, topics, buckets or streams, and publishes
nothing for APIs and load balancers. Can go when it publishes AWS/Lambda for every invocation, AWS/ApiGateway and
AWS/ApplicationELB. DynamoDB's `ThrottledRequests` is not published: AWS does so only when something was throttled,
and here nothing ever is.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any

from ministack.core.responses import StreamingResponse, request_scope
from ministack.services import alb, apigateway, apigateway_v1, cloudwatch, lambda_svc

from tapstack.sandbox.server.mends.patch import replace

Response = tuple[int, dict[str, Any], Any]
Handler = Callable[..., Awaitable[Response]]

# The target group that answered, if it was a target and not the load balancer itself.
_answered_by: ContextVar[str | None] = ContextVar("tapstack_answered_by", default=None)


def install() -> None:
    """Count at the one place that all traffic of a kind passes."""
    replace(lambda_svc, "_emit_lambda_metrics", lambda _: _count_throttle)
    replace(lambda_svc, "_execute_function_dispatch", _counting_invocations)
    replace(apigateway_v1, "handle_execute", _counting_rest)
    replace(apigateway, "handle_execute", _counting_http)
    replace(alb, "_forward_to_tg", _noting_target)
    replace(alb, "dispatch_request", _counting_balancer)


def _record(namespace: str, dimensions: Mapping[str, str], **values: float) -> None:
    for name, value in values.items():
        unit = "Milliseconds" if name in ("Duration", "Latency") else "Count"
        cloudwatch.record_metric(namespace, name, value, unit, dict(dimensions))


def _count_throttle(function_name: str, duration_ms: float, error: bool, throttle: bool) -> None:  # noqa: ARG001
    """Keep only what the emulator counts where it refuses a call; the callers count the same again, with a duration."""
    if throttle and duration_ms == 0:
        _record("AWS/Lambda", {"FunctionName": function_name}, Throttles=1)


def _counting_invocations(original: Callable[..., Any]) -> Callable[..., Any]:
    def execute(func: Any, config: Mapping[str, Any], event: Any, request_id: str, started: float) -> Any:
        begun = time.monotonic()
        failed = True
        try:
            result = original(func, config, event, request_id, started)
            failed = bool(isinstance(result, dict) and result.get("error"))
            return result
        finally:
            _, _, _, region, account, *_ = str(config["FunctionArn"]).split(":")
            with request_scope(account, region):
                _record(
                    "AWS/Lambda",
                    {"FunctionName": config["FunctionName"]},
                    Invocations=1,
                    Errors=float(failed),
                    Throttles=0,
                    Duration=(time.monotonic() - begun) * 1000,
                )

    return execute


def _counting_rest(original: Handler) -> Handler:
    async def handle_execute(api_id: str, stage_name: str, *arguments: Any, **named: Any) -> Response:
        scope = apigateway_v1.find_api_scope(api_id)
        begun, status = time.monotonic(), 500
        try:
            response = await original(api_id, stage_name, *arguments, **named)
            status = response[0]
            return response
        finally:
            if scope is not None:
                with request_scope(*scope):
                    api = apigateway_v1._rest_apis.get(api_id) or {}
                    name = {"ApiName": api.get("name", api_id)}
                    for dimensions in (name, {**name, "Stage": stage_name}):
                        _record_api(dimensions, status, begun, "4XXError", "5XXError")

    return handle_execute


def _counting_http(original: Handler) -> Handler:
    async def handle_execute(api_id: str, stage: str, *arguments: Any, **named: Any) -> Response:
        scope = apigateway.find_api_scope(api_id)
        begun, status = time.monotonic(), 500
        try:
            response = await original(api_id, stage, *arguments, **named)
            status = response[0]
            return response
        finally:
            if scope is not None:
                with request_scope(*scope):
                    for dimensions in ({"ApiId": api_id}, {"ApiId": api_id, "Stage": stage}):
                        _record_api(dimensions, status, begun, "4xx", "5xx")

    return handle_execute


def _record_api(dimensions: Mapping[str, str], status: int, begun: float, client: str, server: str) -> None:
    """REST APIs and HTTP APIs differ in how they name the two kinds of errors."""
    values = {client: float(400 <= status < 500), server: float(status >= 500)}
    _record("AWS/ApiGateway", dimensions, Count=1, Latency=(time.monotonic() - begun) * 1000, **values)


def _noting_target(original: Handler) -> Handler:
    async def forward(group_arn: str, *arguments: Any, **named: Any) -> Response:
        response = await original(group_arn, *arguments, **named)
        if _is_by_target(group_arn, response):
            _answered_by.set(group_arn)
        return response

    return forward


def _is_by_target(group_arn: str, response: Response) -> bool:
    """Tell a target's own answer from the load balancer's "502: the target did not answer"."""
    status, _, body = response
    if isinstance(body, StreamingResponse):
        return True
    group = alb._tgs.get(group_arn) or {}
    # A function that failed or is missing is the load balancer's 502 on AWS, too; MiniStack says so in the body.
    failed = status in (502, 503) and isinstance(body, bytes) and body.startswith(b'{"message": "')
    return group.get("TargetType") == "lambda" and not failed


def _counting_balancer(original: Handler) -> Handler:
    async def dispatch(balancer: Mapping[str, Any], *arguments: Any, **named: Any) -> Response:
        token, begun, status = _answered_by.set(None), time.monotonic(), 500
        try:
            response = await original(balancer, *arguments, **named)
            status = response[0]
            return response
        finally:
            group, seconds = _answered_by.get(), time.monotonic() - begun
            _answered_by.reset(token)
            _record_balancer(str(balancer["LoadBalancerArn"]), group, status, seconds)

    return dispatch


def _record_balancer(arn: str, group: str | None, status: int, seconds: float) -> None:
    _, _, _, region, account, name = arn.split(":", 5)
    balancer = {"LoadBalancer": name.removeprefix("loadbalancer/")}
    dimensions = [balancer]
    if group is not None:
        dimensions.append({"TargetGroup": group.split(":", 5)[5], **balancer})
    with request_scope(account, region):
        for each in dimensions:
            _record("AWS/ApplicationELB", each, RequestCount=1)
            code = f"HTTPCode_{'Target' if group else 'ELB'}_{status // 100}XX_Count"
            _record("AWS/ApplicationELB", each, **{code: 1})
            if group is not None:
                cloudwatch.record_metric("AWS/ApplicationELB", "TargetResponseTime", seconds, "Seconds", dict(each))
