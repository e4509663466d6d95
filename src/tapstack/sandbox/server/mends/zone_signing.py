"""Route 53 does not know GetDNSSEC, which Terraform asks before it empties a zone.

No zone of the sandbox is signed; AWS says so in these words. Goes when MiniStack has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from ministack.services import route53

from tapstack.sandbox.server.mends.patch import original, replace

_SIGNING = re.compile(r"/2013-04-01/hostedzone/([^/]+)/dnssec")


def install() -> None:
    """Add the call."""
    zones, error = original(route53, "_zones"), original(route53, "_error_response")
    xml = original(route53, "_xml_response")

    def told(identifier: str) -> Any:
        zone = zones.get(identifier)
        if zone is None:
            return error("NoSuchHostedZone", f"No hosted zone found with ID: {identifier}", 404)
        if zone.get("private"):
            return error("InvalidArgument", "Operation is unsupported for private hosted zones.", 400)
        return xml("GetDNSSECResponse", _unsigned)

    def handling(own: Callable[..., Any]) -> Callable[..., Any]:
        async def handle(method: str, path: str, headers: Any, body: bytes, query: Mapping[str, Any]) -> Any:
            asked = _SIGNING.fullmatch(path)
            if asked and method == "GET":
                return told(asked[1])
            return await own(method, path, headers, body, query)

        return handle

    replace(route53, "handle_request", handling)


def _unsigned(root: Element) -> None:
    SubElement(SubElement(root, "Status"), "ServeSignature").text = "NOT_SIGNING"
    SubElement(root, "KeySigningKeys")
