"""The hosted zone: made or adopted, and known to every region by its name and its fleet."""

from __future__ import annotations

from typing import Any

from tapstack.engines import names_in_dns
from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform import log_groups
from tapstack.engines.terraform.module import Data, Resource, label
from tapstack.engines.terraform.unit import UnitModule, policy
from tapstack.fleet.dns import Dns
from tapstack.plan.names import NameKind

ZONE_ID = "HostedZoneId"
NAME_SERVERS = "NameServers"


def add(unit: UnitModule) -> None:
    """Add the zone, if the fleet makes it, and tell its id and name servers."""
    dns = unit.fleet.dns
    if dns is None or dns.hosted_zone != "create":
        return
    # `accelerated_recovery` is not to be had: the oldest provider that we take knows no such argument.
    zone = unit.resource.aws_route53_zone(
        label("zone"),
        name=dns.zone,
        comment=f"{unit.fleet.fleet} in {unit.environment}",
        # Proofs of certificates stay in it, and would keep it.
        force_destroy=not unit.keeps_data,
        lifecycle=unit.lifecycle,
        exceptions=_exceptions(dns),
    )
    if dns.query_log:
        _query_log(unit, zone)
    unit.module.output(ZONE_ID, zone.ref("zone_id"), f"The zone {dns.zone}")
    unit.module.output(
        NAME_SERVERS,
        f'${{join(",", {zone.ref("name_servers").code})}}',
        f"Who answers for {dns.zone}: tell the domain's registrar, or the zone above, before anything else",
    )


def zone_id(unit: UnitModule) -> str:
    """The zone's id in a regional module: as the fleet says, or as Route 53 does."""
    dns = names_in_dns.of(unit.fleet)
    return dns.hosted_zone if dns.hosted_zone != "create" else _found(unit).ref("zone_id")


def name_servers(unit: UnitModule) -> str:
    """The zone's name servers in a regional module."""
    if names_in_dns.of(unit.fleet).hosted_zone != "create":
        raise names_in_dns.unknown_name_servers()
    return f'${{join(",", {_found(unit).ref("name_servers").code})}}'


def _found(unit: UnitModule) -> Data[Any]:
    """The fleet's own zone. The name is not enough: a private one, or what another fleet left, may have the same."""
    return unit.data.aws_route53_zone(
        label("zone"),
        name=names_in_dns.of(unit.fleet).zone,
        private_zone=False,
        tags={name: unit.plan.tags[name] for name in ("Environment", "Fleet", "ManagedBy")},
    )


def _exceptions(dns: Dns) -> list[LintException]:
    signed = "Signing begins with a record in the zone above, which only its owner can write."
    exceptions = [LintException("checkov", "CKV2_AWS_38", signed)]
    if not dns.query_log:
        exceptions.append(LintException("checkov", "CKV2_AWS_39", "The fleet keeps no log of who asks for its names."))
    return exceptions


def _query_log(unit: UnitModule, zone: Resource[Any]) -> None:
    names_in_dns.require_query_log_region(unit.plan)
    group = log_groups.add(unit, label("dns"), unit.name(NameKind.LOG_GROUP, "dns"))
    permission: Resource[Any] = unit.resource.aws_cloudwatch_log_resource_policy(
        label("dns"),
        policy_name=f"{unit.fleet.fleet}-{unit.environment}-dns",
        policy_document=policy(
            [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "route53.amazonaws.com"},
                    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                    "Resource": group.ref("arn") + ":*",
                    "Condition": {
                        "ArnLike": {"aws:SourceArn": unit.text("arn:{partition}:route53:::hostedzone/*")},
                        "StringEquals": {"aws:SourceAccount": unit.account},
                    },
                }
            ]
        ),
    )
    unit.resource.aws_route53_query_log(
        label("dns"),
        zone_id=zone.ref("zone_id"),
        cloudwatch_log_group_arn=group.ref("arn"),
        depends_on=[permission],
    )
