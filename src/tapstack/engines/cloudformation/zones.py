"""The hosted zone: made or adopted, and known to every region by its name or by a parameter."""

from __future__ import annotations

from tapstack.engines.cloudformation import log_groups
from tapstack.engines.cloudformation.template import Resource, Value, sub
from tapstack.engines.cloudformation.unit import UnitTemplate
from tapstack.errors import InvalidFleetError
from tapstack.fleet.dns import Dns
from tapstack.plan.names import NameKind

ZONE = "HostedZone"
ZONE_ID = "HostedZoneId"
NAME_SERVERS = "NameServers"
QUERY_LOG_REGION = "us-east-1"
"""The only region in which Route 53 writes its query logs."""


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
    dns = of(unit)
    if dns.hosted_zone != "create":
        return dns.hosted_zone
    return unit.template.parameter(ZONE_ID, "The id of the hosted zone, an output of the global stack")


def name_servers(unit: UnitTemplate) -> Value:
    """The zone's name servers in a regional stack, as the global stack has told."""
    if of(unit).hosted_zone != "create":
        raise InvalidFleetError(
            "The name servers of a zone that exists already are not known.",
            "Ask Route 53 for them, and take `dns.name_servers` out of `outputs`.",
        )
    return unit.template.parameter(NAME_SERVERS, "The zone's name servers, an output of the global stack")


def of(unit: UnitTemplate) -> Dns:
    """The fleet's DNS, where something is known to have a name in it."""
    if unit.fleet.dns is None:
        raise InvalidFleetError("The fleet has no `dns`.", "Something asks for the zone of a fleet without one.")
    return unit.fleet.dns


def labels_of(unit: UnitTemplate, *, api: str | None = None, load_balancer: str | None = None) -> list[str]:
    """The labels of all names that lead to an API or to a load balancer."""
    names = unit.fleet.dns.names if unit.fleet.dns else {}
    return [
        label
        for label, name in names.items()
        if (api is not None and name.api == api) or (load_balancer is not None and name.load_balancer == load_balancer)
    ]


def word(label: str) -> str:
    """A label as a part of logical IDs."""
    return "zone" if label == "@" else label.replace("*", "any").replace(".", "-").replace("_", "-")


def _query_log(unit: UnitTemplate) -> Resource:
    if unit.plan.home != QUERY_LOG_REGION:
        raise InvalidFleetError(
            f"The zone's questions cannot be logged from {unit.plan.home}.",
            f"Route 53 writes query logs in {QUERY_LOG_REGION} only, and the zone stands with the home. Make "
            f"{QUERY_LOG_REGION} the home, or turn `dns.query_log` off.",
        )
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
