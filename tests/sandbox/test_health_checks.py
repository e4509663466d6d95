"""Health checks that really look, and DNS that follows them from one region to the other and home again."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import math
import threading
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore.exceptions import ClientError
from dnslib import DNSRecord

from tapstack.sandbox.control import Sandbox

FACTOR = 20
SANDBOX_OPTIONS = {"clock_factor": FACTOR}
HOME, STANDBY = "us-east-1", "eu-west-1"
INTERVAL, THRESHOLD, ALIAS_TTL = 10, 2, 60

_reference = itertools.count()


class Endpoint(ThreadingHTTPServer):
    """A web server on this machine that answers as told."""

    status = 200
    body = b"all is well"
    delay = 0.0
    asked_by = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_GET(self) -> None:
        self.server.asked_by = self.headers["User-Agent"]
        time.sleep(self.server.delay)
        with contextlib.suppress(OSError):  # a checker that lost its patience
            self.send_response(self.server.status)
            self.send_header("Content-Length", str(len(self.server.body)))
            self.end_headers()
            self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def remove_checks(sandbox: Sandbox) -> Iterator[None]:
    """Nobody looks at what a finished test has left behind."""
    yield
    route53 = sandbox.client("route53")
    for check in route53.list_health_checks()["HealthChecks"]:
        route53.delete_health_check(HealthCheckId=check["Id"])


def until(condition: Callable[[], bool], seconds: float = 20) -> float:
    """Wait until it is true; the seconds that took."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() < begun + seconds, "this did not come true in time"
        time.sleep(0.05)
    return time.monotonic() - begun


def create_check(sandbox: Sandbox, **config: Any) -> str:
    response = sandbox.client("route53").create_health_check(
        CallerReference=f"check-{next(_reference)}", HealthCheckConfig=config
    )
    return response["HealthCheck"]["Id"]


def check_of(sandbox: Sandbox, endpoint: Endpoint, **config: Any) -> str:
    """A check of a server on this machine, eager to change its mind."""
    defaults = {"Type": "HTTP", "IPAddress": "127.0.0.1", "Port": endpoint.server_port, "ResourcePath": "/health"}
    return create_check(sandbox, **{**defaults, "RequestInterval": 10, "FailureThreshold": 1, **config})


def is_healthy(sandbox: Sandbox, check: str) -> bool:
    return sandbox.status()["parts"]["dns"]["health checks"][check] == "healthy"


def reports(sandbox: Sandbox, check: str) -> list[str]:
    observations = sandbox.client("route53").get_health_check_status(HealthCheckId=check)["HealthCheckObservations"]
    return [each["StatusReport"]["Status"] for each in observations]


def all_report(sandbox: Sandbox, check: str, text: str) -> bool:
    """Tell whether every checker has looked and says so."""
    found = reports(sandbox, check)
    return bool(found) and all(text in report for report in found)


def test_an_endpoint_is_watched_and_its_status_reported(sandbox, endpoint):
    check = check_of(sandbox, endpoint)
    until(lambda: all_report(sandbox, check, "200"))
    assert "Route53" in endpoint.asked_by

    endpoint.status = 503
    until(lambda: not is_healthy(sandbox, check))

    until(lambda: all_report(sandbox, check, "Failure: HTTP Status Code 503"))
    failures = sandbox.client("route53").get_health_check_last_failure_reason(HealthCheckId=check)
    assert "503" in failures["HealthCheckObservations"][0]["StatusReport"]["Status"]

    endpoint.status = 302
    until(lambda: is_healthy(sandbox, check))


def test_a_status_is_published_as_metrics(sandbox, endpoint):
    check = check_of(sandbox, endpoint)
    cloudwatch = sandbox.client("cloudwatch", "us-east-1")

    def last(metric: str) -> float | None:
        now = time.time()
        points = cloudwatch.get_metric_statistics(
            Namespace="AWS/Route53",
            MetricName=metric,
            Dimensions=[{"Name": "HealthCheckId", "Value": check}],
            StartTime=now - 600,
            EndTime=now + 60,
            Period=3600,
            Statistics=["Minimum"],
        )["Datapoints"]
        return points[-1]["Minimum"] if points else None

    until(lambda: last("HealthCheckStatus") == 1 and last("HealthCheckPercentageHealthy") == 100)

    endpoint.status = 500

    until(lambda: last("HealthCheckStatus") == 0 and last("HealthCheckPercentageHealthy") == 0)


