"""AWS::Route53: what zones and records are made with."""

from __future__ import annotations

from typing import Any

from tapstack.sandbox.server.drift_readers.reader import Properties, Reader


def _zone(route53: Any, zone: str, declared: Properties) -> Properties | None:
    answer = route53.get_hosted_zone(Id=zone)
    name = answer["HostedZone"]["Name"]
    wanted = str(declared.get("Name", name))
    return {
        "HostedZoneConfig": answer["HostedZone"].get("Config") or {},
        "Name": wanted if wanted.rstrip(".").lower() == name.rstrip(".") else name,
        "VPCs": answer.get("VPCs", []),
    }


def _record(_: Any, __: str, declared: Properties) -> Properties | None:
    """The record was found by these, so that it has them."""
    found_by = ("HostedZoneId", "Name", "SetIdentifier")
    return {name: declared[name] for name in found_by if name in declared}


def _nothing(_: Any, __: str, ___: Properties) -> Properties | None:
    return {}


READERS = {
    "AWS::Route53::HealthCheck": Reader("route53", _nothing, adds=True),
    "AWS::Route53::HostedZone": Reader("route53", _zone, adds=True),
    "AWS::Route53::RecordSet": Reader("route53", _record, unread=("Comment", "HostedZoneName"), adds=True),
}
