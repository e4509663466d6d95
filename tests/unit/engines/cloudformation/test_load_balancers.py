"""Load balancers: listeners, certificates, rules, targets, and who may reach what."""

from __future__ import annotations

from typing import Any

import pytest
from cloudformation_templates import Template, regional, templates

from tapstack.engines.cloudformation.load_balancers import TLS_POLICY
from tapstack.errors import InvalidFleetError

FUNCTIONS = """
network: {zones: 2, nat: none}
functions:
  hello: {inline: "def handler(event, context): return {}"}
  other: {inline: "def handler(event, context): return {}"}
"""
NAMES = "dns: {zone: shop-fleet.example, names: {www: {load_balancer: web}, '@': {load_balancer: web}}}\n"
WEB = (
    FUNCTIONS
    + NAMES
    + """
load_balancers:
  web:
    default: hello
    idle_timeout: 30s
    keep_alive: 2m
    rules:
      path: {priority: 10, paths: ["/other*"], to: other}
      both: {priority: 20, paths: [/x], hosts: [x.example.com], to: hello}
"""
)
ADDRESSES = (
    FUNCTIONS
    + """
regions: {us-east-1: {cidr: 10.0.0.0/16}, eu-west-1: {cidr: 10.1.0.0/16}}
load_balancers:
  web:
    tls: none
    internet_facing: false
    rules:
      old:
        priority: 1
        hosts: [old.example.com]
        to: {addresses: [10.0.0.9, 192.168.0.9], port: 8443, protocol: HTTPS, health: {path: /ok, interval: 5s}}
"""
)


@pytest.fixture(scope="module")
def web() -> Template:
    return regional(WEB)


@pytest.fixture(scope="module")
def addresses() -> Template:
    return regional(ADDRESSES)


def listeners(template: Template) -> dict[int, dict[str, Any]]:
    return {each["Port"]: each for each in template.of("ElasticLoadBalancingV2::Listener").values()}


def attributes(template: Template) -> dict[str, str]:
    balancer = template.one("ElasticLoadBalancingV2::LoadBalancer")
    return {each["Key"]: each["Value"] for each in balancer["LoadBalancerAttributes"]}


def test_https_is_served_and_http_only_leads_there(web: Template) -> None:
    served = listeners(web)
    assert sorted(served) == [80, 443]
    assert served[443]["SslPolicy"] == TLS_POLICY
    (redirect,) = served[80]["DefaultActions"]
    assert redirect["RedirectConfig"] == {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}


def test_every_name_has_a_certificate_and_the_listener_knows_them_all(web: Template) -> None:
    assert {each["DomainName"] for each in web.of("CertificateManager::Certificate").values()} == {
        "www.shop-fleet.example",
        "shop-fleet.example",
    }
    assert listeners(web)[443]["Certificates"] == [{"CertificateArn": {"Ref": "CertificateWww"}}]
    further = web.one("ElasticLoadBalancingV2::ListenerCertificate")
    assert further["Certificates"] == [{"CertificateArn": {"Ref": "CertificateZone"}}]


def test_a_regions_own_certificate_is_looked_up_and_none_is_made() -> None:
    arn = "arn:aws:acm:{region}:123456789012:certificate/abc"
    regions = ", ".join(f"{name}: {{certificate: '{arn.format(region=name)}'}}" for name in ("us-east-1", "eu-west-1"))
    template = templates(f"{WEB}\nregions: {{{regions}}}\n")["regional-own-certificate"]
    own = {"Fn::FindInMap": ["Regions", {"Ref": "AWS::Region"}, "Certificate"]}
    assert listeners(template)[443]["Certificates"] == [{"CertificateArn": own}]
    assert not template.of("CertificateManager::Certificate")


def test_https_without_any_certificate_is_refused() -> None:
    with pytest.raises(InvalidFleetError, match="no certificate"):
        regional(FUNCTIONS + "load_balancers: {web: {default: hello}}\n")


def test_plain_http_is_served_only_when_spelled_out_and_acknowledged(addresses: Template) -> None:
    assert sorted(listeners(addresses)) == [80]
    assert addresses.exceptions("ListenerWeb") == {"CKV_AWS_2", "CKV_AWS_103"}


