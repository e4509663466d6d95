"""DNS: the zone, records that fail over without anybody's doing, and health checks of each region's own address."""

from __future__ import annotations

from typing import Any

import pytest
from cloudformation_templates import Template, regional, templates

from tapstack.errors import InvalidFleetError

PARTS = """
network: {zones: 2, nat: none}
functions:
  hello: {inline: "def handler(event, context): return {}"}
apis: {front: {stage: live, routes: {GET /health: {function: hello, authorization: none}}}}
"""
THREE = "\nregions: {us-east-1: {weight: 1}, eu-west-1: {weight: 2}, ap-southeast-2: {weight: 0}}\n"


def names(text: str, more: str = "") -> str:
    balancers = "plain: {default: hello, tls: none}" + (
        ", web: {default: hello}" if "load_balancer: web" in text else ""
    )
    return f"{PARTS}load_balancers: {{{balancers}}}\ndns: {{zone: shop-fleet.example, {more}names: {{{text}}}}}\n"


def record(template: Template) -> dict[str, Any]:
    found: dict[str, Any] = template.of("Route53::RecordSet")["RecordWww"]
    return found


def check(template: Template) -> dict[str, Any]:
    config: dict[str, Any] = template.one("Route53::HealthCheck")["HealthCheckConfig"]
    return config


def test_the_home_is_primary_and_looked_at() -> None:
    found = record(regional(names("www: {load_balancer: web}")))
    assert found["Failover"] == "PRIMARY"
    assert found["SetIdentifier"] == {"Ref": "AWS::Region"}
    assert found["HealthCheckId"] == {"Ref": "HealthCheckWww"}
    assert found["AliasTarget"] == {
        "DNSName": {"Fn::GetAtt": ["LoadBalancerWeb", "DNSName"]},
        "HostedZoneId": {"Fn::GetAtt": ["LoadBalancerWeb", "CanonicalHostedZoneID"]},
        "EvaluateTargetHealth": True,
    }


@pytest.mark.parametrize(
    ("leads_to", "before"),
    [
        ("load_balancer: web", {"ListenerWeb"}),
        ("api: front", {"ApiFrontCallsHello", "ApiFrontStage"}),
    ],
)
def test_a_check_begins_once_there_is_something_to_see(leads_to: str, before: set[str]) -> None:
    template = regional(names(f"www: {{{leads_to}, health_check: {{path: /health}}}}"))
    assert set(template.resources["HealthCheckWww"]["DependsOn"]) == before


@pytest.mark.parametrize(
    ("routing", "expected"),
    [
        ("latency", {"Region": {"Ref": "AWS::Region"}}),
        ("weighted", {"Weight": {"Fn::FindInMap": ["Regions", {"Ref": "AWS::Region"}, "Weight"]}}),
    ],
)
def test_other_routings_look_up_what_differs(routing: str, expected: dict[str, Any]) -> None:
    found = record(regional(names(f"www: {{load_balancer: web, routing: {routing}}}")))
    assert {key: found[key] for key in ("Failover", "Region", "Weight") if key in found} == expected


def test_one_region_needs_no_routing() -> None:
    found = record(regional(names("www: {load_balancer: web}") + "\nregions: {us-east-1: {}}\n"))
    assert not {"Failover", "SetIdentifier"} & set(found)


@pytest.mark.parametrize(("regions", "first"), [("", "IsEuWest1"), (THREE, "IsApSoutheast2")])
def test_standbys_stand_behind_one_secondary_that_stands_with_the_home(regions: str, first: str) -> None:
    template = regional(names("www: {load_balancer: web}") + regions)
    records = template.of("Route53::RecordSet")
    conditions = {name: template.resources[name].get("Condition") for name in records}
    assert conditions == {"RecordWww": "IsHome", "RecordWwwStandby": None, "RecordWwwStandbys": "IsHome"}
    assert records["RecordWww"]["Failover"] == "PRIMARY"
    assert records["RecordWwwStandby"]["Weight"] == {"Fn::If": [first, 1, 0]}
    assert records["RecordWwwStandby"]["HealthCheckId"] == {"Ref": "HealthCheckWww"}
    secondary = records["RecordWwwStandbys"]
    assert secondary["AliasTarget"]["DNSName"] == records["RecordWwwStandby"]["Name"]
    assert secondary["AliasTarget"]["EvaluateTargetHealth"] is True
    # An alias of a record is accepted only once the record is there.
    assert template.resources["RecordWwwStandbys"]["DependsOn"] == ["RecordWwwStandby"]


def test_a_check_asks_the_regions_own_load_balancer() -> None:
    asked = check(
        regional(
            names("www: {load_balancer: web, health_check: {path: /ok, interval: 30s, threshold: 2, search: fine}}")
        )
    )
    assert asked == {
        "Type": "HTTPS_STR_MATCH",
        "FullyQualifiedDomainName": {"Fn::GetAtt": ["LoadBalancerWeb", "DNSName"]},
        "Port": 443,
        "ResourcePath": "/ok",
        "RequestInterval": 30,
        "FailureThreshold": 2,
        "MeasureLatency": True,
        "EnableSNI": True,
        "SearchString": "fine",
    }


def test_a_check_of_plain_http_asks_without_tls() -> None:
    asked = check(regional(names("www: {load_balancer: plain}")))
    assert (asked["Type"], asked["Port"]) == ("HTTP", 80)
    assert "EnableSNI" not in asked


