"""Certificates: one for each name and region, proven through the zone, so that a further name replaces none."""

from __future__ import annotations

from typing import Any

from tapstack.engines import names_in_dns
from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform import zones
from tapstack.engines.terraform.expressions import expression
from tapstack.engines.terraform.module import Resource, label
from tapstack.engines.terraform.unit import UnitModule

PROOF = "proof"
PROOF_TTL = 300


def add(unit: UnitModule, name_label: str) -> str:
    """Add the certificate of a name: its ARN, once ACM has seen the proof that the name is ours.

    ACM waits until the domain's registrar knows the zone's name servers.
    """
    name = names_in_dns.of(unit.fleet).full_name(name_label)
    word = names_in_dns.word(name_label)
    certificate = unit.resource.aws_acm_certificate(
        label("certificate", word),
        domain_name=name,
        validation_method="DNS",
        tags={"Name": name.replace("*", "any")},
        lifecycle={"create_before_destroy": True},
        exceptions=[LintException("checkov", "CKV2_AWS_71", "The fleet's name is itself a wildcard.")]
        if "*" in name
        else (),
    )
    proof = _proof(unit, name_label, certificate)
    proven = unit.resource.aws_acm_certificate_validation(
        label("certificate", word),
        certificate_arn=certificate.ref("arn"),
        validation_record_fqdns=[proof.ref("fqdn")],
    )
    return proven.ref("certificate_arn")


def _proof(unit: UnitModule, name_label: str, certificate: Resource[Any]) -> Resource[Any]:
    """The record by which ACM proves the name and renews the certificate.

    Every region's certificate asks for the same one, and so does that of a wildcard: each writes it, and none takes it
    away when it goes (`leaving` sees to that), since the others would fail to renew.
    """
    proven = name_label.removeprefix("*.") if name_label != "*" else "@"
    record = Resource[Any]("aws_route53_record", label(PROOF, names_in_dns.word(proven)))
    if record.label in unit.module.resources.get(record.kind, {}):
        return record
    option = f"one({certificate.address}.domain_validation_options)"
    return unit.resource.aws_route53_record(
        record.label,
        zone_id=zones.zone_id(unit),
        name=expression(f"{option}.resource_record_name"),
        type=expression(f"{option}.resource_record_type"),
        records=[expression(f"{option}.resource_record_value")],
        ttl=PROOF_TTL,
        allow_overwrite=True,
    )