def test_the_body_must_hold_the_string_in_its_first_5120_bytes(sandbox, endpoint):
    check = check_of(sandbox, endpoint, Type="HTTP_STR_MATCH", SearchString="is well")
    until(lambda: all_report(sandbox, check, "200"))

    endpoint.body = b" " * 5120 + b"all is well"

    until(lambda: not is_healthy(sandbox, check))
    assert "string was not found" in " ".join(reports(sandbox, check))


def test_tcp_checks_only_connect(sandbox, endpoint):
    endpoint.status = 500
    check = check_of(sandbox, endpoint, Type="TCP")
    until(lambda: all_report(sandbox, check, "TCP connection"))

    endpoint.server_close()

    until(lambda: not is_healthy(sandbox, check))


def test_https_checks_accept_any_certificate(sandbox):
    check = create_check(
        sandbox,
        Type="HTTPS",
        IPAddress="127.0.0.1",
        FullyQualifiedDomainName="whatever.test",
        Port=sandbox.settings.ports.https,
        ResourcePath="/_ministack/health",
        RequestInterval=10,
    )

    until(lambda: all_report(sandbox, check, "200"))


def test_an_answer_must_come_within_two_seconds(sandbox, endpoint):
    endpoint.delay = 2.2
    check = check_of(sandbox, endpoint)

    until(lambda: not is_healthy(sandbox, check))

    assert all_report(sandbox, check, "within the timeout limit")


def test_addresses_of_other_machines_are_not_looked_at(sandbox):
    check = create_check(sandbox, Type="TCP", IPAddress="192.0.2.1", Port=80, RequestInterval=10, FailureThreshold=1)

    until(lambda: not is_healthy(sandbox, check))
    assert "not on this machine" in reports(sandbox, check)[0]


def test_a_check_is_healthy_until_it_is_known_to_be_otherwise(sandbox):
    slow = create_check(sandbox, Type="TCP", IPAddress="127.0.0.1", Port=9, RequestInterval=30, FailureThreshold=10)

    until(lambda: any(report.startswith("Failure") for report in reports(sandbox, slow)))

    assert is_healthy(sandbox, slow)


def test_changes_of_a_check_count_at_once(sandbox, endpoint):
    check = check_of(sandbox, endpoint)
    route53 = sandbox.client("route53")

    def updated(**changes: Any) -> bool:
        route53.update_health_check(HealthCheckId=check, **changes)
        return is_healthy(sandbox, check)

    assert not updated(Inverted=True)
    assert route53.get_health_check(HealthCheckId=check)["HealthCheck"]["HealthCheckConfig"]["Inverted"] is True
    assert updated(Inverted=False)
    endpoint.status = 500
    until(lambda: not is_healthy(sandbox, check))
    assert updated(Disabled=True)
    assert not updated(Inverted=True)

    route53.delete_health_check(HealthCheckId=check)
    with pytest.raises(ClientError, match="NoSuchHealthCheck"):
        reports(sandbox, check)


def test_a_calculated_check_counts_its_children(sandbox, endpoint):
    one, other = check_of(sandbox, endpoint), check_of(sandbox, endpoint)
    inverted = check_of(sandbox, endpoint, Inverted=True)
    two_of_three = create_check(sandbox, Type="CALCULATED", HealthThreshold=2, ChildHealthChecks=[one, other, inverted])
    all_three = create_check(sandbox, Type="CALCULATED", HealthThreshold=3, ChildHealthChecks=[one, other, inverted])

    assert (is_healthy(sandbox, two_of_three), is_healthy(sandbox, all_three)) == (True, False)

    endpoint.status = 500

    until(lambda: not is_healthy(sandbox, two_of_three))


