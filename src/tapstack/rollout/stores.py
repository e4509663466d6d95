"""Where a journal is kept: small objects by name, each written only if it is still what the writer saw.

A version stands for content: two writers who saw the same version cannot both write. Whoever comes second gets a
`ConflictError` and has to look again.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Protocol

from tapstack.errors import AwsError, FileAccessError
from tapstack.targets.problems import FORBIDDEN, code_of, mapped, message_of
from tapstack.targets.target import Target

_ATTEMPTS = 5
_PAUSE_SECONDS = 0.2


class ConflictError(Exception):
    """Somebody else wrote or removed it since it was read; a signal inside `rollout`, never shown to a person."""


@dataclass(frozen=True)
class Stored:
    """What is kept under a name."""

    content: bytes
    version: str
    age: float = 0.0
    """Seconds since it was written, by the store's own clock."""


class Store(Protocol):
    """A folder or a bucket."""

    def read(self, name: str) -> Stored | None:
        """What is kept under a name, if anything."""

    def write(self, name: str, content: bytes, expected: str | None) -> Stored:
        """Replace the version that was expected; None expects that there is nothing yet."""

    def extend(self, name: str, stored: Stored, more: bytes) -> Stored:
        """Add to the end of what was read or written last."""

    def delete(self, name: str, expected: str | None = None) -> None:
        """Remove the version that was expected, or whatever there is; nothing to remove is no conflict."""

    def list(self, prefix: str) -> list[str]:
        """The names that begin so, sorted."""

    def location(self, name: str) -> str:
        """Where a person finds it."""


class LocalStore:
    """A private folder. What was written is on the disk when the call returns, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> Stored | None:
        """Read a file."""
        path = self._folder / name
        with _explained(path):
            try:
                content = path.read_bytes()
                age = time.time() - path.stat().st_mtime
            except FileNotFoundError:
                return None
            return Stored(content, _digest(content), age)

    def write(self, name: str, content: bytes, expected: str | None) -> Stored:
        """Write a new file beside the old one and put it in its place."""
        path = self._folder / name
        with _explained(path), self._alone():
            self._expect(name, expected)
            make_private(path.parent)
            beside = path.with_name(f".{path.name}.{os.getpid()}.new")
            try:
                _put(beside, content, os.O_TRUNC)
                beside.replace(path)
            finally:
                beside.unlink(missing_ok=True)
            _sync_folder(path.parent)
        return Stored(content, _digest(content))

    def extend(self, name: str, stored: Stored, more: bytes) -> Stored:
        """Append to the file; an append that does not succeed leaves nothing behind."""
        path = self._folder / name
        with _explained(path), self._alone():
            self._expect(name, stored.version)
            try:
                _put(path, more, os.O_APPEND)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.truncate(path, len(stored.content))
                raise
        content = stored.content + more
        return Stored(content, _digest(content))

    def delete(self, name: str, expected: str | None = None) -> None:
        """Remove a file."""
        path = self._folder / name
        with _explained(path), self._alone():
            if not path.exists():
                return
            if expected is not None:
                self._expect(name, expected)
            path.unlink()
            _sync_folder(path.parent)

    def list(self, prefix: str) -> list[str]:
        """The files, without those that are being written."""
        with _explained(self._folder):
            names = (
                path.relative_to(self._folder).as_posix()
                for path in self._folder.rglob("*")
                if path.is_file() and not path.name.startswith(".")
            )
            return sorted(name for name in names if name.startswith(prefix))

    def location(self, name: str) -> str:
        """The file."""
        return str(self._folder / name)

    def _expect(self, name: str, expected: str | None) -> None:
        found = self.read(name)
        if (found.version if found else None) != expected:
            raise ConflictError(name)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold off every other writer of this folder between looking and writing; the system lets go of the dead."""
        make_private(self._folder)
        descriptor = os.open(self._folder / ".writing", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


class S3Store:
    """A prefix in a bucket. Encrypted as the bucket says: AWS leaves none without encryption."""

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        self._client = client
        self._region = str(client.meta.region_name)
        self._bucket = bucket
        self._prefix = prefix.strip("/") + "/" if prefix.strip("/") else ""

    def read(self, name: str) -> Stored | None:
        """Get the object; its age is told by S3's own clock alone."""
        from botocore.exceptions import ClientError

        with _mapped(self._bucket, self._region):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)
            except ClientError as error:
                if code_of(error) == "NoSuchKey":
                    return None
                raise
            return Stored(answer["Body"].read(), answer["ETag"], _age(answer))

    def write(self, name: str, content: bytes, expected: str | None) -> Stored:
        """Put the object with S3's own condition."""
        condition = {"IfNoneMatch": "*"} if expected is None else {"IfMatch": expected}
        version = self._conditionally(
            lambda: self._client.put_object(
                Bucket=self._bucket,
                Key=self._prefix + name,
                Body=content,
                ContentType="application/json",
                **condition,
            )["ETag"]
        )
        if version is None:
            # An answer that was lost on its way makes the client try again: what it then runs into is its own object.
            found = self.read(name)
            if found is None or found.content != content:
                raise ConflictError(name)
            return found
        return Stored(content, str(version))

    def extend(self, name: str, stored: Stored, more: bytes) -> Stored:
        """S3 cannot append: put all of it again."""
        return self.write(name, stored.content + more, stored.version)

    def delete(self, name: str, expected: str | None = None) -> None:
        """Delete the object, with S3's own condition."""
        condition = {} if expected is None else {"IfMatch": expected}
        key = self._prefix + name
        done = self._conditionally(
            lambda: self._client.delete_object(Bucket=self._bucket, Key=key, **condition) and "deleted"
        )
        if done is None and self.read(name) is not None:
            raise ConflictError(name)

    def list(self, prefix: str) -> list[str]:
        """The keys, page after page."""
        with _mapped(self._bucket, self._region):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix + prefix
            )
            return sorted(item["Key"][len(self._prefix) :] for page in pages for item in page.get("Contents", ()))

    def location(self, name: str) -> str:
        """The object's address."""
        return f"s3://{self._bucket}/{self._prefix}{name}"

    def _conditionally(self, call: Any) -> str | None:
        """The call's answer, or None where its condition does not hold."""
        from botocore.exceptions import ClientError

        with _mapped(self._bucket, self._region):
            for attempt in range(_ATTEMPTS):
                try:
                    return str(call())
                except ClientError as error:
                    match code_of(error):
                        case "PreconditionFailed" | "412" | "NoSuchKey":
                            return None
                        case "ConditionalRequestConflict" | "409" if attempt < _ATTEMPTS - 1:
                            # Another request for the same key was under way: nobody knows yet who wins.
                            time.sleep(_PAUSE_SECONDS * 2**attempt)
                        case "ConditionalRequestConflict" | "409":
                            return None
                        case _:
                            raise
        return None


