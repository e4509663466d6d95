"""A service's 503 in the protocol that the caller speaks, so that its SDK understands it and tries again."""

from __future__ import annotations

import json

CODE = "ServiceUnavailable"
MESSAGE = "The service is unavailable. Please try again."
_XML = "application/xml"


def unavailable(service: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a failed call."""
    content_type = headers.get("content-type", "")
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        return 503, {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}, _cbor()
    if service in ("s3", "s3express"):
        body = f"<Error><Code>{CODE}</Code><Message>{MESSAGE}</Message></Error>"
        return 503, {"content-type": _XML}, body.encode()
    if service == "ec2":
        body = f"<Response><Errors><Error><Code>{CODE}</Code><Message>{MESSAGE}</Message></Error></Errors></Response>"
        return 503, {"content-type": "text/xml"}, body.encode()
    if "x-amz-target" not in headers and (
        "x-www-form-urlencoded" in content_type or service in ("route53", "cloudfront")
    ):
        body = (
            "<ErrorResponse><Error><Type>Receiver</Type>"
            f"<Code>{CODE}</Code><Message>{MESSAGE}</Message></Error></ErrorResponse>"
        )
        return 503, {"content-type": "text/xml"}, body.encode()
    if service == "elasticloadbalancing":  # a load balancer's own page; its API speaks the protocol above
        return (
            503,
            {"content-type": "text/html"},
            b"<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>",
        )
    if service == "execute-api":
        return 503, {"content-type": "application/json"}, json.dumps({"message": "Service Unavailable"}).encode()
    body = json.dumps({"__type": CODE, "message": MESSAGE})
    return 503, {"content-type": "application/x-amz-json-1.1", "x-amzn-errortype": CODE}, body.encode()


def _cbor() -> bytes:
    """A map of two short texts; the format needs no more than their lengths."""

    def text(value: str) -> bytes:
        raw = value.encode()
        return (bytes([0x60 + len(raw)]) if len(raw) < 24 else bytes([0x78, len(raw)])) + raw

    return b"\xa2" + text("__type") + text(CODE) + text("message") + text(MESSAGE)
