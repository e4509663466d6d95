"""Route 53 takes records that do not go together, and aliases of records that do not exist.

Goes when MiniStack refuses them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ministack.services import route53

from tapstack.sandbox.server.mends.patch import original, replace

Records = Sequence[Mapping[str, Any]]
_POLICIES = (
    "Failover",
    "Weight",
    "Region",
    "GeoLocation",
    "GeoProximityLocation",
    "CidrRoutingConfig",
    "MultiValueAnswer",
)


def install() -> None:
    """Refuse a batch as a whole, and leave the zone as it was."""
    records, error = original(route53, "_records"), original(route53, "_error_response")

    def refusing(own: Callable[[str, bytes], Any]) -> Callable[[str, bytes], Any]:
        def change(zone_id: str, body: bytes) -> Any:
            before = list(records.get(zone_id, ()))
            answer = own(zone_id, body)
            said = refusal(zone_id, before, records.get(zone_id, ()))
            if answer[0] >= 300 or said is None:
                return answer
            records[zone_id] = before
            return error("InvalidChangeBatch", f"[{said}]")

        return change

    replace(route53, "_change_resource_record_sets", refusing)


def refusal(zone_id: str, before: Records, after: Records) -> str | None:
    """Why Route 53 would not make this of a zone, if it would not."""
    for record in (record for record in after if record not in before):
        same = [other for other in after if _owner(other) == _owner(record) and other is not record]
        what = (
            f"RRSet with DNS name {record['Name']}, type {record['Type']}, SetIdentifier {record.get('SetIdentifier')}"
        )
        if any(_policy(other) != _policy(record) for other in same):
            return f"{what} cannot be created as other RRSets exist with the same name and type."
        role = record.get("Failover")
        if role and any(other.get("Failover") == role for other in same):
            return f"{what} cannot be created as another {role} RRSet exists with the same name and type."
        alias = record.get("AliasTarget") or {}
        target = (str(alias.get("DNSName", "")).rstrip(".").lower(), record["Type"])
        if str(alias.get("HostedZoneId")).rpartition("/")[2] == zone_id and target not in map(_owner, after):
            return (
                f"Tried to create an alias that targets {target[0]}., type {target[1]} in zone {zone_id}, "
                "but that target was not found"
            )
    return None


def _owner(record: Mapping[str, Any]) -> tuple[str, str]:
    return str(record["Name"]).rstrip(".").lower(), str(record["Type"])


def _policy(record: Mapping[str, Any]) -> str | None:
    """By what Route 53 chooses among the records of a name: all of them must have the same."""
    return next((kind for kind in _POLICIES if record.get(kind) is not None), None)
