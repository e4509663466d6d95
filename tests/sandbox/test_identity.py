"""Signatures and policies are enforced, for users, roles and functions; root keys are refused from outside."""

from __future__ import annotations

import http.client
import io
import json
import stat
import zipfile
from typing import Any

import boto3
import botocore.exceptions
import pytest

from tapstack.sandbox.control import Sandbox


def _session(sandbox: Sandbox, key: str, secret: str, token: str | None = None) -> Any:
    def client(service: str, region: str = "us-east-1") -> Any:
        return boto3.client(  # type: ignore[call-overload]
            service,
            region_name=region,
            endpoint_url=sandbox.tls_endpoint,
            verify=str(sandbox.ca_bundle),
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
        )

    return client


def _code(failed: pytest.ExceptionInfo[botocore.exceptions.ClientError]) -> str:
    return str(failed.value.response["Error"]["Code"])


def _policy(action: str, resource: str) -> str:
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}
    )


def _trust(principal: dict[str, str]) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_the_administrator_is_a_user_and_not_root(sandbox: Sandbox) -> None:
    identity = sandbox.client("sts").get_caller_identity()
    assert identity["Arn"] == "arn:aws:iam::000000000000:user/tapstack-administrator"
    assert identity["Account"] == "000000000000"


def test_only_the_owner_can_read_the_secrets(sandbox: Sandbox) -> None:
    folder = sandbox.folder
    for path in (folder.credentials, folder.token, folder.ca_key, folder.certificate_key):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def test_no_secret_shows_in_the_log_or_in_what_is_printed_of_the_key(sandbox: Sandbox) -> None:
    secret = sandbox.credentials.secret_access_key
    assert secret not in sandbox.folder.log.read_text()
    assert sandbox.folder.token.read_text() not in sandbox.folder.log.read_text()
    assert secret not in repr(sandbox.credentials)


@pytest.mark.parametrize("service", ["s3", "dynamodb", "ec2", "sqs", "iam"])
def test_a_wrong_signature_is_refused(sandbox: Sandbox, service: str) -> None:
    client = _session(sandbox, sandbox.credentials.access_key_id, "not-the-secret")(service)
    operation = {
        "s3": "list_buckets",
        "dynamodb": "list_tables",
        "ec2": "describe_vpcs",
        "sqs": "list_queues",
        "iam": "list_users",
    }[service]
    with pytest.raises(botocore.exceptions.ClientError) as failed:
        getattr(client, operation)()
    assert _code(failed) in {"SignatureDoesNotMatch", "InvalidSignatureException", "AuthFailure"}


@pytest.mark.parametrize("key", ["000000000000", "123456789012", "test"])
def test_root_keys_are_refused_from_outside(sandbox: Sandbox, key: str) -> None:
    for service, operation in (("dynamodb", "list_tables"), ("iam", "list_users"), ("sts", "get_caller_identity")):
        with pytest.raises(botocore.exceptions.ClientError) as failed:
            getattr(_session(sandbox, key, "test")(service), operation)()
        assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


@pytest.mark.parametrize(
    "path",
    [
        "/?X-Amz-Credential=000000000000%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Algorithm=AWS4-HMAC-SHA256",
        "/?x-amz-credential=000000000000/20260101/us-east-1/s3/aws4_request",
        "/?AWSAccessKeyId=test&Signature=x&Expires=99999999999",
    ],
)
def test_root_keys_are_refused_in_a_query_too(sandbox: Sandbox, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.settings.ports.http, timeout=5)
    try:
        connection.request("GET", path)
        assert connection.getresponse().status == 403
    finally:
        connection.close()


@pytest.mark.parametrize(
    "authorization",
    [
        "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
        "AWS4-HMAC-SHA256  Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
        "AWS4-ECDSA-P256-SHA256 Credential=test/20260101/s3/aws4_request, SignedHeaders=host, Signature=0",
        "AWS test:signature",
    ],
)
def test_root_keys_are_refused_in_every_kind_of_authorization(sandbox: Sandbox, authorization: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.settings.ports.http, timeout=5)
    try:
        connection.request("GET", "/", headers={"Authorization": authorization})
        assert connection.getresponse().status == 403
    finally:
        connection.close()


def test_a_call_without_any_signature_is_refused(sandbox: Sandbox) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.settings.ports.http, timeout=5)
    try:
        headers = {"X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": "application/x-amz-json-1.0"}
        connection.request("POST", "/", "{}", headers)
        assert connection.getresponse().status in (400, 403)
    finally:
        connection.close()


@pytest.mark.parametrize("path", ["/_ministack/reset", "/_ministack/config"])
def test_the_emulators_own_doors_are_closed(sandbox: Sandbox, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.settings.ports.http, timeout=5)
    try:
        connection.request("POST", path, "{}")
        assert connection.getresponse().status == 403
    finally:
        connection.close()


def test_a_user_without_a_policy_may_do_nothing(sandbox: Sandbox) -> None:
    iam = sandbox.client("iam")
    iam.create_user(UserName="nobody")
    key = iam.create_access_key(UserName="nobody")["AccessKey"]
    client = _session(sandbox, key["AccessKeyId"], key["SecretAccessKey"])

    for service, operation in (("dynamodb", "list_tables"), ("s3", "list_buckets"), ("iam", "list_users")):
        with pytest.raises(botocore.exceptions.ClientError) as failed:
            getattr(client(service), operation)()
        assert _code(failed) in {"AccessDenied", "AccessDeniedException"}


