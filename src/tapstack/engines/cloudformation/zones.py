"""The hosted zone: made or adopted, and known to every region by its name or by a parameter."""

from __future__ import annotations

from tapstack.engines import names_in_dns
from tapstack.engines.cloudformation import log_groups
from tapstack.engines.cloudformation.template import Resource, Value, sub
from tapstack.engines.cloudformation.unit import UnitTemplate
from tapstack.plan.names import NameKind

ZONE = "HostedZone"
ZONE_ID = "HostedZoneId"
NAME_SERVERS = "NameServers"


def add(unit: UnitTemplate) -> None:
    """Add the zone, if the fleet makes it, and tell its id and name servers."""
    dns = unit.fleet.dns
    if dns is None or dns.hosted_zone != "create":
        return
    log = _query_log(unit) if dns.query_log else None
    # The other partitions have no us-east-1 to lose.
    recovers = dns.accelerated_recovery and unit.plan.region(unit.plan.home).partition == "aws"
    zone = unit.template.add(
        ZONE,
        "AWS::Route53::HostedZone",
        {
            "Name": dns.zone,
            "HostedZoneConfig": {"Comment": f"{unit.fleet.fleet} in {unit.environment}"},
            "HostedZoneFeatures": {"EnableAcceleratedRecovery": True} if recovers else None,
            "QueryLoggingConfig": {"CloudWatchLogsLogGroupArn": _query_log_arn(unit)} if log else None,
        },
        depends_on=[log] if log else (),
        removal=unit.removal,
    )
    unit.template.output(ZONE_ID, zone.ref, f"The zone {dns.zone}")
    unit.template.output(
        NAME_SERVERS,
        {"Fn::Join": [",", zone.get("NameServers")]},
        f"Who answers for {dns.zone}: tell the domain's registrar, or the zone above, before anything else",
    )


def zone_id(unit: UnitTemplate) -> Value:
    """The zone's id in a regional stack: as the fleet says, or as the global stack has told."""
    dns = names_in_dns.of(unit.fleet)
    if dns.hosted_zone != "create":
        return dns.hosted_zone
    return unit.template.parameter(ZONE_ID, "The id of the hosted zone, an output of the global stack")


def name_servers(unit: UnitTemplate) -> Value:
    """The zone's name servers in a regional stack, as the global stack has told."""
    if names_in_dns.of(unit.fleet).hosted_zone != "create":
        raise names_in_dns.unknown_name_servers()
    return unit.template.parameter(NAME_SERVERS, "The zone's name servers, an output of the global stack")


def _query_log(unit: UnitTemplate) -> Resource:
    names_in_dns.require_query_log_region(unit.plan)
    group = log_groups.add(unit, "QueryLogs", unit.name(NameKind.LOG_GROUP, "dns"))
    source = "arn:${AWS::Partition}:route53:::hostedzone/*"
    document = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"route53.amazonaws.com"},'
        '"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"${Group}","Condition":{"ArnLike":'
        f'{{"aws:SourceArn":"{source}"}},"StringEquals":{{"aws:SourceAccount":"${{AWS::AccountId}}"}}}}}}]}}'
    )
    return unit.template.add(
        "QueryLogsPolicy",
        "AWS::Logs::ResourcePolicy",
        {
            "PolicyName": f"{unit.fleet.fleet}-{unit.environment}-dns",
            "PolicyDocument": sub(document, {"Group": group.get("Arn")}),
        },
    )


def _query_log_arn(unit: UnitTemplate) -> Value:
    return unit.arn("logs", f"log-group:{unit.text_name(NameKind.LOG_GROUP, 'dns')}")
