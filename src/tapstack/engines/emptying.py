"""Buckets are deleted only when nothing is in them: no object, no older version, no delete marker."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tapstack.errors import AwsError
from tapstack.targets.problems import code_of

PARALLEL = 8
"""Batches deleted at the same time; each holds up to a thousand versions, as S3 lists them."""
ATTEMPTS = 5
GONE = ("NoSuchBucket", "404", "NotFound")


def empty(s3: Any, bucket: str, account: str, *, key: str = "") -> int:
    """Delete every version of everything, or of one key; how many there were. A bucket that is not there is empty."""
    from botocore.exceptions import ClientError

    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key, ExpectedBucketOwner=account)

    def delete(batch: list[dict[str, str]]) -> int:
        answer = s3.delete_objects(Bucket=bucket, ExpectedBucketOwner=account, Delete={"Objects": batch, "Quiet": True})
        for refused in answer.get("Errors", ()):
            raise AwsError(
                f"{bucket} cannot be emptied.",
                f"S3 keeps {refused.get('Key')}: {refused.get('Code')}: {refused.get('Message')}",
            )
        return len(batch)

    try:
        with ThreadPoolExecutor(PARALLEL) as pool:
            batches = (
                [
                    {"Key": item["Key"], "VersionId": item["VersionId"]}
                    for item in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
                    if not key or item["Key"] == key
                ]
                for page in pages
            )
            return sum(pool.map(delete, filter(None, batches)))
    except ClientError as error:
        if code_of(error) in GONE:
            return 0
        raise


def delete(s3: Any, bucket: str, account: str) -> None:
    """Delete a bucket that was emptied; what somebody still writes to it goes too."""
    from botocore.exceptions import ClientError

    for attempt in range(ATTEMPTS):
        try:
            s3.delete_bucket(Bucket=bucket, ExpectedBucketOwner=account)
        except ClientError as error:
            if code_of(error) in GONE:
                return
            if code_of(error) != "BucketNotEmpty" or attempt == ATTEMPTS - 1:
                raise
            empty(s3, bucket, account)
        else:
            return
