"""Which region's service an AWS API call is for: what its signature says, what its host says, where its bucket is."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from urllib.parse import unquote

_SCOPE = re.compile(r"Credential=[^/,\s]+/\d{8}/([a-z0-9-]+)/([a-z0-9.-]+)/aws4_request")
_QUERY_SCOPE = re.compile(
    r"(?:^|&)x-amz-credential=[^/&]+/\d{8}/([a-z0-9-]+)/([a-z0-9.-]+)/aws4_request", re.IGNORECASE
)
_HOST = re.compile(r"(?:^|\.)([a-z0-9-]+)\.([a-z]{2}(?:-[a-z]+)+-\d+)\.(?:amazonaws\.com|localhost)(?::\d+)?$")
# Names that a person would use, beside the ones in signatures.
SERVICE_ALIASES = {
    "alb": "elasticloadbalancing",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "cloudwatch": "monitoring",
    "stepfunctions": "states",
    "eventbridge": "events",
    "apigatewayv2": "apigateway",
    "sesv2": "ses",
    "efs": "elasticfilesystem",
    "emr": "elasticmapreduce",
}
# Signed for by callers of an API, and known to MiniStack's router under no name of its own.
_DATA_PLANES = frozenset({"execute-api", "s3express"})


def signing_name(written: str) -> str:
    """How signatures name the service that a person means; a ValueError for a service that is not there."""
    from ministack.core.router import SERVICE_PATTERNS

    scopes = {name: str(pattern.get("credential_scope", name)) for name, pattern in SERVICE_PATTERNS.items()}
    known = {name: name for name in (*scopes.values(), *_DATA_PLANES)} | SERVICE_ALIASES
    known = scopes | known
    found = known.get(written.lower())
    if found is None:
        near = get_close_matches(written.lower(), known, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise ValueError(f"There is no service '{written}'.{hint}")
    return found


def signed_service(query: str, authorization: str) -> str | None:
    """The service that a call is signed for."""
    signed = _SCOPE.search(authorization) or _QUERY_SCOPE.search(unquote(query))
    return signed[2] if signed is not None else None


def touched(host: str, path: str, query: str, authorization: str) -> Iterator[tuple[str, str]]:
    """Every region and service that must be reachable for this call to be answered."""
    signed = _SCOPE.search(authorization) or _QUERY_SCOPE.search(unquote(query))
    if signed is not None:
        yield signed[1], signed[2]
    addressed = _HOST.search(host)
    if addressed is not None:
        yield addressed[2], addressed[1]
    if signed is None or signed[2] in ("s3", "s3express"):
        region = _bucket_region(host, path)
        if region is not None:
            yield region, "s3"


def _bucket_region(host: str, path: str) -> str | None:
    """Where the bucket of a request is: whatever region it is signed for, the bucket answers from its own."""
    buckets = sys.modules.get("ministack.services.s3")
    if buckets is None:
        return None
    from ministack.app import _extract_s3_vhost_bucket

    name = _extract_s3_vhost_bucket(host) or path.lstrip("/").partition("/")[0]
    for (_, bucket), record in list(buckets._buckets._data.items()):
        if bucket == name:
            return str(record.get("region") or "us-east-1")
    return None