def test_a_check_follows_an_alarm(sandbox):
    cloudwatch = sandbox.client("cloudwatch", STANDBY)
    cloudwatch.put_metric_alarm(
        AlarmName="watched",
        Namespace="Shop",
        MetricName="Trouble",
        Statistic="Maximum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )

    def check_on(insufficient: str) -> str:
        return create_check(
            sandbox,
            Type="CLOUDWATCH_METRIC",
            AlarmIdentifier={"Region": STANDBY, "Name": "watched"},
            InsufficientDataHealthStatus=insufficient,
        )

    bad, good = check_on("Unhealthy"), check_on("Healthy")
    assert (is_healthy(sandbox, bad), is_healthy(sandbox, good)) == (False, True)

    def report(value: float) -> None:
        cloudwatch.put_metric_data(Namespace="Shop", MetricData=[{"MetricName": "Trouble", "Value": value}])

    report(0)
    assert (is_healthy(sandbox, bad), is_healthy(sandbox, good)) == (True, True)
    report(1)
    assert (is_healthy(sandbox, bad), is_healthy(sandbox, good)) == (False, False)
    sandbox.outage(STANDBY)
    assert (is_healthy(sandbox, bad), is_healthy(sandbox, good)) == (False, True)
    sandbox.restore(STANDBY)


def test_targets_are_looked_at_and_decide_over_an_alias(sandbox, endpoint):
    balancing = sandbox.client("elbv2", STANDBY)
    balancer = balancing.create_load_balancer(Name="targets", Subnets=["subnet-1"])["LoadBalancers"][0]
    group = balancing.create_target_group(
        Name="targets",
        TargetType="ip",
        Protocol="HTTP",
        Port=endpoint.server_port,
        VpcId="vpc-1",
        HealthCheckIntervalSeconds=5,
        UnhealthyThresholdCount=2,
        HealthyThresholdCount=2,
    )["TargetGroups"][0]["TargetGroupArn"]
    balancing.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    balancing.register_targets(TargetGroupArn=group, Targets=[{"Id": "127.0.0.1"}])
    route53 = sandbox.client("route53")
    zone = route53.create_hosted_zone(Name="targets.test", CallerReference="targets")["HostedZone"]["Id"]
    alias = {"HostedZoneId": "Z1", "DNSName": balancer["DNSName"], "EvaluateTargetHealth": True}
    records: list[dict[str, Any]] = [
        {"SetIdentifier": "one", "Failover": "PRIMARY", "AliasTarget": alias},
        {"SetIdentifier": "two", "Failover": "SECONDARY", "TTL": 60, "ResourceRecords": [{"Value": "127.9.9.9"}]},
    ]
    route53.change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={
            "Changes": [
                {"Action": "CREATE", "ResourceRecordSet": {"Name": "www.targets.test", "Type": "A", **record}}
                for record in records
            ]
        },
    )

    def target() -> dict[str, Any]:
        (described,) = balancing.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        health: dict[str, Any] = described["TargetHealth"]
        return health

    until(lambda: target()["State"] == "healthy")
    assert resolve(sandbox, "www.targets.test")[0] != "127.9.9.9"

    endpoint.status = 500

    until(lambda: target()["State"] == "unhealthy")
    assert target()["Reason"] == "Target.ResponseCodeMismatch"
    assert resolve(sandbox, "www.targets.test")[0] == "127.9.9.9"
    balancer_name = balancer["LoadBalancerArn"].split("loadbalancer/")[1]
    until(lambda: lowest(sandbox, "UnHealthyHostCount", group.split(":", 5)[5], balancer_name) is not None)


def lowest(sandbox: Sandbox, metric: str, group: str, balancer: str) -> float | None:
    now = time.time()
    points = sandbox.client("cloudwatch", STANDBY).get_metric_statistics(
        Namespace="AWS/ApplicationELB",
        MetricName=metric,
        Dimensions=[{"Name": "TargetGroup", "Value": group}, {"Name": "LoadBalancer", "Value": balancer}],
        StartTime=now - 600,
        EndTime=now + 60,
        Period=3600,
        Statistics=["Minimum"],
    )["Datapoints"]
    return points[-1]["Minimum"] if points else None


