"""Route 53 has neither features of hosted zones nor query logs.

UpdateHostedZoneFeatures and the calls on query logging configurations do not exist. What they set is kept and answered
here; no log is written. Goes when MiniStack has them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from ministack.core.responses import new_uuid
from ministack.services import route53

from tapstack.sandbox.server.mends.patch import original, replace

_FEATURES = re.compile(r"/2013-04-01/hostedzone/([^/]+)/features")
_CONFIGURATIONS = "/2013-04-01/queryloggingconfig"
_IS_RECOVERED = "_tapstack_accelerated_recovery"
_QUERY_LOG = "_tapstack_query_log"


def install() -> None:
    """Add the calls, and the features to what is said of a zone."""
    zones, error = original(route53, "_zones"), original(route53, "_error_response")
    xml, parse, text = original(route53, "_xml_response"), original(route53, "fromstring"), original(route53, "_text")

    def zone_of(identifier: str) -> Any:
        return zones.get(identifier.rsplit("/", 1)[-1])

    def set_features(identifier: str, body: bytes) -> Any:
        zone = zone_of(identifier)
        if zone is None:
            return error("NoSuchHostedZone", f"No hosted zone found with ID: {identifier}", 404)
        if zone.get("private"):
            return error("InvalidInput", "Accelerated recovery is for public hosted zones only.", 400)
        zone[_IS_RECOVERED] = text(parse(body), "EnableAcceleratedRecovery") == "true"
        return xml("UpdateHostedZoneFeaturesResponse", lambda root: _zone(root, zone))

    def create(body: bytes) -> Any:
        request = parse(body)
        identifier = text(request, "HostedZoneId").rsplit("/", 1)[-1]
        zone = zone_of(identifier)
        if zone is None:
            return error("NoSuchHostedZone", f"No hosted zone found with ID: {identifier}", 404)
        if _QUERY_LOG in zone:
            return error("QueryLoggingConfigAlreadyExists", "The hosted zone already has a configuration.", 409)
        zone[_QUERY_LOG] = {"id": new_uuid(), "arn": text(request, "CloudWatchLogsLogGroupArn")}
        status, headers, answer = xml("CreateQueryLoggingConfigResponse", lambda root: _configuration(root, zone))
        return 201 if status == 200 else status, headers, answer

    def listed(zone_id: str) -> Any:
        def build(root: Element) -> None:
            parent = SubElement(root, "QueryLoggingConfigs")
            for zone in zones.values():
                if _QUERY_LOG in zone and zone_id in ("", zone["id"]):
                    _configuration(parent, zone)

        return xml("ListQueryLoggingConfigsResponse", build)

    def one(method: str, identifier: str) -> Any:
        zone = next((zone for zone in zones.values() if zone.get(_QUERY_LOG, {}).get("id") == identifier), None)
        if zone is None:
            return error("NoSuchQueryLoggingConfig", f"No configuration found with ID: {identifier}", 404)
        if method == "DELETE":
            del zone[_QUERY_LOG]
            return xml("DeleteQueryLoggingConfigResponse", lambda _: None)
        return xml("GetQueryLoggingConfigResponse", lambda root: _configuration(root, zone))

    def handling(own: Callable[..., Any]) -> Callable[..., Any]:
        async def handle(method: str, path: str, headers: Any, body: bytes, query: Mapping[str, Any]) -> Any:
            features = _FEATURES.fullmatch(path)
            if features and method == "POST":
                return set_features(features[1], body)
            if path == _CONFIGURATIONS:
                asked = query.get("hostedzoneid") or ""
                return create(body) if method == "POST" else listed(asked[0] if isinstance(asked, list) else asked)
            if path.startswith(f"{_CONFIGURATIONS}/"):
                return one(method, path.removeprefix(f"{_CONFIGURATIONS}/"))
            return await own(method, path, headers, body, query)

        return handle

    def building(own: Callable[[Element, Any], None]) -> Callable[[Element, Any], None]:
        def build(parent: Element, zone: Any) -> None:
            own(parent, zone)
            if _IS_RECOVERED in zone:
                features = SubElement(parent[-1], "Features")
                SubElement(features, "AcceleratedRecoveryStatus").text = (
                    "ENABLED" if zone[_IS_RECOVERED] else "DISABLED"
                )

        return build

    replace(route53, "_build_hosted_zone_el", building)
    replace(route53, "handle_request", handling)


def _zone(root: Element, zone: Any) -> None:
    original(route53, "_build_hosted_zone_el")(root, zone)


def _configuration(parent: Element, zone: Any) -> None:
    kept = zone[_QUERY_LOG]
    element = SubElement(parent, "QueryLoggingConfig")
    SubElement(element, "Id").text = kept["id"]
    SubElement(element, "HostedZoneId").text = zone["id"]
    SubElement(element, "CloudWatchLogsLogGroupArn").text = kept["arn"]
