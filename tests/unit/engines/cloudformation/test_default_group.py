"""The function that closes a VPC's default group, against something that answers as EC2 does."""

from __future__ import annotations

import importlib.util
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import pytest

from tapstack.functions import folder

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:shop-dev-default-group"
GROUP = "sg-1"
MISSING = "<Response><Errors><Error><Code>InvalidPermission.NotFound</Code></Error></Errors></Response>"
DENIED = "<Response><Errors><Error><Code>UnauthorizedOperation</Code></Error></Errors></Response>"


class Ec2:
    """What was asked, and what to answer to which action."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.signed: list[str] = []
        self.errors: dict[str, str] = {}


@pytest.fixture
def ec2(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ec2]:
    known = Ec2()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked = {name: value for name, (value,) in parse_qs(body).items()}
            known.asked.append(asked)
            known.signed.append(self.headers["Authorization"])
            error = known.errors.get(asked["Action"])
            self.send_response(400 if error else 200)
            self.end_headers()
            self.wfile.write((error or "<Response><return>true</return></Response>").encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("AWS_REGION", "eu-west-1")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            monkeypatch.setenv(name, "test")
        yield known
        server.shutdown()
        thread.join()


def call(monkeypatch: pytest.MonkeyPatch, request: str = "Create") -> tuple[str, str]:
    """Call the function as CloudFormation does: the status that it answers, and its reason."""
    answers: list[tuple[str, str]] = []

    def send(_event: Any, _context: Any, status: str, _data: Any, _identity: str, reason: str = "") -> None:
        answers.append((status, reason))

    monkeypatch.setitem(sys.modules, "cfnresponse", SimpleNamespace(SUCCESS="SUCCESS", FAILED="FAILED", send=send))
    spec = importlib.util.spec_from_file_location("default_group", folder("default_group") / "index.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    event = {"RequestType": request, "ResourceProperties": {"GroupId": GROUP}}
    module.handler(event, SimpleNamespace(invoked_function_arn=ARN))
    (answer,) = answers
    return answer


def test_the_two_rules_of_a_new_group_are_revoked(ec2: Ec2, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call(monkeypatch) == ("SUCCESS", "")
    every = {"Version": "2016-11-15", "GroupId": GROUP, "IpPermissions.1.IpProtocol": "-1"}
    assert ec2.asked == [
        {"Action": "RevokeSecurityGroupIngress", **every, "IpPermissions.1.Groups.1.GroupId": GROUP},
        {"Action": "RevokeSecurityGroupEgress", **every, "IpPermissions.1.IpRanges.1.CidrIp": "0.0.0.0/0"},
    ]
    assert all("/eu-west-1/ec2/aws4_request" in signed for signed in ec2.signed)


def test_a_group_that_is_closed_already_stays_so(ec2: Ec2, monkeypatch: pytest.MonkeyPatch) -> None:
    ec2.errors = {"RevokeSecurityGroupIngress": MISSING, "RevokeSecurityGroupEgress": MISSING}
    assert call(monkeypatch, "Update") == ("SUCCESS", "")


def test_any_other_refusal_is_told_in_aws_own_words(ec2: Ec2, monkeypatch: pytest.MonkeyPatch) -> None:
    ec2.errors = {"RevokeSecurityGroupEgress": DENIED}
    status, reason = call(monkeypatch)
    assert (status, reason) == ("FAILED", DENIED)


def test_nothing_is_done_when_the_network_goes(ec2: Ec2, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call(monkeypatch, "Delete") == ("SUCCESS", "")
    assert ec2.asked == []
