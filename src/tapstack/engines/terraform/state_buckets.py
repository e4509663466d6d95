"""A region's bucket of states, and the table of locks where the fleet asks for one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from tapstack.engines import emptying
from tapstack.engines.private_buckets import PrivateBucket
from tapstack.targets.problems import code_of

LOCK_KEY = "LockID"
"""What Terraform calls the key of its table."""
NO_TABLE = "ResourceNotFoundException"
YEARS = 2 * 365


@dataclass(frozen=True)
class StateBucket(PrivateBucket):
    """The bucket of one region; it may serve other fleets, and may have been made by somebody else."""

    old_versions_days: int = YEARS

    def is_there(self) -> bool:
        """Tell whether there is such a bucket."""
        return self._tags() is not None

    def make(self) -> None:
        """Create it and set it up, or go on where that was left; one that others made or use is left as it is."""
        found = self._tags()
        if found is None:
            self._create()
        if found is None or (not found and not self.keys("")):
            self._set_up()

    def keys(self, prefix: str) -> Collection[str]:
        """What lies there now."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.name, Prefix=prefix, ExpectedBucketOwner=self.account
        )
        return {item["Key"] for page in pages for item in page.get("Contents", ())}

    def get(self, key: str) -> bytes | None:
        """One thing; None where there is none."""
        from botocore.exceptions import ClientError

        try:
            answer = self.s3.get_object(Bucket=self.name, Key=key, ExpectedBucketOwner=self.account)
        except ClientError as error:
            if code_of(error) in ("NoSuchKey", "NoSuchBucket", "404"):
                return None
            raise
        return bytes(answer["Body"].read())

    def drop(self, keys: Iterable[str]) -> None:
        """Delete things with all their versions; whoever else keeps something there keeps it."""
        for key in keys:
            emptying.empty(self.s3, self.name, self.account, key=key)

    def is_ours(self) -> bool:
        """Tell whether it was made by this tool, so that it may go."""
        return (self._tags() or {}).get("ManagedBy") == self.tags["ManagedBy"]


@dataclass(frozen=True)
class LockTable:
    """The DynamoDB table of one region's locks."""

    client: Any
    name: str
    tags: dict[str, str]

    def make(self) -> None:
        """Create it, unless it is there."""
        from botocore.exceptions import ClientError

        try:
            self.client.create_table(
                TableName=self.name,
                AttributeDefinitions=[{"AttributeName": LOCK_KEY, "AttributeType": "S"}],
                KeySchema=[{"AttributeName": LOCK_KEY, "KeyType": "HASH"}],
                BillingMode="PAY_PER_REQUEST",
                Tags=[{"Key": key, "Value": value} for key, value in self.tags.items()],
            )
        except ClientError as error:
            if code_of(error) != "ResourceInUseException":
                raise
        self.client.get_waiter("table_exists").wait(TableName=self.name, WaiterConfig={"Delay": 2, "MaxAttempts": 60})

    def info(self, lock: str) -> str | None:
        """What a held lock tells; None where nobody holds it."""
        from botocore.exceptions import ClientError

        try:
            answer = self.client.get_item(TableName=self.name, Key={LOCK_KEY: {"S": lock}}, ConsistentRead=True)
        except ClientError as error:
            if code_of(error) == NO_TABLE:
                return None
            raise
        found = answer.get("Item", {}).get("Info", {}).get("S")
        return str(found) if found is not None else None

    def drop(self, lock: str) -> None:
        """Forget one state's digest."""
        from botocore.exceptions import ClientError

        try:
            self.client.delete_item(TableName=self.name, Key={LOCK_KEY: {"S": f"{lock}-md5"}})
        except ClientError as error:
            if code_of(error) != NO_TABLE:
                raise

    def remove(self) -> None:
        """Delete it."""
        from botocore.exceptions import ClientError

        try:
            self.client.delete_table(TableName=self.name)
        except ClientError as error:
            if code_of(error) != NO_TABLE:
                raise
