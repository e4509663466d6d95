"""Requests of botocore's clients to an application in the same process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError

from tapstack.sandbox.server.in_process import Transport

PORT = 4566
_of_the_caller: ContextVar[str] = ContextVar("of_the_caller", default="")


class Application:
    """An ASGI application that keeps what it was sent."""

    def __init__(self) -> None:
        self.scopes: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.seen: list[str] = []
        self.status, self.headers, self.parts = 200, {"content-type": "text/plain"}, [b"first ", b"second"]
        self.error: Exception | None = None
        self.delay = 0.0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.seen.append(_of_the_caller.get())
        self.scopes.append(dict(scope))
        message = await receive()
        self.bodies.append(message["body"])
        assert not message["more_body"]
        await asyncio.sleep(self.delay)
        if self.error is not None:
            raise self.error
        headers = [(name.encode(), value.encode()) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        for part in self.parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body"})


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
def transport(application: Application) -> Iterator[Transport]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def make() -> Transport:
        return Transport(application, PORT, timeout=0.5)

    async def finish() -> None:
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)

    yield asyncio.run_coroutine_threadsafe(make(), loop).result()
    asyncio.run_coroutine_threadsafe(finish(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def s3(transport: Transport) -> Any:
    client = boto3.client(
        "s3", "eu-west-1", aws_access_key_id="000000000000", aws_secret_access_key="-",
        endpoint_url=f"http://127.0.0.1:{PORT}",
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )  # fmt: skip
    client.meta.events.register("before-send.*", transport.send)
    return client


def test_the_same_request_arrives_as_by_http(application: Application, s3: Any) -> None:
    answer = s3.get_object(Bucket="files", Key="a b/ü", VersionId="1+2")
    assert answer["Body"].read() == b"first second"
    [scope] = application.scopes
    assert (scope["method"], scope["path"], scope["query_string"]) == ("GET", "/files/a b/ü", b"versionId=1%2B2")
    assert scope["raw_path"] == b"/files/a%20b/%C3%BC"
    headers = dict(scope["headers"])
    assert headers[b"host"] == b"127.0.0.1:4566"
    assert b"/eu-west-1/s3/aws4_request" in headers[b"authorization"]
    assert scope["server"] == ("127.0.0.1", PORT)


def test_bodies_go_there_and_a_head_answers_none(application: Application, s3: Any) -> None:
    application.parts = []
    s3.put_object(Bucket="files", Key="text", Body="written by hand")
    application.parts = [b"not for a HEAD"]
    application.headers = {"content-length": "12", "etag": '"1"'}
    assert s3.head_object(Bucket="files", Key="text")["ContentLength"] == 12
    assert b"written by hand" in application.bodies[0]
    assert application.bodies[1] == b""


def test_errors_of_a_service_stay_its_errors(application: Application, s3: Any) -> None:
    application.status = 404
    application.parts = [b"<Error><Code>NoSuchKey</Code><Message>It is gone.</Message></Error>"]
    with pytest.raises(s3.exceptions.NoSuchKey, match=r"It is gone\."):
        s3.get_object(Bucket="files", Key="text")


def test_what_the_calling_thread_knows_does_not_travel_along(application: Application, s3: Any) -> None:
    application.parts = []
    token = _of_the_caller.set("a stack")
    try:
        s3.list_buckets()
    finally:
        _of_the_caller.reset(token)
    assert application.seen == [""]


def test_an_application_that_breaks_or_hangs_is_an_error_of_the_call(application: Application, s3: Any) -> None:
    application.error = RuntimeError("broken")
    with pytest.raises(RuntimeError, match="broken"):
        s3.list_buckets()
    application.error, application.delay = None, 0.7
    with pytest.raises(ReadTimeoutError):
        s3.list_buckets()
