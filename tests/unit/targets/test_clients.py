"""Clients made once, and the times in their answers."""

from __future__ import annotations

from datetime import UTC, datetime

import boto3
import pytest
from botocore.utils import parse_timestamp

from tapstack.targets.clients import Clients, read_time


@pytest.mark.parametrize(
    "value",
    ["2026-11-22T00:51:01.123Z", "2026-11-22T00:51:01Z", "2026-11-22T00:51:01.123456+02:00", "2026-11-22T00:51:01",
     "Sun, 22 Nov 2026 00:51:01 GMT", "2026-11-22T00:51Z", "20261122T005101Z", 1795308661, 1795308661.5, "1795308661"],
)  # fmt: skip
def test_times_are_read_as_botocore_reads_them(value: object) -> None:
    read, expected = read_time(value), parse_timestamp(value)
    assert read == expected
    assert read.utcoffset() == expected.utcoffset()


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid timestamp"):
        read_time("2026-11-22Tomorrow")


def test_clients_are_made_once_and_read_times_so() -> None:
    clients = Clients(boto3.Session(aws_access_key_id="a", aws_secret_access_key="b"))
    client = clients.get("cloudformation", "eu-west-1")
    assert clients.get("cloudformation", "eu-west-1") is client
    assert clients.get("cloudformation", "eu-west-1", hasty=1) is not client
    body = (
        b"<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>s</StackName>"
        b"<CreationTime>2026-11-22T00:51:01.123Z</CreationTime></member></Stacks></DescribeStacksResult>"
        b"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></DescribeStacksResponse>"
    )
    shape = client.meta.service_model.operation_model("DescribeStacks").output_shape
    parser = client._endpoint._response_parser_factory.create_parser("query")
    parsed = parser.parse({"body": body, "headers": {}, "status_code": 200}, shape)
    [stack] = parsed["Stacks"]
    assert stack["CreationTime"] == datetime(2026, 11, 22, 0, 51, 1, 123000, tzinfo=UTC)
    assert parser._timestamp_parser is read_time
