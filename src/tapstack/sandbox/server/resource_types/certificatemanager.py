"""AWS::CertificateManager: certificates, with the records that prove their names."""

from __future__ import annotations

from typing import Any

from tapstack.sandbox.server import loopback
from tapstack.sandbox.server.resource_types.resource_type import CompletedType, Resource

_TTL = 300


class Certificate(CompletedType):
    """A certificate whose proof is written into the zone that its template names; there it stays, as on AWS."""

    name = "AWS::CertificateManager::Certificate"
    service = "acm"

    def configure(self, resource: Resource) -> None:
        """Prove each name that has a zone."""
        resource.attributes = {"CertificateArn": resource.physical_id, "Arn": resource.physical_id}
        options = resource.properties.get("DomainValidationOptions") or ()
        zones = {option["DomainName"]: option["HostedZoneId"] for option in options if option.get("HostedZoneId")}
        if not zones or not resource.changed("DomainValidationOptions"):
            return
        certificate = self.client().describe_certificate(CertificateArn=resource.physical_id)["Certificate"]
        for asked in certificate["DomainValidationOptions"]:
            if asked["DomainName"] in zones and "ResourceRecord" in asked:
                _write(zones[asked["DomainName"]], asked["ResourceRecord"])


def _write(zone: str, record: dict[str, Any]) -> None:
    written = {
        "Name": record["Name"],
        "Type": record["Type"],
        "TTL": _TTL,
        "ResourceRecords": [{"Value": record["Value"]}],
    }
    loopback.client("route53", "us-east-1").change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "UPSERT", "ResourceRecordSet": written}]}
    )


TYPES = (Certificate,)
