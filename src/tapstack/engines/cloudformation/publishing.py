"""A region's artifact bucket: templates and code, uploaded once for each content."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from tapstack.engines.cloudformation.artifacts import File
from tapstack.engines.private_buckets import PrivateBucket


@dataclass(frozen=True)
class ArtifactBucket(PrivateBucket):
    """The bucket of one region."""

    old_versions_days: int = 30

    def upload(self, files: Iterable[File]) -> None:
        """Put every file there whose key is not."""
        missing = {file.key: file for file in files}
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, ExpectedBucketOwner=self.account)
        for page in pages:
            for item in page.get("Contents", ()):
                missing.pop(item["Key"], None)
        for file in missing.values():
            self.put(file.key, file.read())

    def url(self, key: str) -> str:
        """Where CloudFormation finds it: AWS wants the bucket in the host's name, a sandbox in the path."""
        endpoint = urlsplit(self.s3.meta.endpoint_url)
        if (endpoint.hostname or "").startswith("s3."):
            return f"{endpoint.scheme}://{self.name}.{endpoint.netloc}/{key}"
        return f"{endpoint.scheme}://{endpoint.netloc}/{self.name}/{key}"
