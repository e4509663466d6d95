"""A client as an application has it: resolves by the sandbox's DNS, then talks HTTP to the address it was given."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import dnslib
import urllib3

from tapstack.sandbox.control import Sandbox


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: str
    headers: dict[str, str]

    @property
    def data(self) -> Any:
        return json.loads(self.body)


def resolve(sandbox: Sandbox, name: str) -> str:
    """The first address of a name, asked of the sandbox's DNS."""
    question = dnslib.DNSRecord.question(name)
    reply = dnslib.DNSRecord.parse(question.send("127.0.0.1", sandbox.dns_port, timeout=5))
    addresses = [str(record.rdata) for record in reply.rr if record.rtype == dnslib.QTYPE.A]
    assert addresses, f"{name}: {dnslib.RCODE[reply.header.rcode]}"
    return addresses[0]


def call(
    sandbox: Sandbox,
    url: str,
    *,
    method: str = "GET",
    body: str | None = None,
    host: str = "",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Ask a URL on its standard port; `host` asks the same server in another one's name."""
    parts = urlsplit(url)
    name = host or parts.hostname or ""
    address = resolve(sandbox, parts.hostname or "")
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    with _pool(sandbox, parts.scheme, address, name) as pool:
        answer = pool.request(
            method,
            path or "/",
            body=body,
            headers={**(headers or {}), "Host": name},
            redirect=False,
            retries=False,
            timeout=30,
        )
        return Answer(answer.status, answer.data.decode(), dict(answer.headers))


def _pool(sandbox: Sandbox, scheme: str, address: str, name: str) -> urllib3.HTTPConnectionPool:
    if scheme == "http":
        return urllib3.HTTPConnectionPool(address, sandbox.settings.ports.http)
    return urllib3.HTTPSConnectionPool(
        address,
        sandbox.settings.ports.https,
        ca_certs=str(sandbox.ca_bundle),
        server_hostname=name,
        assert_hostname=name,
    )


def until(condition: Callable[[], Any], seconds: float = 20) -> Any:
    """Wait for something to become true, and give it back; fail when it does not."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        assert time.monotonic() < deadline, f"not so after {seconds} s"
        time.sleep(0.1)