def test_a_check_of_an_api_asks_behind_its_stage() -> None:
    asked = check(regional(names("www: {api: front, health_check: {path: /health}}")))
    assert asked["ResourcePath"] == "/live/health"
    assert asked["FullyQualifiedDomainName"]["Fn::Sub"][0].startswith("${Api}.execute-api.${AWS::Region}.")


def test_a_name_may_go_unchecked() -> None:
    template = regional(names("www: {load_balancer: web, health_check: null}"))
    assert "HealthCheckId" not in record(template)
    assert not template.of("Route53::HealthCheck")


def test_an_internal_load_balancer_is_judged_by_its_targets_since_no_checker_reaches_it() -> None:
    inside = names("www: {load_balancer: web}").replace("web: {", "web: {internet_facing: false, ")
    template = regional(inside)
    assert not template.of("Route53::HealthCheck")
    assert record(template)["AliasTarget"]["EvaluateTargetHealth"] is True
    assert not [name for name in template.of("CloudWatch::Alarm") if "NameWww" in name]


@pytest.mark.parametrize(
    ("label", "full", "word"),
    [
        ("@", "shop-fleet.example", "Zone"),
        ("*.eu", "*.eu.shop-fleet.example", "AnyEu"),
        ("_a.b", "_a.b.shop-fleet.example", "AB"),
    ],
)
def test_every_label_makes_a_logical_id(label: str, full: str, word: str) -> None:
    template = regional(names(f"'{label}': {{api: front, health_check: {{path: /health}}}}"))
    assert template.of("Route53::RecordSet")[f"Record{word}"]["Name"] == f"{full}."
    assert template.one("ApiGatewayV2::DomainName")["DomainName"] == full
    assert template.exceptions(f"Certificate{word}") == ({"CKV2_AWS_71"} if "*" in label else set())
    (tag,) = template.one("Route53::HealthCheck")["HealthCheckTags"]
    assert "*" not in tag["Value"]["Fn::Sub"]


def test_a_made_zone_is_found_by_name_and_tells_its_id_and_servers() -> None:
    made = templates(names("www: {load_balancer: web}"))
    zone = made["global"].one("Route53::HostedZone")
    assert zone["Name"] == "shop-fleet.example"
    assert zone["HostedZoneFeatures"] == {"EnableAcceleratedRecovery": True}
    assert set(made["global"].data["Outputs"]) >= {"HostedZoneId", "NameServers"}
    assert record(made["regional"])["HostedZoneId"] == {"Ref": "HostedZoneId"}, "several zones can have one name"


def test_an_adopted_zone_is_known_by_its_id_alone() -> None:
    made = templates(names("www: {load_balancer: web}", "hosted_zone: Z0123456789, "))
    assert not made["global"].of("Route53::HostedZone")
    assert record(made["regional"])["HostedZoneId"] == "Z0123456789"
    assert "HostedZoneId" not in made["regional"].data.get("Parameters", {})
    (validation,) = made["regional"].one("CertificateManager::Certificate")["DomainValidationOptions"]
    assert validation["HostedZoneId"] == "Z0123456789"


def test_accelerated_recovery_can_be_left_out() -> None:
    made = templates(names("www: {load_balancer: web}", "accelerated_recovery: false, "))
    assert "HostedZoneFeatures" not in made["global"].one("Route53::HostedZone")


def test_questions_are_logged_encrypted_and_only_route_53_may_write() -> None:
    template = templates(names("www: {load_balancer: web}", "query_log: true, "))["global"]
    assert template.resources["HostedZone"]["DependsOn"] == ["QueryLogsPolicy"]
    assert template.one("Logs::LogGroup")["KmsKeyId"] == {"Fn::ImportValue": "shop-test-key-logs-arn"}
    document, values = template.one("Logs::ResourcePolicy")["PolicyDocument"]["Fn::Sub"]
    assert '"Service":"route53.amazonaws.com"' in document
    assert values == {"Group": {"Fn::GetAtt": ["QueryLogs", "Arn"]}}


def test_questions_cannot_be_logged_from_another_home() -> None:
    elsewhere = names("www: {load_balancer: web}", "query_log: true, ") + "\nregions: {eu-west-1: {}, us-west-2: {}}\n"
    with pytest.raises(InvalidFleetError, match="cannot be logged from eu-west-1"):
        templates(elsewhere, home="eu-west-1")


def test_outputs_tell_the_zone_and_its_servers() -> None:
    wanted = "outputs: {Zone: dns.zone_id, Servers: dns.name_servers}\n"
    outputs = regional(names("www: {load_balancer: web}") + wanted).data["Outputs"]
    assert outputs["Zone"]["Value"] == {"Ref": "HostedZoneId"}
    assert outputs["Servers"]["Value"] == {"Ref": "NameServers"}


def test_name_servers_of_an_adopted_zone_are_not_promised() -> None:
    adopted = names("www: {load_balancer: web}", "hosted_zone: Z0123456789, ")
    with pytest.raises(InvalidFleetError, match="name servers"):
        regional(adopted + "outputs: {Servers: dns.name_servers}\n")


def test_accelerated_recovery_is_asked_for_only_where_there_is_a_us_east_1() -> None:
    china = names("www: {load_balancer: web}") + "\nregions: {cn-north-1: {}, cn-northwest-1: {}}\n"
    made = templates(china, home="cn-north-1")
    assert "HostedZoneFeatures" not in made["global-aws-cn"].one("Route53::HostedZone")
