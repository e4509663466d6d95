"""An S3 in memory that keeps its word on conditions as AWS does, and a target that leads to it."""

# ruff: noqa: N803 - the arguments are called as boto3 calls them

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from tapstack.targets.target import Answer


class MemoryS3:
    """One bucket. `clock` is S3's own; `before` is called with each operation's name and may raise."""

    def __init__(self, bucket: str = "journals", region: str = "eu-west-1") -> None:
        self.bucket = bucket
        self.region = region
        self.meta = SimpleNamespace(region_name=region)
        self.objects: dict[str, tuple[bytes, datetime]] = {}
        self.clock = datetime(2026, 1, 1, tzinfo=UTC)
        self.before: Callable[[str], None] = lambda _: None
        self.after: Callable[[str], None] = lambda _: None
        self._lock = threading.Lock()

    def pass_time(self, seconds: float) -> None:
        self.clock += timedelta(seconds=seconds)

    def head_bucket(self, *, Bucket: str) -> dict[str, Any]:
        self._begin("HeadBucket", Bucket)
        return self._answer({})

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        self._begin("GetObject", Bucket)
        with self._lock:
            if Key not in self.objects:
                raise self.error("NoSuchKey", "GetObject", 404)
            content, modified = self.objects[Key]
        return self._answer({"Body": io.BytesIO(content), "ETag": _tag(content), "LastModified": modified})

    def put_object(
        self,
        *,
        Bucket: str,
        Key: str,
        Body: bytes,
        ContentType: str,
        IfMatch: str | None = None,
        IfNoneMatch: str | None = None,
    ) -> dict[str, Any]:
        self._begin("PutObject", Bucket)
        with self._lock:
            if IfNoneMatch is not None and Key in self.objects:
                raise self.error("PreconditionFailed", "PutObject", 412)
            self._match(Key, IfMatch, "PutObject")
            self.objects[Key] = (Body, self.clock)
        self.after("PutObject")
        return self._answer({"ETag": _tag(Body)})

    def delete_object(self, *, Bucket: str, Key: str, IfMatch: str | None = None) -> dict[str, Any]:
        self._begin("DeleteObject", Bucket)
        with self._lock:
            self._match(Key, IfMatch, "DeleteObject")
            self.objects.pop(Key, None)
        return self._answer({})

    def get_paginator(self, operation: str) -> MemoryS3:
        assert operation == "list_objects_v2"
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:
        self._begin("ListObjectsV2", Bucket)
        keys = sorted(key for key in self.objects if key.startswith(Prefix))
        for at in range(0, len(keys), 3):
            yield {"Contents": [{"Key": key} for key in keys[at : at + 3]]}
        yield {}

    def error(self, code: str, operation: str, status: int) -> ClientError:
        headers = {"x-amz-bucket-region": self.region} if code != "NoSuchBucket" else {}
        answer = {
            "Error": {"Code": code, "Message": f"{code} it is"},
            "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": headers},
        }
        return ClientError(answer, operation)  # type: ignore[arg-type]

    def _match(self, key: str, tag: str | None, operation: str) -> None:
        if tag is None:
            return
        if key not in self.objects:
            raise self.error("NoSuchKey", operation, 404)
        if _tag(self.objects[key][0]) != tag:
            raise self.error("PreconditionFailed", operation, 412)

    def _begin(self, operation: str, bucket: str) -> None:
        if bucket != self.bucket:
            raise self.error("404" if operation == "HeadBucket" else "NoSuchBucket", operation, 404)
        self.before(operation)

    def _answer(self, told: dict[str, Any]) -> dict[str, Any]:
        headers = {"date": format_datetime(self.clock, usegmt=True), "x-amz-bucket-region": self.region}
        return {**told, "ResponseMetadata": {"HTTPHeaders": headers}}


class MemoryTarget:
    """A place that has S3 and nothing else."""

    def __init__(self, s3: MemoryS3 | None = None, *, name: str = "sandbox", is_real: bool = False) -> None:
        self.s3 = s3 or MemoryS3()
        self.name = name
        self.is_real = is_real
        self.account = "123456789012"
        self.asked: list[tuple[str, str]] = []

    def client(self, service: str, region: str) -> Any:
        self.asked.append((service, region))
        return self.s3

    def variables(self, region: str) -> Mapping[str, str]:
        return {}

    def fetch(self, url: str, *, host: str = "", timeout: float = 5) -> Answer:
        raise OSError(url)


def _tag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
