"""Keys of a drill's items, for every kind of key schema, against DynamoDB's rules as botocore knows them."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from tapstack.drill.stores.tables import SEQUENCE, TableStore
from tapstack.fleet.tables import Table

KEY = "tapstack-drill#20261121T120000Z-region-outage#4#17"


class _Region:
    name = "us-east-1"


class _Plan:
    fleet, environment, regions = "small", "dev", (_Region(),)


class _Target:
    def __init__(self) -> None:
        self.dynamodb = boto3.client("dynamodb", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")

    def client(self, _service: str, _region: str) -> Any:
        return self.dynamodb

    def hasty(self, _service: str, _region: str, _seconds: float) -> Any:
        return self.dynamodb


def store(**table: Any) -> tuple[TableStore, Stubber]:
    target: Any = _Target()
    plan: Any = _Plan()
    return TableStore("items", Table.model_validate(table), plan, target), Stubber(target.dynamodb)


@pytest.mark.parametrize("kind", ["string", "number", "binary"])
def test_what_is_written_is_found_under_its_key(kind: str) -> None:
    tested, dynamodb = store(partition_key="pk", sort_key={"name": "sk", "type": kind})
    put: dict[str, Any] = {}
    dynamodb.client.meta.events.register(
        "provide-client-params.dynamodb.PutItem", lambda params, **_: put.update(params)
    )
    with dynamodb:
        dynamodb.add_response("put_item", {"Attributes": {SEQUENCE: {"N": "3"}}})
        assert tested.write(KEY, 17, "us-east-1").replaced == 3
        item = put["Item"]
        assert item["pk"] == {"S": KEY}
        if kind == "number":
            assert len(item["sk"]["N"]) <= 38
            assert item["sk"]["N"].startswith("-")
        dynamodb.add_response("batch_get_item", {"Responses": {"small-dev-items": [item]}})
        assert tested.read([KEY, f"{KEY}0"], "us-east-1") == {KEY: 17}


def test_a_first_write_replaces_nothing_and_ends_by_itself() -> None:
    tested, dynamodb = store(partition_key="pk", time_to_live="ends")
    put: dict[str, Any] = {}
    dynamodb.client.meta.events.register(
        "provide-client-params.dynamodb.PutItem", lambda params, **_: put.update(params)
    )
    with dynamodb:
        dynamodb.add_response("put_item", {})
        assert tested.write(KEY, 1, "us-east-1").replaced is None
    assert int(put["Item"]["ends"]["N"]) > 1_700_000_000


def test_what_is_left_unread_is_asked_for_again() -> None:
    tested, dynamodb = store(partition_key="pk")
    left = {"small-dev-items": {"Keys": [{"pk": {"S": "b"}}]}}
    with dynamodb:
        dynamodb.add_response(
            "batch_get_item",
            {"Responses": {"small-dev-items": [{"pk": {"S": "a"}, SEQUENCE: {"N": "1"}}]}, "UnprocessedKeys": left},
        )
        dynamodb.add_response(
            "batch_get_item", {"Responses": {"small-dev-items": [{"pk": {"S": "b"}, SEQUENCE: {"N": "2"}}]}}
        )
        assert tested.read(["a", "b"], "us-east-1") == {"a": 1, "b": 2}


def test_a_table_that_is_not_there_holds_nothing() -> None:
    tested, dynamodb = store(partition_key="pk")
    with dynamodb:
        dynamodb.add_client_error("batch_get_item", "ResourceNotFoundException")
        assert tested.read(["a"], "us-east-1") == {}
