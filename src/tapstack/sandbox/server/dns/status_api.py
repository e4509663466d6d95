"""`GetHealthCheckStatus` and `GetHealthCheckLastFailureReason`, which MiniStack 1.5.33 does not know.

Can go when MiniStack runs health checks and answers the two itself.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import SubElement

from ministack.services import route53

from tapstack.sandbox.server.addresses import SHARED
from tapstack.sandbox.server.dns.health_checks import HealthChecks, Observation
from tapstack.sandbox.server.mends.patch import replace

_PATH = re.compile(r"/2013-04-01/healthcheck/(?P<check>[^/]+)/(?P<what>status|lastfailurereason)")

Handler = Callable[..., Awaitable[tuple[int, dict[str, str], bytes]]]


def install(checks: HealthChecks) -> None:
    """Answer the two operations in front of the emulator's own."""

    def with_status(original: Handler) -> Handler:
        async def handle_request(
            method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any]
        ) -> tuple[int, dict[str, str], bytes]:
            match = _PATH.fullmatch(path) if method == "GET" else None
            if match is None:
                return await original(method, path, headers, body, query_params)
            return _answer(checks, match["check"], match["what"])

        return handle_request

    replace(route53, "handle_request", with_status)


def _answer(checks: HealthChecks, identifier: str, what: str) -> tuple[int, dict[str, str], bytes]:
    check = route53._health_checks.get(identifier)
    error = route53._error_response
    if check is None:
        return error("NoSuchHealthCheck", f"A health check with id {identifier} does not exist.", 404)  # type: ignore[no-any-return]
    observations = checks.observations(identifier)
    if observations is None:
        # As on AWS: calculated checks and those of an alarm have no checkers.
        if check["config"].get("Type") in ("CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"):
            return error("InvalidInput", f"{identifier} watches no endpoint.", 400)  # type: ignore[no-any-return]
        observations = []
    if what == "status":
        reports = [(each, each.report, each.checked_at) for each in observations]
        name = "GetHealthCheckStatusResponse"
    else:
        reports = [(each, each.last_failure, each.failed_at) for each in observations if each.last_failure]
        name = "GetHealthCheckLastFailureReasonResponse"

    def build(root: Any) -> None:
        container = SubElement(root, "HealthCheckObservations")
        for observation, report, at in reports:
            _add(container, observation, report or "", at)

    response: tuple[int, dict[str, str], bytes] = route53._xml_response(name, build)
    return response


def _add(container: Any, observation: Observation, report: str, at: float) -> None:
    element = SubElement(container, "HealthCheckObservation")
    SubElement(element, "Region").text = observation.region
    SubElement(element, "IPAddress").text = SHARED
    status = SubElement(element, "StatusReport")
    SubElement(status, "Status").text = report
    moment = datetime.fromtimestamp(at, UTC)
    SubElement(status, "CheckedTime").text = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
