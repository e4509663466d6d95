"""Looks for what AWS itself gave an ID: by the name, tag or description that the module planned for it.

Only for what was on its way when Terraform was killed; of all else Terraform has told the ID.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

Clients = Callable[[str], Any]
"""A client of a service in the unit's region."""
Planned = Mapping[str, Any]
Lookup = Callable[[Clients, Planned], Iterator[str]]
NAME = "Name"
TABLE = re.compile(r"arn:[^:]+:dynamodb:(?P<region>[^:]+):\d+:table/(?P<name>.+)")
SEVERAL = 20


class _UnknownYetError(Exception):
    """The plan leaves open what a thing would be found by: it is told by something that is not made yet."""


class _Known(dict[str, Any]):
    """What a plan knows of a thing."""

    def __missing__(self, name: str) -> Any:
        raise _UnknownYetError(name)


def find(kind: str, planned: Planned, clients: Clients) -> str:
    """The ID of the only thing that it can be; empty where there is none, or several. Whose it is, others ask."""
    lookup = LOOKUPS.get(kind)
    found: list[str] = []
    if lookup is not None:
        # What is not there is an error in some services, and without the right to look nothing is found either.
        with contextlib.suppress(ClientError, _UnknownYetError):
            found = list(lookup(clients, _Known(planned)))
    return found[0] if len(found) == 1 else ""


def _tagged(resource_type: str) -> Lookup:
    def lookup(clients: Clients, planned: Planned) -> Iterator[str]:
        name = (planned.get("tags_all") or {}).get(NAME)
        if name:
            wanted = {"resource-type": resource_type, "key": NAME, "value": name}
            filters = [{"Name": each, "Values": [value]} for each, value in wanted.items()]
            for page in clients("ec2").get_paginator("describe_tags").paginate(Filters=filters):
                yield from (tag["ResourceId"] for tag in page["Tags"])

    return lookup


def _key(clients: Clients, planned: Planned) -> Iterator[str]:
    kms = clients("kms")
    for page in kms.get_paginator("list_keys").paginate():
        for each in page["Keys"]:
            key = kms.describe_key(KeyId=each["KeyId"])["KeyMetadata"]
            if key.get("Description") == planned.get("description") and key["KeyState"] == "Enabled":
                yield key["KeyId"]


def _zone(clients: Clients, planned: Planned) -> Iterator[str]:
    name = f"{planned['name'].rstrip('.')}."
    for zone in clients("route53").list_hosted_zones_by_name(DNSName=name, MaxItems=str(SEVERAL))["HostedZones"]:
        if zone["Name"] == name and zone["Config"].get("Comment") == planned.get("comment"):
            yield zone["Id"].rpartition("/")[2]


def _rule(clients: Clients, planned: Planned) -> Iterator[str]:
    wanted = [_meaning(planned.get(name)) for name in ("description", "schedule_expression", "event_pattern")]
    for page in clients("events").get_paginator("list_rules").paginate():
        for each in page["Rules"]:
            if [_meaning(each.get(name)) for name in ("Description", "ScheduleExpression", "EventPattern")] == wanted:
                yield each["Name"]


def _meaning(text: str | None) -> Any:
    """What a text says, however its JSON is written."""
    try:
        return json.loads(text or "null")
    except ValueError:
        return text


def _replica(clients: Clients, planned: Planned) -> Iterator[str]:
    """It has its table's name, and the provider knows it by that and by the region of the table."""
    table = TABLE.fullmatch(planned.get("global_table_arn") or "")
    if table is not None:
        found = clients("dynamodb").describe_table(TableName=table["name"])["Table"]
        yield f"{found['TableName']}:{table['region']}"


def _http_api(clients: Clients, planned: Planned) -> Iterator[str]:
    for page in clients("apigatewayv2").get_paginator("get_apis").paginate():
        yield from (api["ApiId"] for api in page["Items"] if api["Name"] == planned["name"])


def _api_mapping(clients: Clients, planned: Planned) -> Iterator[str]:
    wanted = (planned.get("api_id"), planned.get("api_mapping_key") or "")
    for each in clients("apigatewayv2").get_api_mappings(DomainName=planned["domain_name"])["Items"]:
        if (each["ApiId"], each.get("ApiMappingKey", "")) == wanted:
            yield each["ApiMappingId"]


def _rest_api(clients: Clients, planned: Planned) -> Iterator[str]:
    for page in clients("apigateway").get_paginator("get_rest_apis").paginate():
        yield from (api["id"] for api in page["items"] if api["name"] == planned["name"])


def _certificate(clients: Clients, planned: Planned) -> Iterator[str]:
    for page in clients("acm").get_paginator("list_certificates").paginate():
        for each in page["CertificateSummaryList"]:
            if each["DomainName"] == planned["domain_name"]:
                yield each["CertificateArn"]


def _load_balancer(clients: Clients, planned: Planned) -> Iterator[str]:
    found = clients("elbv2").describe_load_balancers(Names=[planned["name"]])["LoadBalancers"]
    yield from (each["LoadBalancerArn"] for each in found)


def _target_group(clients: Clients, planned: Planned) -> Iterator[str]:
    if planned.get("name"):
        found = clients("elbv2").describe_target_groups(Names=[planned["name"]])["TargetGroups"]
        yield from (each["TargetGroupArn"] for each in found)


def _secret(clients: Clients, planned: Planned) -> Iterator[str]:
    secret = clients("secretsmanager").describe_secret(SecretId=planned["name"])
    if "DeletedDate" not in secret:
        yield secret["ARN"]


LOOKUPS: Mapping[str, Lookup] = {
    "aws_acm_certificate": _certificate,
    "aws_api_gateway_rest_api": _rest_api,
    "aws_apigatewayv2_api": _http_api,
    "aws_apigatewayv2_api_mapping": _api_mapping,
    "aws_cloudwatch_event_rule": _rule,
    "aws_dynamodb_table_replica": _replica,
    "aws_eip": _tagged("elastic-ip"),
    "aws_flow_log": _tagged("vpc-flow-log"),
    "aws_internet_gateway": _tagged("internet-gateway"),
    "aws_kms_key": _key,
    "aws_lb": _load_balancer,
    "aws_lb_target_group": _target_group,
    "aws_nat_gateway": _tagged("natgateway"),
    "aws_route53_zone": _zone,
    "aws_route_table": _tagged("route-table"),
    "aws_secretsmanager_secret": _secret,
    "aws_security_group": _tagged("security-group"),
    "aws_subnet": _tagged("subnet"),
    "aws_vpc": _tagged("vpc"),
    "aws_vpc_endpoint": _tagged("vpc-endpoint"),
}
