"""A custom resource whose function fails, or never answers, holds its stack for an hour.

Here the function's own error is the reason at once, and a function that ends without an answer has a minute, unless the
template grants another time by ServiceTimeout. Functions written inline find the `cfnresponse` module that Lambda adds
to such functions. Goes when MiniStack hands on errors and adds the module.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from importlib import resources
from typing import Any

from ministack.core.concurrency import spawn_background
from ministack.core.responses import get_region, new_uuid
from ministack.services import lambda_svc
from ministack.services.cloudformation import custom_resource, provisioners

from tapstack.sandbox.server.mends.patch import original, replace

PATIENCE_SECONDS = 55
# By runtime: the module, and where in the package the runtime looks for it.
_MODULES = {
    "python": ("cfnresponse.py", "cfnresponse.py"),
    "nodejs": ("cfn-response.js", "node_modules/cfn-response.js"),
}


def install() -> None:
    """Invoke with a bound; add the answering module to inline code."""
    for name in ("_response_url", "_normalise_resource_properties", "_pending", "_lock"):
        original(custom_resource, name)
    replace(custom_resource, "invoke_custom_resource", lambda _own: _invoke)
    replace(provisioners, "_zip_inline", _with_answering_module)


def _with_answering_module(own: Callable[..., bytes | None]) -> Callable[..., bytes | None]:
    def zip_inline(source: str | None, handler: str, runtime: str = "python3.12") -> bytes | None:
        package = own(source, handler, runtime)
        found = next((files for family, files in _MODULES.items() if runtime.startswith(family)), None)
        if package is None or found is None:
            return package
        module, place = found
        buffer = io.BytesIO(package)
        with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
            # A fixed date: the same source must stay the same package.
            entry = zipfile.ZipInfo(place, date_time=(1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, resources.files(__package__).joinpath("answering", module).read_text("utf-8"))
        return buffer.getvalue()

    return zip_inline


def _invoke(
    request_type: str,
    logical_id: str,
    properties: dict[str, Any],
    stack_name: str,  # noqa: ARG001 - part of the call that this replaces
    stack_id: str,
    resource_type: str,
    physical_id: str | None = None,
    old_props: dict[str, Any] | None = None,
) -> tuple[str, dict[str, Any]]:
    """Ask the function behind ServiceToken; return the physical id and the data that it answers."""
    token_arn = str(properties.get("ServiceToken", ""))
    if ":sns:" in token_arn:
        raise ValueError("A custom resource behind an SNS topic is not supported by the sandbox; name a function.")
    if token_arn.startswith("arn:") and token_arn.split(":")[3] != get_region():
        raise ValueError(f"ServiceToken {token_arn} must be in the stack's region {get_region()}.")
    record, configuration, _ = lambda_svc._get_func_record_for_ref(token_arn)
    if record is None or configuration is None:
        raise ValueError(f"The function {token_arn} that ServiceToken names does not exist.")
    token = new_uuid()
    request = {
        "RequestType": request_type,
        "RequestId": new_uuid(),
        "StackId": stack_id,
        "ResponseURL": custom_resource._response_url(token),
        "ResourceType": resource_type,
        "LogicalResourceId": logical_id,
        "ResourceProperties": _as_text(properties),
    }
    if physical_id is not None:
        request["PhysicalResourceId"] = physical_id
    if old_props is not None:
        request["OldResourceProperties"] = _as_text(old_props)
    answered = custom_resource.register_token(token)
    runnable = lambda_svc._execution_record_for_config(record, configuration)
    # In the background: a function that runs for longer than we have patience must not hold the stack.
    spawn_background(_run, runnable, request, token, thread_name="tapstack-custom-resource")
    patience = float(properties.get("ServiceTimeout") or PATIENCE_SECONDS)
    answered.wait(timeout=patience)
    with custom_resource._lock:
        entry = custom_resource._pending.pop(token, None)
    answer = entry["result"] if entry else None
    if not answer:
        raise TimeoutError(
            f"CloudFormation did not receive a response from your Custom Resource within {patience:g} seconds. "
            f"The function {token_arn} ended without answering, or still runs. [RequestId: {request['RequestId']}]"
        )
    if answer.get("Status") != "SUCCESS":
        raise RuntimeError(f"Received response status [FAILED] from custom resource. Message: {answer.get('Reason')}")
    return str(answer.get("PhysicalResourceId") or physical_id or request["RequestId"]), answer.get("Data") or {}


def _as_text(properties: dict[str, Any]) -> Any:
    return custom_resource._normalise_resource_properties(properties)


def _run(runnable: Any, request: dict[str, Any], token: str) -> None:
    try:
        result = lambda_svc._execute_function_with_config_scope(runnable, request)
        reason = _error(result) if result.get("error") else None
    except Exception as error:  # noqa: BLE001 - whatever it is, the stack must learn of it
        reason = f"{type(error).__name__}: {error}"
    if reason:
        with custom_resource._lock:
            is_waiting = (custom_resource._pending.get(token) or {}).get("result", "gone") is None
        if is_waiting:
            custom_resource.deliver_response(token, {"Status": "FAILED", "Reason": reason})


def _error(result: dict[str, Any]) -> str:
    body = result.get("body")
    if isinstance(body, bytes):
        body = body.decode("utf-8", "replace")
    try:
        said: Any = json.loads(body) if isinstance(body, str) else body
        return f"The function failed: {said['errorType']}: {said['errorMessage']}"
    except (ValueError, TypeError, KeyError):
        return f"The function failed: {body}"
