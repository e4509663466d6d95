"""TLS with the sandbox's own authority, and policies that ask for it."""

from __future__ import annotations

import http.client
import json
import socket
import ssl

import botocore.exceptions
import pytest

from tapstack.sandbox.control import Sandbox


def _trust(sandbox: Sandbox) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(sandbox.ca_bundle))


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "127.0.0.1",
        "bucket.localhost",
        "abc123.execute-api.localhost",
        "front-1234.us-west-2.elb.amazonaws.com",
        "abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-west-1.on.aws",
        "shop.example.com",
    ],
)
def test_the_certificate_is_good_for_every_name_under_which_it_is_asked(sandbox: Sandbox, name: str) -> None:
    with (
        socket.create_connection(("127.0.0.1", sandbox.settings.ports.https), timeout=5) as connection,
        _trust(sandbox).wrap_socket(connection, server_hostname=name) as secured,
    ):
        assert secured.version() in {"TLSv1.2", "TLSv1.3"}


def test_who_does_not_trust_the_sandboxs_authority_is_not_fooled(sandbox: Sandbox) -> None:
    with (
        socket.create_connection(("127.0.0.1", sandbox.settings.ports.https), timeout=5) as connection,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        ssl.create_default_context().wrap_socket(connection, server_hostname="localhost")


def test_a_tls_only_bucket_takes_uploads_over_tls_and_refuses_them_in_plain(sandbox: Sandbox) -> None:
    secure = sandbox.client("s3")
    plain = sandbox.client("s3", endpoint_url=sandbox.endpoint)
    secure.create_bucket(Bucket="tls-only")
    plain.put_object(Bucket="tls-only", Key="before", Body=b"1")
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::tls-only", "arn:aws:s3:::tls-only/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    secure.put_bucket_policy(Bucket="tls-only", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))

    secure.put_object(Bucket="tls-only", Key="a", Body=b"1")
    assert secure.get_object(Bucket="tls-only", Key="a")["Body"].read() == b"1"
    for refused in (
        lambda: plain.put_object(Bucket="tls-only", Key="b", Body=b"1"),
        lambda: plain.get_object(Bucket="tls-only", Key="a"),
        lambda: plain.list_objects_v2(Bucket="tls-only"),
    ):
        with pytest.raises(botocore.exceptions.ClientError) as failed:
            refused()
        assert failed.value.response["Error"]["Code"] == "AccessDenied"


def test_nobody_can_claim_tls_in_a_header(sandbox: Sandbox) -> None:
    plain = sandbox.client("s3", endpoint_url=sandbox.endpoint)
    plain.meta.events.register(
        "before-send.*", lambda request, **_: request.headers.__setitem__("X-Forwarded-Proto", "https")
    )
    secure = sandbox.client("s3")
    secure.create_bucket(Bucket="claimed")
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::claimed/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    secure.put_bucket_policy(Bucket="claimed", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))

    with pytest.raises(botocore.exceptions.ClientError) as failed:
        plain.put_object(Bucket="claimed", Key="a", Body=b"1")
    assert failed.value.response["Error"]["Code"] == "AccessDenied"


def test_a_buckets_name_may_stand_before_the_host(sandbox: Sandbox) -> None:
    sandbox.client("s3").create_bucket(Bucket="in-front")
    link = sandbox.client("s3").generate_presigned_url("list_objects_v2", Params={"Bucket": "in-front"})
    assert "/in-front?" in link  # what SDKs do by default for an address
    connection = http.client.HTTPSConnection(
        "127.0.0.1", sandbox.settings.ports.https, timeout=5, context=_trust(sandbox)
    )
    try:
        connection.request("GET", "/nothing", headers={"Host": f"in-front.localhost:{sandbox.settings.ports.https}"})
        assert connection.getresponse().status in (403, 404)
    finally:
        connection.close()


def test_a_load_balancer_redirects_from_plain_to_tls_on_the_gateways_ports(sandbox: Sandbox) -> None:
    ec2, balancers = sandbox.client("ec2", "us-west-2"), sandbox.client("elbv2", "us-west-2")
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]][:2]
    made = balancers.create_load_balancer(Name="front", Subnets=subnets)["LoadBalancers"][0]
    certificate = sandbox.client("acm", "us-west-2").request_certificate(DomainName="shop.example.com")[
        "CertificateArn"
    ]
    balancers.create_listener(
        LoadBalancerArn=made["LoadBalancerArn"], Port=80, Protocol="HTTP",
        DefaultActions=[
            {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
        ],
    )  # fmt: skip
    balancers.create_listener(
        LoadBalancerArn=made["LoadBalancerArn"], Port=443, Protocol="HTTPS",
        Certificates=[{"CertificateArn": certificate}],
        DefaultActions=[
            {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "MessageBody": "secure"}}
        ],
    )  # fmt: skip
    ports = sandbox.settings.ports
    plain = http.client.HTTPConnection("127.0.0.1", ports.http, timeout=5)
    secured = http.client.HTTPSConnection("127.0.0.1", ports.https, timeout=5, context=_trust(sandbox))
    try:
        plain.request("GET", "/cart", headers={"Host": made["DNSName"]})
        redirect = plain.getresponse()
        assert redirect.status == 301
        assert redirect.headers["Location"] == f"https://{made['DNSName']}:{ports.https}/cart"
        secured.request("GET", "/cart", headers={"Host": made["DNSName"]})
        assert secured.getresponse().read() == b"secure"
    finally:
        plain.close()
        secured.close()
