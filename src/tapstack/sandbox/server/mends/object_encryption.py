"""PutObject with `aws:kms` and no key id is refused; on AWS it takes the bucket's key, or else `alias/aws/s3`.

Goes when MiniStack falls back likewise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import kms, s3

from tapstack.sandbox.server.mends.patch import original, replace

_ALGORITHM = "x-amz-server-side-encryption"
_KEY = "x-amz-server-side-encryption-aws-kms-key-id"


def install() -> None:
    """Name a key where the caller did not."""
    default = original(s3, "_bucket_default_sse_headers")

    def resolving(own: Callable[..., Any]) -> Callable[..., Any]:
        def resolve(headers: dict[str, str], bucket_name: str) -> Any:
            if headers.get(_ALGORITHM) == "aws:kms" and not headers.get(_KEY):
                own_key = default(bucket_name).get(_KEY)
                key = own_key or kms._resolve_key("alias/aws/s3")["Arn"]
                headers = {**headers, _KEY: key}
            return own(headers, bucket_name)

        return resolve

    replace(s3, "_resolve_sse_write_headers", resolving)
