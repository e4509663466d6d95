"""What AWS gave an ID is found again by what was planned of it; by nothing that is only like it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tapstack.engines.terraform.lookups import LOOKUPS, find
from tapstack.sandbox.control import Sandbox

REGION = "eu-west-1"
OWN = [{"Key": "Name", "Value": "shop-dev"}]
MAPPED = {"domain_name": "shop.example", "api_id": ""}
"""What is planned of a mapping knows its API by the ID that this has."""
TAGGED = {"tags_all": {"Name": "shop-dev"}}
Client = Callable[[str], Any]


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    sandbox.reset()
    return lambda service: sandbox.client(service, REGION)


def _spec(kind: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": OWN}]


def _vpc(client: Client) -> str:
    made = client("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=_spec("vpc"))
    return str(made["Vpc"]["VpcId"])


def _subnet(client: Client) -> str:
    made = client("ec2").create_subnet(VpcId=_vpc(client), CidrBlock="10.0.1.0/24", TagSpecifications=_spec("subnet"))
    return str(made["Subnet"]["SubnetId"])


def _gateway(client: Client) -> str:
    made = client("ec2").create_internet_gateway(TagSpecifications=_spec("internet-gateway"))
    return str(made["InternetGateway"]["InternetGatewayId"])


def _address(client: Client) -> str:
    made = client("ec2").allocate_address(Domain="vpc", TagSpecifications=_spec("elastic-ip"))
    return str(made["AllocationId"])


def _nat(client: Client) -> str:
    made = client("ec2").create_nat_gateway(
        SubnetId=_subnet(client), AllocationId=_address(client), TagSpecifications=_spec("natgateway")
    )
    return str(made["NatGateway"]["NatGatewayId"])


def _table(client: Client) -> str:
    made = client("ec2").create_route_table(VpcId=_vpc(client), TagSpecifications=_spec("route-table"))
    return str(made["RouteTable"]["RouteTableId"])


def _group(client: Client) -> str:
    made = client("ec2").create_security_group(
        GroupName="g", Description="g", VpcId=_vpc(client), TagSpecifications=_spec("security-group")
    )
    return str(made["GroupId"])


def _key(client: Client) -> str:
    kms = client("kms")
    gone = kms.create_key(Description="shop dev: logs")["KeyMetadata"]["KeyId"]
    kms.schedule_key_deletion(KeyId=gone, PendingWindowInDays=7)
    kms.create_key(Description="shop dev: data")
    return str(kms.create_key(Description="shop dev: logs")["KeyMetadata"]["KeyId"])


def _zone(client: Client) -> str:
    config = {"Comment": "shop in dev", "PrivateZone": False}
    route53 = client("route53")
    route53.create_hosted_zone(Name="shop.example", CallerReference="1")
    made = route53.create_hosted_zone(Name="shop.example", CallerReference="2", HostedZoneConfig=config)
    return str(made["HostedZone"]["Id"]).rpartition("/")[2]


def _http_api(client: Client) -> str:
    return str(client("apigatewayv2").create_api(Name="shop-dev-front", ProtocolType="HTTP")["ApiId"])


def _api_mapping(client: Client) -> str:
    api, certificate = client("apigatewayv2"), _certificate(client)
    made = api.create_api(Name="shop-dev-front", ProtocolType="HTTP")["ApiId"]
    MAPPED["api_id"] = made
    api.create_stage(ApiId=made, StageName="$default")
    api.create_domain_name(DomainName="shop.example", DomainNameConfigurations=[{"CertificateArn": certificate}])
    return str(api.create_api_mapping(DomainName="shop.example", ApiId=made, Stage="$default")["ApiMappingId"])


def _rest_api(client: Client) -> str:
    return str(client("apigateway").create_rest_api(name="shop-dev-front")["id"])


def _certificate(client: Client) -> str:
    made = client("acm").request_certificate(DomainName="shop.example", ValidationMethod="DNS")
    return str(made["CertificateArn"])


def _balancer(client: Client) -> str:
    made = client("elbv2").create_load_balancer(Name="shop-dev-web", Subnets=[_subnet(client)])
    return str(made["LoadBalancers"][0]["LoadBalancerArn"])


def _targets(client: Client) -> str:
    made = client("elbv2").create_target_group(Name="shop-dev-web", TargetType="lambda")
    return str(made["TargetGroups"][0]["TargetGroupArn"])


def _secret(client: Client) -> str:
    return str(client("secretsmanager").create_secret(Name="shop/dev/main")["ARN"])


PATTERN = {"source": ["aws.s3"], "detail": {"bucket": {"name": ["shop-dev-inbox"]}}}


def _rule(client: Client) -> str:
    events, described = client("events"), {"Description": "New objects of inbox start worker"}
    events.put_rule(Name="terraform-1", EventPattern=json.dumps({"source": ["aws.s3"]}), **described)
    events.put_rule(Name="terraform-2", EventPattern=json.dumps(PATTERN, indent=1), **described)
    return "terraform-2"


def _replica(client: Client) -> str:
    client("dynamodb").create_table(
        TableName="shop-dev-items", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )  # fmt: skip
    return "shop-dev-items:us-east-1"


CASES: dict[str, tuple[Callable[[Client], str], dict[str, Any]]] = {
    "aws_acm_certificate": (_certificate, {"domain_name": "shop.example"}),
    "aws_api_gateway_rest_api": (_rest_api, {"name": "shop-dev-front"}),
    "aws_apigatewayv2_api_mapping": (_api_mapping, MAPPED),
    "aws_apigatewayv2_api": (_http_api, {"name": "shop-dev-front"}),
    "aws_cloudwatch_event_rule": (
        _rule,
        {"description": "New objects of inbox start worker", "event_pattern": json.dumps(PATTERN)},
    ),
    "aws_dynamodb_table_replica": (
        _replica,
        {"global_table_arn": "arn:aws:dynamodb:us-east-1:000000000000:table/shop-dev-items"},
    ),
    "aws_eip": (_address, TAGGED),
    "aws_internet_gateway": (_gateway, TAGGED),
    "aws_kms_key": (_key, {"description": "shop dev: logs"}),
    "aws_lb": (_balancer, {"name": "shop-dev-web"}),
    "aws_lb_target_group": (_targets, {"name": "shop-dev-web"}),
    "aws_nat_gateway": (_nat, TAGGED),
    "aws_route53_zone": (_zone, {"name": "shop.example", "comment": "shop in dev"}),
    "aws_route_table": (_table, TAGGED),
    "aws_secretsmanager_secret": (_secret, {"name": "shop/dev/main"}),
    "aws_security_group": (_group, TAGGED),
    "aws_subnet": (_subnet, TAGGED),
    "aws_vpc": (_vpc, TAGGED),
}


@pytest.mark.parametrize("kind", CASES)
def test_what_aws_gave_an_id_is_found_by_what_was_planned_of_it(client: Client, kind: str) -> None:
    make, planned = CASES[kind]
    assert find(kind, planned, client) == ""
    expected = make(client)
    assert find(kind, planned, client) == expected
    another = {name: "another" if isinstance(value, str) else {"Name": "another"} for name, value in planned.items()}
    assert find(kind, another, client) == ""


def test_of_two_that_it_could_be_it_is_none(client: Client) -> None:
    for _ in range(2):
        _http_api(client)
    assert find("aws_apigatewayv2_api", {"name": "shop-dev-front"}, client) == ""


def test_every_lookup_is_tried_but_for_two_of_the_same_making() -> None:
    assert set(LOOKUPS) - set(CASES) == {"aws_flow_log", "aws_vpc_endpoint"}