def test_a_role_may_do_what_its_policy_says_and_nothing_else(sandbox: Sandbox) -> None:
    iam = sandbox.client("iam")
    role = iam.create_role(
        RoleName="lister", AssumeRolePolicyDocument=_trust({"AWS": "arn:aws:iam::000000000000:root"})
    )["Role"]["Arn"]
    iam.put_role_policy(RoleName="lister", PolicyName="list", PolicyDocument=_policy("dynamodb:ListTables", "*"))
    key = sandbox.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    client = _session(sandbox, key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"])

    client("dynamodb").list_tables()

    with pytest.raises(botocore.exceptions.ClientError) as failed:
        client("dynamodb").describe_table(TableName="any")
    assert _code(failed) == "AccessDeniedException"
    with pytest.raises(botocore.exceptions.ClientError) as failed:
        client("sqs").list_queues()
    assert _code(failed) in {"AccessDenied", "AccessDeniedException"}


def test_a_policy_for_one_region_holds_in_that_region_only(sandbox: Sandbox) -> None:
    iam = sandbox.client("iam")
    iam.create_user(UserName="regional")
    arn = "arn:aws:sqs:us-west-2:000000000000:*"
    iam.put_user_policy(UserName="regional", PolicyName="west", PolicyDocument=_policy("sqs:*", arn))
    key = iam.create_access_key(UserName="regional")["AccessKey"]
    client = _session(sandbox, key["AccessKeyId"], key["SecretAccessKey"])

    client("sqs", "us-west-2").create_queue(QueueName="mine")
    with pytest.raises(botocore.exceptions.ClientError):
        client("sqs", "us-east-1").create_queue(QueueName="mine")


def test_a_policy_may_name_keys_by_their_alias_in_a_condition(sandbox: Sandbox) -> None:
    kms, iam = sandbox.client("kms"), sandbox.client("iam")
    named, other = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    kms.create_alias(AliasName="alias/named", TargetKeyId=named)
    kms.create_alias(AliasName="alias/also-named", TargetKeyId=named)
    kms.create_alias(AliasName="alias/other", TargetKeyId=other)
    role = iam.create_role(
        RoleName="encrypter", AssumeRolePolicyDocument=_trust({"AWS": "arn:aws:iam::000000000000:root"})
    )["Role"]["Arn"]
    keys = "arn:aws:kms:us-east-1:000000000000:key/*"
    by_resource = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/named"}}
    by_request = {"StringEquals": {"kms:RequestAlias": "alias/other"}}
    statements = [
        {"Effect": "Allow", "Action": action, "Resource": keys, "Condition": condition}
        for action, condition in (("kms:Encrypt", by_resource), ("kms:GenerateDataKey", by_request))
    ]
    iam.put_role_policy(
        RoleName="encrypter",
        PolicyName="encrypt",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
    )
    key = sandbox.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    client = _session(sandbox, key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"])("kms")

    for name in (named, named.rsplit("/", 1)[-1], "alias/named", "alias/also-named"):
        client.encrypt(KeyId=name, Plaintext=b"x")
    for name in (other, "alias/other"):
        with pytest.raises(botocore.exceptions.ClientError) as failed:
            client.encrypt(KeyId=name, Plaintext=b"x")
        assert _code(failed) == "AccessDeniedException"

    # This one depends on how the caller names the key, not on what aliases there are.
    client.generate_data_key(KeyId="alias/other", KeySpec="AES_256")
    for name in (other, "alias/named"):
        with pytest.raises(botocore.exceptions.ClientError) as failed:
            client.generate_data_key(KeyId=name, KeySpec="AES_256")
        assert _code(failed) == "AccessDeniedException"


def test_a_function_may_do_what_its_role_may(sandbox: Sandbox) -> None:
    iam = sandbox.client("iam")
    role = iam.create_role(RoleName="function", AssumeRolePolicyDocument=_trust({"Service": "lambda.amazonaws.com"}))[
        "Role"
    ]["Arn"]
    iam.put_role_policy(RoleName="function", PolicyName="list", PolicyDocument=_policy("dynamodb:ListTables", "*"))
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr(
            "index.py",
            "import boto3\n"
            "def handler(event, context):\n"
            "    allowed = boto3.client('dynamodb').list_tables()['TableNames']\n"
            "    try:\n"
            "        boto3.client('sqs').list_queues()\n"
            "    except Exception as error:\n"
            "        return {'allowed': allowed, 'denied': type(error).__name__, 'why': str(error)[:300]}\n"
            "    return 'both'\n",
        )
    functions = sandbox.client("lambda", "us-west-2")
    functions.create_function(
        FunctionName="least", Runtime="python3.11", Role=role, Handler="index.handler", Timeout=30,
        Code={"ZipFile": code.getvalue()},
    )  # fmt: skip

    answer = json.loads(functions.invoke(FunctionName="least")["Payload"].read())

    assert answer["allowed"] == []
    assert "AccessDenied" in answer["why"]


def test_two_sandboxes_have_different_keys_and_do_not_accept_each_others(sandbox: Sandbox) -> None:
    with Sandbox.run("another") as other:
        assert other.credentials.access_key_id != sandbox.credentials.access_key_id
        stranger = _session(other, sandbox.credentials.access_key_id, sandbox.credentials.secret_access_key)
        with pytest.raises(botocore.exceptions.ClientError):
            stranger("dynamodb").list_tables()


def test_without_enforcement_every_key_may_do_all_and_the_status_says_so(state_home: str) -> None:
    with Sandbox.run("open", enforce_iam=False) as unguarded:
        assert _session(unguarded, "000000000000", "any")("dynamodb").list_tables()["TableNames"] == []
        assert unguarded.status()["settings"]["enforce_iam"] is False
