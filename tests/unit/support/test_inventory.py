"""The pure half of the inventory: generated ids get names, lists get an order, differences get a place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from inventory import ABSENT, Difference, Inventory, Thing, differences
from inventory.listing import Detail, Listing
from inventory.normalising import Names, normal
from inventory.reading import Raw, ReadingError, read

NETWORK = Listing("network", (), "ec2", "describe_vpcs", "Vpcs", "Name", ("Id",))
SUBNET = Listing("subnet", (), "ec2", "describe_subnets", "Subnets", "Block", ("Id",))


def raw(listing: Listing, label: str, *ids: str, region: str = "eu-west-1", is_default: bool = False) -> Raw:
    return Raw(listing, region, {}, label, ids, "", is_default)


def test_an_id_is_called_by_what_it_names_wherever_it_stands() -> None:
    names = Names([raw(NETWORK, "shop", "vpc-1")], {"111122223333": "<account>"})
    arn = "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1"
    assert names.replace(arn) == "arn:aws:ec2:eu-west-1:<account>:vpc/<network shop eu-west-1>"
    assert names.replace("vpc-12") == "vpc-12"


def test_a_label_may_hold_the_id_of_something_else() -> None:
    names = Names([raw(SUBNET, "10.0.0.0/24 of vpc-1", "subnet-1"), raw(NETWORK, "shop", "vpc-1")], {})
    assert names.replace("subnet-1") == "<subnet 10.0.0.0/24 of <network shop eu-west-1> eu-west-1>"


def test_an_id_that_several_regions_share_names_no_region() -> None:
    names = Names([raw(NETWORK, "key", "mrk-1"), raw(NETWORK, "key", "mrk-1", region="us-east-1")], {})
    assert names.replace("mrk-1") == "<network key>"


def test_a_text_that_several_things_have_is_no_id() -> None:
    names = Names([raw(NETWORK, "a", "localhost"), raw(NETWORK, "b", "localhost")], {})
    assert names.replace("localhost") == "localhost"


def test_the_end_of_an_arn_and_a_dns_name_with_its_dot_are_recognised() -> None:
    names = Names(
        [raw(NETWORK, "main", "arn:aws:secretsmanager:eu-west-1:1:secret:main-AbCdEf", "lb-1.example.com")], {}
    )
    assert names.replace("secret:main-AbCdEf*") == "secret:<network main eu-west-1>*"
    assert names.replace("dualstack.lb-1.example.com.") == "<network main eu-west-1>"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Tags": [{"Key": "a", "Value": "1"}]}, {"Tags": {"a": "1"}}),
        ({"Tags": [{"Key": "aws:cloudformation:stack-name", "Value": "x"}]}, {}),
        ({"Tags": {"aws:cloudformation:stack-name": "x", "a": "1"}}, {"Tags": {"a": "1"}}),
        ({"Condition": {"aws:SourceAccount": "1"}}, {"Condition": {"aws:SourceAccount": "1"}}),
        ({"Ports": [3, 1, 2]}, {"Ports": [1, 2, 3]}),
        ({"Policy": '{"Action": ["b", "a"]}'}, {"Policy": {"Action": ["a", "b"]}}),
        ({"Text": "{not data"}, {"Text": "{not data"}),
        ({"At": datetime(2026, 1, 1, tzinfo=UTC), "LastModified": "x"}, {}),
        ({"Stream": "table/x/stream/2026-11-21T15:06:51.359"}, {"Stream": "table/x/stream/<time>"}),
        ({"Url": "http://localhost:4566/x"}, {"Url": "http://<sandbox>/x"}),
        ({"Empty": "", "None": None, "Few": [], "Zero": 0, "No": False}, {"Zero": 0, "No": False}),
        ({"password": "random"}, {"password": "<generated>"}),
    ],
)  # fmt: skip
def test_data_is_told_in_one_way(value: Any, expected: Any) -> None:
    assert normal(value, Names([], {})) == expected


def inventory_of(data: Mapping[str, Any]) -> Inventory:
    thing = Thing("eu-west-1", "queue", "q", data)
    return Inventory({thing.path: thing}, {})


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ({"x": 1}, {"x": 1}, []),
        ({"x": {"y": 1}}, {"x": {"y": 2}}, [Difference("eu-west-1/queue/q.x.y", 1, 2)]),
        ({"x": True}, {"x": 1}, [Difference("eu-west-1/queue/q.x", True, 1)]),
        ({"x": 1}, {}, [Difference("eu-west-1/queue/q.x", 1, ABSENT)]),
        ({"x": [1, 2, 3]}, {"x": [1]}, [Difference("eu-west-1/queue/q.x[]", n, ABSENT) for n in (2, 3)]),
        ({"x": [{"a": 1, "b": 2}]}, {"x": [{"a": 1, "b": 3}]}, [Difference("eu-west-1/queue/q.x[].b", 2, 3)]),
    ],
)
def test_a_difference_is_told_where_it_is(a: Any, b: Any, expected: list[Difference]) -> None:
    assert differences(inventory_of(a), inventory_of(b)) == expected


def test_a_thing_that_only_one_has_is_one_difference() -> None:
    assert [d.path for d in differences(inventory_of({"x": 1}), Inventory({}, {}))] == ["eu-west-1/queue/q"]


class FakeClient:
    """Answers with what it was given, or fails with the code that it was given."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = answers

    def can_paginate(self, operation: str) -> bool:
        return False

    def __getattr__(self, operation: str) -> Any:
        def call(**arguments: Any) -> Any:
            answer = self._answers[operation]
            if isinstance(answer, str):
                raise ClientError({"Error": {"Code": answer, "Message": ""}}, operation)
            return dict(answer)

        return call


class FakeTarget:
    name = "fake"
    account = "1"
    is_real = False

    def __init__(self, **answers: Any) -> None:
        self._client = FakeClient(answers)

    def client(self, service: str, region: str) -> Any:
        return self._client


QUEUES = Listing(
    "queue", (), "sqs", "list_queues", "Names[].{Name: @}", "Name",
    details={"Policy": Detail("get_policy", {"Name": "Name"}, "Policy")},
)  # fmt: skip


def test_a_property_that_a_thing_does_not_have_is_left_out() -> None:
    found = read(FakeTarget(list_queues={"Names": ["q"]}, get_policy="NoSuchPolicy"), ["eu-west-1"], [QUEUES])  # type: ignore[arg-type] # half a target
    assert [one.data for one in found] == [{"Name": "q"}]


def test_a_service_that_refuses_an_answer_is_an_error() -> None:
    with pytest.raises(ReadingError, match="sqs get_policy"):
        read(FakeTarget(list_queues={"Names": ["q"]}, get_policy="AccessDenied"), ["eu-west-1"], [QUEUES])  # type: ignore[arg-type] # half a target
