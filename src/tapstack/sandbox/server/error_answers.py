"""A service's error in the protocol that the caller speaks, so that its SDK understands it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from xml.sax.saxutils import escape

_XML = {"content-type": "text/xml"}
Answer = tuple[int, dict[str, str], bytes]


def unavailable(service: str, headers: Mapping[str, str]) -> Answer:
    """What a service says that fails for a moment."""
    return error(service, headers, 503, "ServiceUnavailable", "The service is unavailable. Please try again.")


def error(service: str, headers: Mapping[str, str], status: int, code: str, message: str) -> Answer:
    """Status, headers and body of a failed call."""
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        body = _cbor({"__type": code, "message": message})
        return status, {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}, body
    text = escape(message)
    if service in ("s3", "s3express"):
        return status, _XML, f"<Error><Code>{code}</Code><Message>{text}</Message></Error>".encode()
    is_query = "x-www-form-urlencoded" in headers.get("content-type", "") and "x-amz-target" not in headers
    if service == "ec2":
        inner = f"<Errors><Error><Code>{code}</Code><Message>{text}</Message></Error></Errors>"
        return status, _XML, f"<Response>{inner}</Response>".encode()
    if is_query or service in ("route53", "cloudfront"):
        inner = f"<Type>{'Sender' if status < 500 else 'Receiver'}</Type><Code>{code}</Code><Message>{text}</Message>"
        return status, _XML, f"<ErrorResponse><Error>{inner}</Error></ErrorResponse>".encode()
    if service == "elasticloadbalancing":  # a load balancer's own page; its API speaks the protocol above
        return status, {"content-type": "text/html"}, f"<html><body><h1>{status} {text}</h1></body></html>".encode()
    if service == "execute-api":
        return status, {"content-type": "application/json"}, json.dumps({"message": message}).encode()
    body = json.dumps({"__type": code, "message": message}).encode()
    return status, {"content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code}, body


def _cbor(content: Mapping[str, str]) -> bytes:
    """A map of texts, none longer than 255 bytes; no more of the format is needed here."""

    def text(value: str) -> bytes:
        raw = value.encode()[:255]
        return (bytes([0x60 + len(raw)]) if len(raw) < 24 else bytes([0x78, len(raw)])) + raw

    return bytes([0xA0 + len(content)]) + b"".join(text(key) + text(value) for key, value in content.items())
