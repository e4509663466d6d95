"""Proofs of certificates are taken out of a zone that is to go; what else is in it is somebody's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from tapstack.engines import proofs

PROOF = {
    "Name": "_1.app.shop.example.",
    "Type": "CNAME",
    "TTL": 300,
    "ResourceRecords": [{"Value": "_2.abc.acm-validations.aws."}],
}
OTHERS: tuple[Mapping[str, Any], ...] = (
    {"Name": "shop.example.", "Type": "SOA", "TTL": 900, "ResourceRecords": [{"Value": "ns. admin. 1 2 3 4 5"}]},
    {"Name": "www.shop.example.", "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": "elsewhere.example."}]},
    {"Name": "app.shop.example.", "Type": "A", "AliasTarget": {"DNSName": "a.acm-validations.aws."}},
)


class Zone:
    """A zone of Route 53, page by page; none at all without records."""

    def __init__(self, records: list[Mapping[str, Any]]) -> None:
        self.records = records

    def get_paginator(self, call: str) -> Any:
        assert call == "list_resource_record_sets"
        return self

    def paginate(self, **_: Any) -> Any:
        if not self.records:
            raise ClientError({"Error": {"Code": "NoSuchHostedZone", "Message": "none"}}, "List")
        return iter([{"ResourceRecordSets": [record]} for record in self.records])

    def change_resource_record_sets(self, *, ChangeBatch: Any, **_: Any) -> None:  # noqa: N803 - as boto3 names it
        for change in ChangeBatch["Changes"]:
            assert change["Action"] == "DELETE"
            self.records.remove(change["ResourceRecordSet"])


def test_only_proofs_are_taken_away() -> None:
    zone = Zone([*OTHERS, PROOF, {**PROOF, "Name": "_3.shop.example."}])
    proofs.take_away(zone, "Z1")
    assert zone.records == list(OTHERS)


def test_a_zone_without_proofs_is_left_alone_and_one_that_is_gone_has_none() -> None:
    zone = Zone(list(OTHERS))
    proofs.take_away(zone, "Z1")
    assert zone.records == list(OTHERS)
    proofs.take_away(Zone([]), "Z1")