def bucket_region(target: Target, bucket: str, home: str) -> str:
    """Where a bucket is; asked in the home's region, answered by S3 wherever it is."""
    from botocore.exceptions import ClientError

    with _mapped(bucket, home):
        try:
            answer = target.client("s3", home).head_bucket(Bucket=bucket)
        except ClientError as error:
            answer = error.response
            if not _headers(answer).get("x-amz-bucket-region") or code_of(error) in ("404", "NoSuchBucket"):
                raise
        return str(_headers(answer).get("x-amz-bucket-region") or home)


@contextlib.contextmanager
def _mapped(bucket: str, region: str) -> Iterator[None]:
    """Say of a bucket what a person can do about it, and of everything else what is said everywhere."""
    from botocore.exceptions import ClientError

    with mapped(region):
        try:
            yield
        except ClientError as error:
            told = _in_words(error, bucket, region)
            if told is None:
                raise
            raise told from error


def _in_words(error: Any, bucket: str, region: str) -> AwsError | None:
    match code_of(error):
        case "NoSuchBucket" | "404":
            return AwsError(
                "The journal's bucket does not exist.",
                f"`rollout.journal` names s3://{bucket}. A rollout does not begin before it is there; with versioning "
                "it keeps what is overwritten, too.",
                command=_creation(bucket, region),
            )
        case code if code in FORBIDDEN:
            return AwsError(
                "The journal's bucket refuses access.",
                f"s3://{bucket} is there, but {error.operation_name} is denied: {message_of(error)}. A rollout needs "
                "s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject in it; where it is "
                "encrypted by a key of its own, kms:GenerateDataKey and kms:Decrypt.",
            )
        case "PermanentRedirect" | "301" | "AuthorizationHeaderMalformed":
            found = _headers(error.response).get("x-amz-bucket-region", "another region")
            return AwsError(
                "The journal's bucket is in another region.",
                f"s3://{bucket} is in {found}, not in {region}: {message_of(error)}",
            )
        case _:
            return None


def _creation(bucket: str, region: str) -> str:
    # Only us-east-1 may not be named as a place.
    place = "" if region == "us-east-1" else f" --create-bucket-configuration LocationConstraint={region}"
    return f"aws s3api create-bucket --bucket {bucket} --region {region}{place}"


def _headers(answer: Any) -> dict[str, str]:
    return dict(answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}))


def _age(answer: Any) -> float:
    told = _headers(answer).get("date")
    now = parsedate_to_datetime(told) if told else datetime.now(UTC)
    return float((now - answer["LastModified"]).total_seconds())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def make_private(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for this user alone."""
    for one in reversed((folder, *folder.parents)):
        if not one.exists():
            one.mkdir(mode=0o700, exist_ok=True)


def _put(path: Path, content: bytes, how: int) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | how, 0o600)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileAccessError("The journal cannot be read or written.", f"{path}: {error.strerror or error}") from error