def test_rules_keep_the_fleets_priorities_and_ask_for_path_and_host(web: Template) -> None:
    rules = web.of("ElasticLoadBalancingV2::ListenerRule")
    assert {name: each["Priority"] for name, each in rules.items()} == {
        "ListenerWebRulePath": 10,
        "ListenerWebRuleBoth": 20,
    }
    assert rules["ListenerWebRuleBoth"]["Conditions"] == [
        {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/x"]}},
        {"Field": "host-header", "HostHeaderConfig": {"Values": ["x.example.com"]}},
    ]
    assert rules["ListenerWebRulePath"]["Actions"] == [
        {"Type": "forward", "TargetGroupArn": {"Ref": "TargetsWebFunctionOther"}}
    ]


def test_a_function_is_one_target_however_many_rules_lead_to_it(web: Template) -> None:
    assert set(web.of("ElasticLoadBalancingV2::TargetGroup")) == {
        "TargetsWebFunctionHello",
        "TargetsWebFunctionOther",
    }


def test_a_function_may_be_called_before_it_becomes_a_target(web: Template) -> None:
    for function in ("Hello", "Other"):
        assert web.resources[f"TargetsWebFunction{function}"]["DependsOn"] == [f"LoadBalancerWebCalls{function}"]
    permission = web.resources["LoadBalancerWebCallsHello"]["Properties"]
    assert permission["SourceArn"]["Fn::Sub"].endswith(":${AWS::AccountId}:targetgroup/*")


def test_what_nothing_matches_is_not_found_unless_there_is_a_default(web: Template, addresses: Template) -> None:
    assert listeners(web)[443]["DefaultActions"] == [
        {"Type": "forward", "TargetGroupArn": {"Ref": "TargetsWebFunctionHello"}}
    ]
    (action,) = listeners(addresses)[80]["DefaultActions"]
    assert action["FixedResponseConfig"]["StatusCode"] == "404"


def test_attributes_are_the_strict_ones_and_the_fleets(web: Template) -> None:
    assert attributes(web) == {
        "deletion_protection.enabled": "true",
        "idle_timeout.timeout_seconds": "30",
        "client_keep_alive.seconds": "120",
        "routing.http.drop_invalid_header_fields.enabled": "true",
        "routing.http.desync_mitigation_mode": "strictest",
        "routing.http2.enabled": "true",
        "access_logs.s3.enabled": "true",
        "access_logs.s3.bucket": {"Fn::Sub": "shop-test-access-logs-${AWS::AccountId}-${AWS::Region}"},
        "access_logs.s3.prefix": "load-balancers/web",
    }


def test_an_environment_that_may_go_has_no_deletion_protection_and_logs_can_be_off() -> None:
    off = WEB.replace("default: hello", "default: hello\n    access_log: false\n    firewall: false")
    template = regional(off + "protection: {deletion: false}\n")
    assert attributes(template)["deletion_protection.enabled"] == "false"
    assert attributes(template)["access_logs.s3.enabled"] == "false"
    assert template.exceptions("LoadBalancerWeb") == {"CKV_AWS_91"}
    assert not template.of("WAFv2::WebACL")


def test_everybody_reaches_a_public_one_and_it_reaches_nobody(web: Template) -> None:
    into = web.of("EC2::SecurityGroupIngress")
    assert {each["FromPort"]: each["CidrIp"] for each in into.values()} == {443: "0.0.0.0/0", 80: "0.0.0.0/0"}
    assert not [each for each in web.of("EC2::SecurityGroupEgress").values() if "LoadBalancer" in str(each)]
    balancer = web.one("ElasticLoadBalancingV2::LoadBalancer")
    assert balancer["Subnets"] == [{"Ref": "SubnetPublic1"}, {"Ref": "SubnetPublic2"}]
    assert web.resources["LoadBalancerWeb"]["DependsOn"] == ["RoutePublic1", "RoutePublic2"]


def test_an_internal_one_is_reached_from_the_network_and_reaches_its_addresses_only(addresses: Template) -> None:
    (into,) = addresses.of("EC2::SecurityGroupIngress").values()
    assert into["CidrIp"] == {"Fn::FindInMap": ["Regions", {"Ref": "AWS::Region"}, "Block"]}
    out = addresses.of("EC2::SecurityGroupEgress").values()
    assert {(each["CidrIp"], each["FromPort"]) for each in out} == {("10.0.0.9/32", 8443), ("192.168.0.9/32", 8443)}
    balancer = addresses.one("ElasticLoadBalancingV2::LoadBalancer")
    assert (balancer["Scheme"], balancer["Subnets"][0]) == ("internal", {"Ref": "SubnetPrivate1"})


def test_an_address_has_a_zone_of_its_own_only_in_the_region_whose_network_it_is_in(addresses: Template) -> None:
    group = addresses.one("ElasticLoadBalancingV2::TargetGroup")
    assert group["Targets"] == [
        {
            "Id": "10.0.0.9",
            "Port": 8443,
            "AvailabilityZone": {"Fn::If": ["IsUsEast1", {"Ref": "AWS::NoValue"}, "all"]},
        },
        {"Id": "192.168.0.9", "Port": 8443, "AvailabilityZone": "all"},
    ]
    assert (group["HealthCheckPath"], group["HealthCheckProtocol"]) == ("/ok", "HTTPS")
    assert group["HealthCheckTimeoutSeconds"] < group["HealthCheckIntervalSeconds"]


def test_a_default_of_addresses_is_a_group_and_is_watched() -> None:
    template = regional(
        FUNCTIONS + "load_balancers: {web: {tls: none, default: {addresses: [192.168.0.9], health: {path: /}}}}\n"
    )
    assert set(template.of("ElasticLoadBalancingV2::TargetGroup")) == {"TargetsWebDefault"}
    watched = [
        each for each in template.of("CloudWatch::Alarm").values() if each.get("MetricName") == "UnHealthyHostCount"
    ]
    assert len(watched) == 1


def test_a_firewall_stands_in_front(web: Template) -> None:
    assert web.one("WAFv2::WebACLAssociation")["ResourceArn"] == {"Ref": "LoadBalancerWeb"}
    assert web.one("WAFv2::WebACL")["Name"] == "shop-test-web-balancer"


def test_outputs_tell_where_it_answers(web: Template) -> None:
    template = regional(WEB + "outputs: {Address: load_balancers.web.address, Url: load_balancers.web.url}\n")
    address = {"Fn::GetAtt": ["LoadBalancerWeb", "DNSName"]}
    assert template.data["Outputs"]["Address"]["Value"] == address
    assert template.data["Outputs"]["Url"]["Value"] == {"Fn::Sub": ["https://${Address}", {"Address": address}]}
