"""Certificates: one for each name and region, proven through the zone, so that a further name replaces none."""

from __future__ import annotations

from tapstack.engines import names_in_dns
from tapstack.engines.cloudformation import zones
from tapstack.engines.cloudformation.template import LintException, Resource, logical_id
from tapstack.engines.cloudformation.unit import UnitTemplate


def add(unit: UnitTemplate, label: str) -> Resource:
    """Add the certificate of a name. ACM waits until the domain's registrar knows the zone's name servers."""
    name = names_in_dns.of(unit.fleet).full_name(label)
    return unit.template.add(
        logical_id("certificate", names_in_dns.word(label)),
        "AWS::CertificateManager::Certificate",
        {
            "DomainName": name,
            "ValidationMethod": "DNS",
            "DomainValidationOptions": [{"DomainName": name, "HostedZoneId": zones.zone_id(unit)}],
            "Tags": [{"Key": "Name", "Value": name.replace("*", "any")}],
        },
        exceptions=[LintException("checkov", "CKV2_AWS_71", "The fleet's name is itself a wildcard.")]
        if "*" in name
        else (),
    )