def resolve(sandbox: Sandbox, name: str) -> tuple[str, int]:
    reply = DNSRecord.parse(DNSRecord.question(name).send("127.0.0.1", sandbox.dns_port, timeout=5))
    (line,) = reply.rr
    return str(line.rdata), line.ttl


class Client:
    """Resolves through the DNS port, keeps the answer for its TTL, and asks by the name it was given."""

    def __init__(self, sandbox: Sandbox, name: str, path: str = "/health") -> None:
        self._sandbox, self._name, self._path = sandbox, name, path
        self._address, self._expires = "", 0.0

    def region(self) -> str | None:
        """The region that answered; nothing when none did."""
        if time.monotonic() >= self._expires:
            self._address, ttl = resolve(self._sandbox, self._name)
            self._expires = time.monotonic() + ttl
        port = self._sandbox.settings.ports.http
        request = urllib.request.Request(
            f"http://{self._address}:{port}{self._path}", headers={"Host": f"{self._name}:{port}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as response:
                return str(response.read().decode())
        except (OSError, urllib.error.URLError):
            return None


HANDLER = """
import os

def handler(event, context):
    return {"statusCode": 200, "body": os.environ["AWS_REGION"]}
"""


def create_function(sandbox: Sandbox, region: str) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.py", HANDLER)
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = sandbox.client("iam").create_role(
        RoleName=f"function-{region}",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    functions = sandbox.client("lambda", region)
    arn: str = functions.create_function(
        FunctionName="where",
        Runtime="python3.12",
        Handler="index.handler",
        Role=role,
        Code={"ZipFile": archive.getvalue()},
    )["FunctionArn"]
    for principal in ("elasticloadbalancing", "apigateway"):
        functions.add_permission(
            FunctionName="where",
            StatementId=principal,
            Action="lambda:InvokeFunction",
            Principal=f"{principal}.amazonaws.com",
        )
    return arn


@pytest.fixture(scope="module")
def functions(sandbox: Sandbox) -> dict[str, str]:
    return {region: create_function(sandbox, region) for region in (HOME, STANDBY)}


def create_load_balancer(sandbox: Sandbox, region: str, function: str) -> str:
    """A load balancer in front of the function; the name that AWS gives it."""
    balancing = sandbox.client("elbv2", region)
    balancer = balancing.create_load_balancer(Name="shop", Subnets=["subnet-1"])["LoadBalancers"][0]
    group = balancing.create_target_group(Name="shop", TargetType="lambda")["TargetGroups"][0]["TargetGroupArn"]
    balancing.register_targets(TargetGroupArn=group, Targets=[{"Id": function}])
    balancing.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    name: str = balancer["DNSName"]
    return name


def create_api(sandbox: Sandbox, region: str, function: str, domain: str) -> tuple[str, str]:
    """An HTTP API under a domain of its own; the names that AWS gives to the API and to the domain."""
    apis = sandbox.client("apigatewayv2", region)
    api = apis.create_api(Name="shop", ProtocolType="HTTP")["ApiId"]
    integration = apis.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=function, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    apis.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{integration}")
    apis.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    certificate = f"arn:aws:acm:{region}:000000000000:certificate/one"
    created = apis.create_domain_name(
        DomainName=domain,
        DomainNameConfigurations=[{"CertificateArn": certificate, "EndpointType": "REGIONAL"}],
    )
    apis.create_api_mapping(DomainName=domain, ApiId=api, Stage="$default")
    target = created["DomainNameConfigurations"][0]["ApiGatewayDomainName"]
    return f"{api}.execute-api.{region}.amazonaws.com", target


def deploy_failover(
    sandbox: Sandbox, name: str, targets: dict[str, str], checked: dict[str, str], *, evaluates: bool
) -> None:
    """Failover records, home first, each with a check of its region's endpoint."""
    route53 = sandbox.client("route53")
    zone = route53.create_hosted_zone(Name=name.partition(".")[2], CallerReference=name)["HostedZone"]["Id"]
    changes = []
    for region, role in ((HOME, "PRIMARY"), (STANDBY, "SECONDARY")):
        check = create_check(
            sandbox,
            Type="HTTP",
            FullyQualifiedDomainName=checked[region],
            ResourcePath="/health",
            RequestInterval=INTERVAL,
            FailureThreshold=THRESHOLD,
        )
        record = {
            "Name": name,
            "Type": "A",
            "SetIdentifier": region,
            "Failover": role,
            "HealthCheckId": check,
            "AliasTarget": {"HostedZoneId": "Z1", "DNSName": targets[region], "EvaluateTargetHealth": evaluates},
        }
        changes.append({"Action": "CREATE", "ResourceRecordSet": record})
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def measure_failover(sandbox: Sandbox, client: Client, *, factor: float) -> None:
    """Home fails and comes back; each move takes no longer than the deployed settings allow."""
    # A machine that is busy with other tests stops for a second or two, whatever the clock's factor.
    pauses = 1 if factor == 1 else 4
    allowed = INTERVAL * THRESHOLD / factor + math.ceil(ALIAS_TTL / factor) + pauses
    patience = allowed + 30
    until(lambda: client.region() == HOME, patience)
    try:
        sandbox.outage(HOME)
        assert client.region() is None, "an answer that is still kept leads to the region that is out"
        away = until(lambda: client.region() == STANDBY, patience)
    finally:
        sandbox.restore(HOME)
    back = until(lambda: client.region() == HOME, patience)
    # How close it came is worth a look: `pytest -rP` shows it.
    print(f"allowed {allowed:.1f} s, away {away:.1f} s, back {back:.1f} s, factor {factor:g}")  # noqa: T201 - see above
    assert away <= allowed
    assert back <= allowed


def test_a_client_follows_dns_to_the_standby_s_load_balancer_and_home_again(sandbox, functions):
    balancers = {region: create_load_balancer(sandbox, region, functions[region]) for region in (HOME, STANDBY)}
    deploy_failover(sandbox, "www.shop.test", balancers, balancers, evaluates=False)

    measure_failover(sandbox, Client(sandbox, "www.shop.test"), factor=FACTOR)


def test_a_region_that_is_out_cannot_be_reached_by_https_either(sandbox, functions):
    own, _ = create_api(sandbox, STANDBY, functions[STANDBY], "secure.shop-api.test")
    check = create_check(
        sandbox,
        Type="HTTPS_STR_MATCH",
        FullyQualifiedDomainName=own,
        ResourcePath="/health",
        SearchString=STANDBY,
        RequestInterval=10,
        FailureThreshold=1,
    )
    until(lambda: all_report(sandbox, check, "200"))

    sandbox.outage(STANDBY)
    until(lambda: not is_healthy(sandbox, check))
    assert all_report(sandbox, check, "is out")

    sandbox.restore(STANDBY)
    until(lambda: is_healthy(sandbox, check))


def test_a_client_follows_dns_to_the_standby_s_api_and_home_again(sandbox, functions):
    apis = {region: create_api(sandbox, region, functions[region], "api.shop-api.test") for region in (HOME, STANDBY)}
    checked = {region: own for region, (own, _) in apis.items()}
    targets = {region: target for region, (_, target) in apis.items()}
    deploy_failover(sandbox, "api.shop-api.test", targets, checked, evaluates=True)

    measure_failover(sandbox, Client(sandbox, "api.shop-api.test"), factor=FACTOR)


@pytest.mark.slow  # as deployed, without a faster clock: two minutes
def test_a_client_follows_dns_in_real_time(state_home):
    with Sandbox.run("real-time") as sandbox:
        functions = {region: create_function(sandbox, region) for region in (HOME, STANDBY)}
        balancers = {region: create_load_balancer(sandbox, region, functions[region]) for region in (HOME, STANDBY)}
        deploy_failover(sandbox, "www.shop.test", balancers, balancers, evaluates=True)

        measure_failover(sandbox, Client(sandbox, "www.shop.test"), factor=1)
