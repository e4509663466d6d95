"""The sandbox reads for drift what AWS reads: held against AWS's own resource schemas, which cfn-lint brings along."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from ruamel.yaml import YAML

from tapstack.sandbox.server.drift_readers import READERS
from tapstack.sandbox.server.drift_readers.as_declared import as_declared

WALKS = sorted((Path(__file__).parents[3] / "sandbox" / "resource_types").glob("*.yaml"))
NOT_AS_ASKED = {"AWS::RDS::DBCluster": {"Port"}, "AWS::RDS::DBInstance": {"Port"}}
"""Properties that AWS reads and the sandbox does not: a local server listens where there is room."""


def schema(kind: str) -> dict[str, Any]:
    return PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema


def walked() -> Iterator[str]:
    for path in WALKS:
        yield from YAML(typ="safe").load(path.read_text())["types"]


@pytest.mark.parametrize("kind", sorted(set(walked())))
def test_a_type_is_read_where_aws_has_a_read_handler_and_only_there(kind: str) -> None:
    assert (kind in READERS) == ("read" in schema(kind).get("handlers", {}))


@pytest.mark.parametrize("kind", sorted(READERS))
def test_a_property_is_left_out_only_where_aws_does_not_give_it_back(kind: str) -> None:
    never_given_back = {path.split("/")[2] for path in schema(kind).get("writeOnlyProperties", ())}
    assert set(READERS[kind].unread) <= never_given_back | NOT_AS_ASKED.get(kind, set())


@pytest.mark.parametrize(
    ("found", "declared"),
    [
        ({"retentionInDays": 7, "arn": "arn"}, {"RetentionInDays": "7"}),
        (["b", "a"], ["a", "b"]),
        ([{"Key": "b", "Value": "2"}, {"Key": "a", "Order": 1}], [{"Key": "a"}, {"Key": "b", "Value": 2}]),
        ("arn:aws:kms:eu-west-1:000000000000:key/one", "one"),
        ('{"a": 1}', {"a": 1}),
        ({"Statement": [{"Action": ["s3:*"]}]}, {"Statement": {"Action": "s3:*"}}),
        ({}, {"Enabled": False}),
    ],
)
def test_what_says_the_same_is_seen_as_declared(found: Any, declared: Any) -> None:
    assert as_declared(found, declared) == declared


@pytest.mark.parametrize(
    ("found", "declared"),
    [
        ({"RetentionInDays": 30}, {"RetentionInDays": 7}),
        (["a", "b"], ["a"]),
        (["a"], ["a", "b"]),
        ({"Variables": {"a": "1", "b": "2"}}, {"Variables": {"a": "1"}}),
        ("arn:aws:kms:eu-west-1:000000000000:key/another", "other"),
        ({}, {"Enabled": True}),
        ("8", "8.0"),
    ],
)
def test_what_differs_stays_different(found: Any, declared: Any) -> None:
    assert as_declared(found, declared) != declared
