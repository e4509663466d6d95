"""A service's error in the protocol that the caller speaks, so that its SDK understands it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from xml.sax.saxutils import escape

# How services say "too often" and "no longer you" that do not say it as most do: status, code, message.
_THROTTLING = {
    "s3": (503, "SlowDown", "Please reduce your request rate."),
    "ec2": (503, "RequestLimitExceeded", "Request limit exceeded."),
    "lambda": (429, "TooManyRequestsException", "Rate exceeded"),
    "apigateway": (429, "TooManyRequestsException", "Too Many Requests"),
    "execute-api": (429, "TooManyRequestsException", "Too Many Requests"),
    "elasticloadbalancing": (400, "Throttling", "Rate exceeded"),
}
_EXPIRED = {
    "s3": (400, "ExpiredToken", "The provided token has expired."),
    "ec2": (400, "RequestExpired", "Request has expired."),
    "lambda": (403, "ExpiredTokenException", "The security token included in the request is expired"),
}
_XML = {"content-type": "text/xml"}
Answer = tuple[int, dict[str, str], bytes]


def unavailable(service: str, headers: Mapping[str, str]) -> Answer:
    """What a service says that fails for a moment."""
    return error(service, headers, 503, "ServiceUnavailable", "The service is unavailable. Please try again.")


def throttled(service: str, headers: Mapping[str, str]) -> Answer:
    """What a service says that is called too often: every SDK waits and tries again."""
    code = "Throttling" if _speaks_xml(service, headers) else "ThrottlingException"
    return error(service, headers, *_THROTTLING.get(service, (400, code, "Rate exceeded")))


def expired(service: str, headers: Mapping[str, str]) -> Answer:
    """What a service says to credentials whose time is over: trying again does not help."""
    message = "The security token included in the request is expired"
    usual = (403, "ExpiredToken", message) if _speaks_xml(service, headers) else (400, "ExpiredTokenException", message)
    return error(service, headers, *_EXPIRED.get(service, usual))


def error(service: str, headers: Mapping[str, str], status: int, code: str, message: str) -> Answer:
    """Status, headers and body of a failed call."""
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        body = _cbor({"__type": code, "message": message})
        return status, {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}, body
    text = escape(message)
    if service in ("s3", "s3express"):
        return status, _XML, f"<Error><Code>{code}</Code><Message>{text}</Message></Error>".encode()
    if service == "ec2":
        inner = f"<Errors><Error><Code>{code}</Code><Message>{text}</Message></Error></Errors>"
        return status, _XML, f"<Response>{inner}</Response>".encode()
    if _speaks_xml(service, headers):
        inner = f"<Type>{'Sender' if status < 500 else 'Receiver'}</Type><Code>{code}</Code><Message>{text}</Message>"
        return status, _XML, f"<ErrorResponse><Error>{inner}</Error></ErrorResponse>".encode()
    if service == "elasticloadbalancing":  # a load balancer's own page; its API speaks the protocol above
        return status, {"content-type": "text/html"}, f"<html><body><h1>{status} {text}</h1></body></html>".encode()
    if service == "execute-api":
        return status, {"content-type": "application/json"}, json.dumps({"message": message}).encode()
    body = json.dumps({"__type": code, "message": message}).encode()
    return status, {"content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code}, body


def _speaks_xml(service: str, headers: Mapping[str, str]) -> bool:
    is_query = "x-www-form-urlencoded" in headers.get("content-type", "") and "x-amz-target" not in headers
    return is_query or service in ("route53", "cloudfront")


def _cbor(content: Mapping[str, str]) -> bytes:
    """A map of texts, none longer than 255 bytes; no more of the format is needed here."""

    def text(value: str) -> bytes:
        raw = value.encode()[:255]
        return (bytes([0x60 + len(raw)]) if len(raw) < 24 else bytes([0x78, len(raw)])) + raw

    return bytes([0xA0 + len(content)]) + b"".join(text(key) + text(value) for key, value in content.items())
