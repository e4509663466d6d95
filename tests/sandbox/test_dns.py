"""The deployed zones, asked over the network as `dig` would."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import pytest
from botocore.exceptions import ClientError
from dnslib import EDNS0, QTYPE, DNSRecord, EDNSOption

from tapstack.sandbox.control import Sandbox

SANDBOX_OPTIONS = {"clock_factor": 10}
CLIENT_REGION = 65280
HOME, STANDBY = "127.1.0.1", "127.1.0.2"

_reference = itertools.count()
Change = Callable[..., None]


@pytest.fixture(scope="module")
def zone(sandbox: Sandbox) -> str:
    return create_zone(sandbox, "example.test")


@pytest.fixture(scope="module")
def put(sandbox: Sandbox, zone: str) -> Change:
    def put(name: str, *records: dict[str, object], zone: str = zone, record_type: str = "A") -> None:
        changes = [
            {"Action": "UPSERT", "ResourceRecordSet": {"Name": name, "Type": record_type, **record}}
            for record in records
        ]
        sandbox.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})

    return put


def create_zone(sandbox: Sandbox, name: str) -> str:
    response = sandbox.client("route53").create_hosted_zone(Name=name, CallerReference=f"zone-{next(_reference)}")
    return response["HostedZone"]["Id"]


def values(*addresses: str, ttl: int = 60, **routing: object) -> dict[str, object]:
    return {"TTL": ttl, "ResourceRecords": [{"Value": address} for address in addresses], **routing}


def ask(
    sandbox: Sandbox,
    name: str,
    record_type: str = "A",
    *,
    tcp: bool = False,
    client_region: str | None = None,
) -> DNSRecord:
    question = DNSRecord.question(name, record_type)
    options = [EDNSOption(CLIENT_REGION, client_region.encode())] if client_region else []
    question.add_ar(EDNS0(udp_len=1232, opts=options))
    return DNSRecord.parse(question.send("127.0.0.1", sandbox.dns_port, tcp=tcp, timeout=5))


def rcode(answer: DNSRecord) -> int:
    return answer.header.rcode


def lines(answer: DNSRecord) -> list[tuple[str, str, str]]:
    return [(str(line.rname), QTYPE.get(line.rtype), str(line.rdata)) for line in answer.rr]


def addresses(answer: DNSRecord) -> list[str]:
    return [value for _, record_type, value in lines(answer) if record_type == "A"]


def unhealthy_check(sandbox: Sandbox) -> str:
    """A check that is unhealthy from its first moment on: disabled and inverted."""
    response = sandbox.client("route53").create_health_check(
        CallerReference=f"check-{next(_reference)}",
        HealthCheckConfig={
            "Type": "TCP", "IPAddress": "127.0.0.1", "Port": 9, "Disabled": True, "Inverted": True,
        },
    )  # fmt: skip
    return response["HealthCheck"]["Id"]


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_a_simple_record_is_answered_at_once_with_its_ttl_in_the_sandbox_s_time(sandbox, put, tcp):
    put("simple.example.test", values(HOME, STANDBY, ttl=300))

    answer = ask(sandbox, "simple.example.test", tcp=tcp)

    assert addresses(answer) == [HOME, STANDBY]
    assert answer.header.aa == 1
    assert {line.ttl for line in answer.rr} == {30}


def test_a_ttl_never_falls_below_the_one_second_that_dns_can_say(sandbox, put):
    put("short.example.test", values(HOME, ttl=5))

    assert ask(sandbox, "short.example.test").rr[0].ttl == 1


def test_a_change_is_seen_by_the_next_question(sandbox, put):
    put("changing.example.test", values(HOME))
    assert addresses(ask(sandbox, "changing.example.test")) == [HOME]

    put("changing.example.test", values(STANDBY))

    assert addresses(ask(sandbox, "changing.example.test")) == [STANDBY]


def test_names_are_compared_without_case_and_given_back_as_asked(sandbox, put):
    put("simple.example.test", values(HOME))

    assert lines(ask(sandbox, "SiMple.Example.TEST.")) == [("SiMple.Example.TEST.", "A", HOME)]


def test_a_missing_name_and_a_missing_type_are_told_apart(sandbox, put):
    put("simple.example.test", values(HOME))

    missing_name, missing_type = ask(sandbox, "nobody.example.test"), ask(sandbox, "simple.example.test", "AAAA")

    assert (rcode(missing_name), rcode(missing_type)) == (3, 0)
    assert missing_name.rr == missing_type.rr == []
    assert [QTYPE.get(line.rtype) for line in (*missing_name.auth, *missing_type.auth)] == ["SOA", "SOA"]


def test_a_name_exists_when_something_stands_below_it(sandbox, put):
    put("deep.inner.example.test", values(HOME))

    assert rcode(ask(sandbox, "inner.example.test")) == 0


def test_the_zone_tells_its_servers_and_its_authority(sandbox, zone):
    assert len(ask(sandbox, "example.test", "NS").rr) == 4
    assert "awsdns" in lines(ask(sandbox, "example.test", "SOA"))[0][2]


def test_names_outside_all_zones_are_refused_with_a_reason(sandbox):
    answer = ask(sandbox, "example.org")

    assert rcode(answer) == 5
    assert b"no zone of the sandbox" in answer.ar[0].rdata[0].data


def test_other_types_are_written_as_dns_has_them(sandbox, put):
    put("mail.example.test", values("10 mx.example.test."), record_type="MX")
    put("text.example.test", values('"v=spf1 -all" "second"'), record_type="TXT")
    put("srv.example.test", values("1 2 443 host.example.test."), record_type="SRV")
    put("caa.example.test", values('0 issue "amazon.com"'), record_type="CAA")

    assert lines(ask(sandbox, "mail.example.test", "MX"))[0][2] == "10 mx.example.test."
    assert lines(ask(sandbox, "text.example.test", "TXT"))[0][2] == '"v=spf1 -all","second"'
    assert lines(ask(sandbox, "srv.example.test", "SRV"))[0][2] == "1 2 443 host.example.test."
    assert lines(ask(sandbox, "caa.example.test", "CAA"))[0][2] == '0 issue "amazon.com"'


def test_a_long_answer_is_cut_by_udp_and_whole_by_tcp(sandbox, put):
    put("long.example.test", values(*(f'"{number:0>200}"' for number in range(12))), record_type="TXT")

    assert ask(sandbox, "long.example.test", "TXT").header.tc == 1
    assert len(ask(sandbox, "long.example.test", "TXT", tcp=True).rr) == 12


def test_cnames_are_followed_inside_the_served_zones(sandbox, put):
    put("simple.example.test", values(HOME))
    put("second.example.test", values("simple.example.test"), record_type="CNAME")
    put("first.example.test", values("Second.example.test."), record_type="CNAME")
    put("away.example.test", values("www.example.org"), record_type="CNAME")

    assert [record_type for _, record_type, _ in lines(ask(sandbox, "first.example.test"))] == ["CNAME", "CNAME", "A"]
    assert lines(ask(sandbox, "away.example.test")) == [("away.example.test.", "CNAME", "www.example.org.")]
    assert len(lines(ask(sandbox, "first.example.test", "CNAME"))) == 1


def test_a_wildcard_stands_for_names_that_do_not_exist(sandbox, put):
    put("*.wild.example.test", values(HOME))
    put("own.wild.example.test", values("text"), record_type="CNAME")

    assert addresses(ask(sandbox, "any.wild.example.test")) == [HOME]
    assert addresses(ask(sandbox, "far.below.wild.example.test")) == [HOME]
    assert addresses(ask(sandbox, "own.wild.example.test")) == []
    assert rcode(ask(sandbox, "below.own.wild.example.test")) == 3


def test_the_most_specific_zone_answers(sandbox, put):
    inner = create_zone(sandbox, "inner-zone.example.test")
    put("host.inner-zone.example.test", values(HOME))
    put("host.inner-zone.example.test", values(STANDBY), zone=inner)

    assert addresses(ask(sandbox, "host.inner-zone.example.test")) == [STANDBY]


def test_a_delegated_name_is_referred_to_its_servers(sandbox, put):
    put("delegated.example.test", values("ns.example.org."), record_type="NS")

    answer = ask(sandbox, "host.delegated.example.test")

    assert (answer.rr, answer.header.aa) == ([], 0)
    assert [str(line.rdata) for line in answer.auth] == ["ns.example.org."]


def draw(sandbox: Sandbox, name: str, times: int = 60) -> Counter[str]:
    return Counter(address for _ in range(times) for address in addresses(ask(sandbox, name)))


def test_weights_decide_and_zero_means_never(sandbox, put):
    put(
        "weighted.example.test",
        values("127.1.1.1", SetIdentifier="heavy", Weight=200),
        values("127.1.1.2", SetIdentifier="light", Weight=20),
        values("127.1.1.3", SetIdentifier="zero", Weight=0),
    )

    drawn = draw(sandbox, "weighted.example.test")

    assert drawn["127.1.1.1"] > drawn["127.1.1.2"]
    assert drawn["127.1.1.3"] == 0


def test_weight_zero_is_answered_when_all_others_are_unhealthy(sandbox, put):
    bad = unhealthy_check(sandbox)
    put(
        "zero.example.test",
        values(HOME, SetIdentifier="one", Weight=10, HealthCheckId=bad),
        values(STANDBY, SetIdentifier="zero", Weight=0),
    )

    assert draw(sandbox, "zero.example.test", 10).keys() == {STANDBY}


def test_when_all_weighted_records_are_unhealthy_all_count_as_healthy(sandbox, put):
    bad = unhealthy_check(sandbox)
    put(
        "all-bad.example.test",
        values(HOME, SetIdentifier="one", Weight=10, HealthCheckId=bad),
        values(STANDBY, SetIdentifier="zero", Weight=0, HealthCheckId=bad),
    )

    assert draw(sandbox, "all-bad.example.test", 10).keys() == {HOME}


def test_multivalue_answers_with_the_healthy_ones(sandbox, put):
    bad = unhealthy_check(sandbox)
    records = [values(f"127.1.2.{number}", SetIdentifier=str(number), MultiValueAnswer=True) for number in range(1, 11)]
    put("many.example.test", *records, values(HOME, SetIdentifier="bad", MultiValueAnswer=True, HealthCheckId=bad))

    answered = addresses(ask(sandbox, "many.example.test"))

    assert len(set(answered)) == 8
    assert HOME not in answered


def test_latency_answers_with_the_nearest_healthy_region(sandbox, put):
    bad = unhealthy_check(sandbox)
    regions = {"us-east-1": "127.1.3.1", "eu-west-1": "127.1.3.2", "ap-southeast-2": "127.1.3.3"}
    put("near.example.test", *(values(at, SetIdentifier=region, Region=region) for region, at in regions.items()))

    def nearest(client_region: str | None) -> Sequence[str]:
        return addresses(ask(sandbox, "near.example.test", client_region=client_region))

    assert nearest(None) == [regions["us-east-1"]]
    assert nearest("eu-central-1") == [regions["eu-west-1"]]
    assert nearest("ap-northeast-1") == [regions["ap-southeast-2"]]

    put("near.example.test", values("127.1.3.2", SetIdentifier="eu-west-1", Region="eu-west-1", HealthCheckId=bad))

    assert nearest("eu-central-1") == [regions["us-east-1"]]


def test_geolocation_answers_with_the_default_and_is_refused_without(sandbox, put):
    put(
        "everywhere.example.test",
        values(HOME, SetIdentifier="fr", GeoLocation={"CountryCode": "FR"}),
        values(STANDBY, SetIdentifier="default", GeoLocation={"CountryCode": "*"}),
    )
    put("nowhere.example.test", values(HOME, SetIdentifier="fr", GeoLocation={"CountryCode": "FR"}))

    assert addresses(ask(sandbox, "everywhere.example.test")) == [STANDBY]
    refused = ask(sandbox, "nowhere.example.test")
    assert rcode(refused) == 5
    assert b"geolocation" in refused.ar[0].rdata[0].data


@pytest.fixture(scope="module")
def checks(sandbox: Sandbox) -> Iterator[tuple[str, str]]:
    yield unhealthy_check(sandbox), unhealthy_check(sandbox)


@pytest.mark.parametrize(
    ("primary_fails", "secondary_fails", "expected"),
    [(False, None, HOME), (True, None, STANDBY), (True, True, HOME), (None, None, HOME), (None, True, HOME)],
    ids=["healthy", "primary-unhealthy", "both-unhealthy", "no-signal", "no-signal-and-secondary-unhealthy"],
)
def test_failover_goes_to_the_secondary_only_when_that_helps(
    sandbox, put, checks, primary_fails, secondary_fails, expected
):
    def check(fails: bool | None, identifier: str) -> dict[str, object]:
        return {"HealthCheckId": identifier} if fails else {}

    put(
        "failing.example.test",
        values(HOME, SetIdentifier="home", Failover="PRIMARY", **check(primary_fails, checks[0])),
        values(STANDBY, SetIdentifier="standby", Failover="SECONDARY", **check(secondary_fails, checks[1])),
    )

    assert addresses(ask(sandbox, "failing.example.test")) == [expected]


def alias(target: str, *, evaluates: bool = False, **routing: object) -> dict[str, object]:
    return {
        "AliasTarget": {"DNSName": target, "HostedZoneId": "Z35SXDOTRQ7X7K", "EvaluateTargetHealth": evaluates},
        **routing,
    }


def test_an_alias_answers_under_its_own_name_with_its_target_s_ttl(sandbox, put):
    put("simple.example.test", values(HOME, ttl=300))
    put("example.test", alias("simple.example.test"))

    answer = ask(sandbox, "example.test")

    assert lines(answer) == [("example.test.", "A", HOME)]
    assert answer.rr[0].ttl == 30


def test_an_alias_of_a_group_is_healthy_while_one_of_it_is(sandbox, put, checks):
    bad = checks[0]
    put("group.example.test", values(HOME, SetIdentifier="a", Weight=1, HealthCheckId=bad))
    put(
        "tree.example.test",
        alias("group.example.test", evaluates=True, SetIdentifier="p", Failover="PRIMARY"),
        values(STANDBY, SetIdentifier="s", Failover="SECONDARY"),
    )
    assert addresses(ask(sandbox, "tree.example.test")) == [STANDBY]

    put("group.example.test", values(HOME, SetIdentifier="b", Weight=1))

    assert addresses(ask(sandbox, "tree.example.test")) == [HOME]


def test_load_balancers_and_apis_lead_to_their_region_s_address(sandbox, put):
    region = "eu-west-1"
    balancer = sandbox.client("elbv2", region).create_load_balancer(Name="web", Subnets=["subnet-1"])
    name = balancer["LoadBalancers"][0]["DNSName"]
    domain = sandbox.client("apigateway", region).create_domain_name(
        domainName="api.example.test",
        endpointConfiguration={"types": ["REGIONAL"]},
        regionalCertificateArn=f"arn:aws:acm:{region}:000000000000:certificate/1",
    )
    put("web.example.test", alias(f"dualstack.{name}"))
    put("api.example.test", alias(domain["regionalDomainName"]))

    direct, by_alias, api = (ask(sandbox, asked) for asked in (name, "web.example.test", "api.example.test"))

    (address,) = addresses(direct)
    assert address.startswith("127.0.0.")
    assert addresses(by_alias) == addresses(api) == [address]
    assert {answer.rr[0].ttl for answer in (direct, by_alias, api)} == {6}
    assert ask(sandbox, "web.example.test", "AAAA").rr == []


def test_an_alias_of_what_the_sandbox_does_not_serve_is_refused_with_a_reason(sandbox, put):
    put("site.example.test", alias("s3-website-us-east-1.amazonaws.com"))

    answer = ask(sandbox, "site.example.test")

    assert rcode(answer) == 5
    assert b"S3 websites" in answer.ar[0].rdata[0].data


def test_private_zones_are_not_served(sandbox):
    sandbox.client("route53").create_hosted_zone(
        Name="private.test",
        CallerReference="private",
        VPC={"VPCRegion": "us-east-1", "VPCId": "vpc-00000001"},
    )

    assert rcode(ask(sandbox, "private.test", "SOA")) == 5


def test_status_says_how_fast_time_runs(sandbox):
    status = sandbox.status()

    assert "10 times as fast" in str(status)


def test_records_that_do_not_go_together_are_refused_and_change_nothing(sandbox, put, zone):
    put("pair.example.test", values("10.1.0.1", SetIdentifier="home", Failover="PRIMARY"))
    standby = {"SetIdentifier": "standby", "Failover": "SECONDARY"}
    put("pair.example.test", values("10.1.0.2", **standby))
    before = sandbox.client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    alias = {"HostedZoneId": zone, "DNSName": "nobody.example.test", "EvaluateTargetHealth": True}
    for record, reason in (
        (values("10.1.0.3", SetIdentifier="other", Failover="SECONDARY"), "another SECONDARY"),
        (values("10.1.0.3"), "other RRSets exist"),
        (values("10.1.0.3", SetIdentifier="other", Weight=1), "other RRSets exist"),
        ({"AliasTarget": alias, **standby}, "was not found"),
    ):
        with pytest.raises(ClientError, match=rf"InvalidChangeBatch.*{reason}"):
            put("pair.example.test", record)
    after = sandbox.client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    assert after == before
