"""CreateFunction accepts a package in S3 that does not exist, and the function then has no code.

AWS refuses it. The template's own type has the same fault and goes through this check as well. Goes when MiniStack
refuses it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import lambda_svc

from tapstack.sandbox.server.mends.patch import original, replace


def install() -> None:
    """Refuse a function whose package cannot be fetched."""
    fetch = original(lambda_svc, "_fetch_code_from_s3")

    def creating(own: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def create(data: Any) -> Any:
            code = data.get("Code") or {}
            bucket, key = code.get("S3Bucket"), code.get("S3Key")
            if bucket and key and fetch(bucket, key, version_id=code.get("S3ObjectVersion")) is None:
                return error_response_json("InvalidParameterValueException", missing(bucket, key), 400)
            return own(data)

        return create

    replace(lambda_svc, "_create_function", creating)


def missing(bucket: str, key: str) -> str:
    """What Lambda says of a package that is not there."""
    return (
        f"Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not "
        f"exist. (s3://{bucket}/{key})"
    )
