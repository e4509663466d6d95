"""Secrets really rotate: RotateSecret and the schedule run the rotation function through its four steps.

MiniStack 1.5.33 only gives the old value a new version number, and lacks CancelRotateSecret. Goes when it calls the
function. As on AWS the call returns at once and the steps follow; a step that fails leaves AWSCURRENT where it was.
Shorter intervals than the four hours that AWS demands are accepted.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import error_response_json, get_account_id, get_region, json_response, new_uuid
from ministack.services import lambda_svc, secretsmanager

from tapstack.sandbox.server import loopback
from tapstack.sandbox.server.extension import ServerContext, Status
from tapstack.sandbox.server.mends.patch import original, replace
from tapstack.sandbox.server.rotation.schedule import SandboxTime, is_readable, next_rotation
from tapstack.sandbox.server.watch import Watch

logger = logging.getLogger("tapstack.rotation")

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
LOOK_SECONDS = 0.5
WORKERS = 2
SERVICE = "secretsmanager.amazonaws.com"

Secret = dict[str, Any]
Answer = Any


class RotationError(Exception):
    """A step of the rotation function failed."""


class Rotation:
    """Runs rotation functions, on request and on schedule."""

    name = "rotation"

    def __init__(self) -> None:
        self._context: ServerContext | None = None
        self._time: SandboxTime | None = None
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="rotation")
        self._watch = Watch("rotation", self._look, LOOK_SECONDS)
        self._running: set[str] = set()
        # By the secret's ARN: the rules that the time was reckoned from, and the time.
        self._due: dict[str, tuple[object, float | None]] = {}
        self._problems: dict[str, str] = {}
        self._finished = 0

    def install(self, context: ServerContext) -> None:
        """Take the place of MiniStack's stub."""
        self._context = context
        self._time = SandboxTime(context.clock)
        for name in ("_resolve", "_is_replica", "_replica_mutation_error", "_sync_replicas", "_find_stage_version"):
            original(secretsmanager, name)
        replace(secretsmanager, "_rotate_secret", lambda _: self._rotate)
        replace(secretsmanager, "_get_secret_value", _without_empty_versions)
        replace(secretsmanager, "_describe_secret", self._with_dates)
        replace(secretsmanager, "handle_request", self._with_cancelling)

    def _rotate(self, data: Mapping[str, Any]) -> Answer:
        secret, refusal = _secret_of(data)
        if secret is None:
            return refusal
        function = data.get("RotationLambdaARN") or secret.get("RotationLambdaARN")
        rules = data.get("RotationRules") or secret.get("RotationRules") or {}
        if not function:
            return _refused("No Lambda rotation function ARN is associated with this secret.")
        if not is_readable(rules):
            return error_response_json("InvalidParameterException", "The schedule expression cannot be read.", 400)
        if problem := _cannot_invoke(function, secret):
            return error_response_json("AccessDeniedException", problem, 400)
        pending, _ = secretsmanager._find_stage_version(secret, "AWSPENDING")
        current, _ = secretsmanager._find_stage_version(secret, "AWSCURRENT")
        secret["RotationLambdaARN"], secret["RotationRules"], secret["RotationEnabled"] = function, rules, True
        self._due.pop(secret["ARN"], None)
        if pending and pending != current:
            self._begin(secret, pending)
            return _refused("A previous rotation isn't complete. That rotation will be reattempted.")
        version = data.get("ClientRequestToken") or new_uuid()
        rotate_now = data.get("RotateImmediately", True)
        self._begin(secret, version, STEPS if rotate_now else ("testSecret",))
        return json_response({"ARN": secret["ARN"], "Name": secret["Name"], "VersionId": version})

    def _begin(self, secret: Secret, version: str, steps: tuple[str, ...] = STEPS) -> None:
        arn = secret["ARN"]
        if arn in self._running:
            return
        self._running.add(arn)
        stages = secret["Versions"].setdefault(version, _empty_version(secret))["Stages"]
        if "AWSPENDING" not in stages:
            stages.append("AWSPENDING")
        self._workers.submit(self._run, secret, version, steps)

    def _run(self, secret: Secret, version: str, steps: tuple[str, ...]) -> None:
        arn = secret["ARN"]
        try:
            for step in steps:
                _invoke(secret, version, step)
            if steps == STEPS:
                self._finish(secret, version)
                self._finished += 1
            self._problems.pop(arn, None)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong belongs to this one rotation
            self._problems[arn] = str(error)
            logger.warning("%s was not rotated: %s", arn, error)
        finally:
            if steps != STEPS:
                # A mere test of the configuration leaves nothing behind.
                secret["Versions"].pop(version, None)
            self._running.discard(arn)

    def _finish(self, secret: Secret, version: str) -> None:
        current, _ = secretsmanager._find_stage_version(secret, "AWSCURRENT")
        if current != version:
            raise RotationError("finishSecret ended without giving AWSCURRENT to the new version")
        stages = secret["Versions"][version]["Stages"]
        if "AWSPENDING" in stages:
            stages.remove("AWSPENDING")
        secret["LastRotatedDate"] = self._sandbox_time.now()
        self._due.pop(secret["ARN"], None)
        secretsmanager._sync_replicas(secret)

    @property
    def _sandbox_time(self) -> SandboxTime:
        assert self._time is not None, "install comes first"  # noqa: S101
        return self._time

    def _due_time(self, secret: Secret) -> float | None:
        rules = secret.get("RotationRules") or {}
        known = self._due.get(secret["ARN"])
        if known is None or known[0] != rules:
            last = secret.get("LastRotatedDate") or self._sandbox_time.now()
            known = (dict(rules), next_rotation(rules, last))
            self._due[secret["ARN"]] = known
        return known[1]

    async def start(self, context: ServerContext) -> None:  # noqa: ARG002 - known since `install`
        """Watch the schedules."""
        self._watch.start()

    def _look(self) -> None:
        for (_, region, _), secret in secretsmanager._secrets.all_items():
            if secret.get("RotationEnabled") and not self._is_out(region):
                self._rotate_when_due(secret)

    def _is_out(self, region: str) -> bool:
        return self._context is not None and self._context.faults.is_out(region, "secretsmanager")

    def _rotate_when_due(self, secret: Secret) -> None:
        if secret.get("DeletedDate") or secretsmanager._is_replica(secret) or not secret.get("RotationLambdaARN"):
            return
        due = self._due_time(secret)
        if due is None or due > self._sandbox_time.now() or secret["ARN"] in self._running:
            return
        # A failed attempt is not tried again before its next turn.
        rules = secret.get("RotationRules") or {}
        self._due[secret["ARN"]] = (dict(rules), next_rotation(rules, self._sandbox_time.now()))
        pending, _ = secretsmanager._find_stage_version(secret, "AWSPENDING")
        self._begin(secret, pending or new_uuid())

    async def stop(self) -> None:
        """Watch no longer; a step under way ends with its function."""
        await self._watch.stop()
        self._workers.shutdown(wait=False, cancel_futures=True)

    def reset(self) -> None:
        """Forget schedules and failures."""
        self._due.clear()
        self._problems.clear()
        self._finished = 0

    def status(self) -> Status:
        """What rotates, and what failed last."""
        return {"finished": self._finished, "running": sorted(self._running), "failed": dict(self._problems)}

    def _with_dates(self, describe: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
        def describe_with_dates(data: Any) -> Answer:
            status, headers, body = describe(data)
            _, secret = secretsmanager._resolve(data.get("SecretId"))
            if status != 200 or not secret or not secret.get("RotationEnabled"):
                return status, headers, body
            content = json.loads(body)
            if last := secret.get("LastRotatedDate"):
                content["LastRotatedDate"] = self._sandbox_time.real(last)
            if due := self._due_time(secret):
                content["NextRotationDate"] = self._sandbox_time.real(due)
            return json_response(content)

        return describe_with_dates

    def _with_cancelling(self, handle: Callable[..., Any]) -> Callable[..., Any]:
        async def handle_or_cancel(method: str, path: str, headers: Any, body: bytes, query: Any) -> Answer:
            if headers.get("x-amz-target", "").endswith(".CancelRotateSecret"):
                return self._cancel(json.loads(body or b"{}"))
            return await handle(method, path, headers, body, query)

        return handle_or_cancel

    def _cancel(self, data: Mapping[str, Any]) -> Answer:
        secret, refusal = _secret_of(data)
        if secret is None:
            return refusal
        secret["RotationEnabled"] = False
        self._due.pop(secret["ARN"], None)
        answer = {"ARN": secret["ARN"], "Name": secret["Name"]}
        pending, _ = secretsmanager._find_stage_version(secret, "AWSPENDING")
        return json_response({**answer, "VersionId": pending} if pending else answer)


def _invoke(secret: Secret, version: str, step: str) -> None:
    function = secret["RotationLambdaARN"]
    event = {"Step": step, "SecretId": secret["ARN"], "ClientRequestToken": version}
    answer = loopback.client("lambda", function.split(":")[3]).invoke(
        FunctionName=function, Payload=json.dumps(event).encode()
    )
    if "FunctionError" in answer:
        said = json.loads(answer["Payload"].read() or b"{}")
        message = said.get("errorMessage", said) if isinstance(said, dict) else said
        raise RotationError(f"{step}: {message}")


def _empty_version(secret: Secret) -> Secret:
    return {"SecretString": None, "SecretBinary": None, "CreatedDate": secret["LastChangedDate"], "Stages": []}


def _secret_of(data: Mapping[str, Any]) -> tuple[Secret | None, Answer]:
    _, secret = secretsmanager._resolve(data.get("SecretId"))
    if not secret:
        message = "Secrets Manager can't find the specified secret."
        return None, error_response_json("ResourceNotFoundException", message, 400)
    if secret.get("DeletedDate"):
        return None, _refused("You can't perform this operation on the secret because it was marked for deletion.")
    if secretsmanager._is_replica(secret):
        return None, secretsmanager._replica_mutation_error()
    return secret, None


def _refused(message: str) -> Answer:
    return error_response_json("InvalidRequestException", message, 400)


def _cannot_invoke(function_arn: str, secret: Secret) -> str | None:
    """Why Secrets Manager may not call the function: it is missing, or its policy does not say so."""
    parts = function_arn.split(":")
    name = parts[6] if len(parts) > 6 else function_arn
    region = parts[3] if len(parts) > 6 else get_region()
    function = lambda_svc._functions.get_scoped(get_account_id(), region, name)
    if function is not None:
        context = iam_evaluator.EvalContext(
            principal_arn=SERVICE,
            principal_type="Service",
            principal_account=get_account_id(),
            action="lambda:InvokeFunction",
            resource_arn=f"arn:aws:lambda:{region}:{get_account_id()}:function:{name}",
            region=region,
            service_context={"aws:sourceaccount": get_account_id(), "aws:sourcearn": secret["ARN"]},
        )
        policy = function.get("policy")
        if iam_evaluator.evaluate_resource_policy(policy, context, service=SERVICE).decision == "Allow":
            return None
    return (
        "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access "
        f"to the principal {SERVICE}."
    )


def _without_empty_versions(get_value: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
    """A version that a rotation has not filled yet has no value to be read."""

    def get(data: Any) -> Answer:
        status, headers, body = get_value(data)
        if status == 200 and not {"SecretString", "SecretBinary"} & json.loads(body).keys():
            stage = data.get("VersionStage", "AWSCURRENT")
            message = f"Secrets Manager can't find the specified secret value for staging label: {stage}"
            return error_response_json("ResourceNotFoundException", message, 400)
        return status, headers, body

    return get
