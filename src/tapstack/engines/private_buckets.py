"""A bucket of the engine's own: private, encrypted, versioned, and only by TLS."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tapstack.engines import emptying
from tapstack.errors import AwsError
from tapstack.targets.problems import code_of

FIRST_REGION = "us-east-1"
"""The one region that S3 does not want to be told."""
MISSING = ("NoSuchBucket", "404", "NotFound")


@dataclass(frozen=True)
class PrivateBucket:
    """The bucket of one region; every call names the account that must own it."""

    s3: Any
    name: str
    region: str
    account: str
    partition: str
    tags: Mapping[str, str]
    old_versions_days: int
    """How long a version stays that is no longer the newest."""

    def is_there(self) -> bool:
        """Tell whether it is made and set up."""
        return self._tags() == dict(self.tags)

    def make(self) -> None:
        """Create it and set it up, or go on where that was left; tags come last, and so tell that all is done."""
        found = self._tags()
        if found == dict(self.tags):
            return
        if found is None:
            self._create()
        self._set_up()

    def put(self, key: str, content: bytes) -> None:
        """Put one thing there."""
        self.s3.put_object(Bucket=self.name, Key=key, Body=content, ExpectedBucketOwner=self.account)

    def has(self, key: str) -> bool:
        """Tell whether something is there."""
        from botocore.exceptions import ClientError

        try:
            self.s3.head_object(Bucket=self.name, Key=key, ExpectedBucketOwner=self.account)
        except ClientError as error:
            if code_of(error) in (*MISSING, "NoSuchKey"):
                return False
            raise
        return True

    def remove(self) -> None:
        """Empty and delete it."""
        emptying.empty(self.s3, self.name, self.account)
        emptying.delete(self.s3, self.name, self.account)

    def _tags(self) -> Mapping[str, str] | None:
        """Its tags; None where there is no such bucket."""
        from botocore.exceptions import ClientError

        try:
            found = self.s3.get_bucket_tagging(Bucket=self.name, ExpectedBucketOwner=self.account)["TagSet"]
        except ClientError as error:
            if code_of(error) in MISSING:
                return None
            if code_of(error) == "NoSuchTagSet":
                return {}
            if code_of(error) in ("AccessDenied", "403"):
                raise AwsError(
                    f"The bucket {self.name} is not ours to use.",
                    f"It belongs to another account than {self.account}, or whoever asks may not read its tags "
                    f"(s3:GetBucketTagging).",
                ) from error
            raise
        return {tag["Key"]: tag["Value"] for tag in found}

    def _create(self) -> None:
        from botocore.exceptions import ClientError

        place = (
            {} if self.region == FIRST_REGION else {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
        )
        try:
            self.s3.create_bucket(Bucket=self.name, ObjectOwnership="BucketOwnerEnforced", **place)
        except ClientError as error:
            if code_of(error) == "BucketAlreadyExists":
                raise AwsError(
                    f"The bucket {self.name} belongs to somebody else.",
                    "Names of buckets are shared by the whole world. Give the fleet another name.",
                ) from error
            if code_of(error) != "BucketAlreadyOwnedByYou":
                raise

    def _set_up(self) -> None:
        ours: dict[str, Any] = {"Bucket": self.name, "ExpectedBucketOwner": self.account}
        closed = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
        self.s3.put_public_access_block(PublicAccessBlockConfiguration=dict.fromkeys(closed, True), **ours)
        self.s3.put_bucket_encryption(
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
            **ours,
        )
        self.s3.put_bucket_versioning(VersioningConfiguration={"Status": "Enabled"}, **ours)
        self.s3.put_bucket_lifecycle_configuration(
            LifecycleConfiguration={
                "Rules": [
                    {
                        "ID": "old-versions",
                        "Status": "Enabled",
                        "Filter": {"Prefix": ""},
                        "NoncurrentVersionExpiration": {"NoncurrentDays": self.old_versions_days},
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                    }
                ]
            },
            **ours,
        )
        self.s3.put_bucket_policy(Policy=json.dumps(self._only_tls()), **ours)
        tags = [{"Key": key, "Value": value} for key, value in self.tags.items()]
        self.s3.put_bucket_tagging(Tagging={"TagSet": tags}, **ours)

    def _only_tls(self) -> Mapping[str, Any]:
        arn = f"arn:{self.partition}:s3:::{self.name}"
        statement = {
            "Sid": "OnlyTls",
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        return {"Version": "2012-10-17", "Statement": [statement]}
