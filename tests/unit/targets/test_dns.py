"""A question to a DNS server that answers as it is told."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dnslib
import pytest

from tapstack.targets.dns import CLIENT_REGION_OPTION, ask, servers


class _Answering(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        data, socket = self.request
        server: Any = self.server
        question = dnslib.DNSRecord.parse(data)
        server.asked.append(question)
        if len(server.asked) <= server.lost:
            return
        reply = question.reply()
        for line in server.lines:
            reply.add_answer(*dnslib.RR.fromZone(line))
        if not server.lines:
            reply.header.rcode = dnslib.RCODE.NXDOMAIN
        socket.sendto(reply.pack(), self.client_address)


@contextmanager
def answering(*lines: str, lost: int = 0) -> Iterator[tuple[int, list[Any]]]:
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), _Answering) as server:
        asked: list[Any] = []
        server.lines, server.lost, server.asked = lines, lost, asked  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server.server_address[1], asked
        server.shutdown()


def test_a_chain_may_be_kept_as_long_as_its_shortest_part() -> None:
    lines = "app.example. 300 IN CNAME lb.example.", "lb.example. 60 IN A 192.0.2.1", "lb.example. 60 IN A 192.0.2.2"
    with answering(*lines) as (port, _):
        found = ask("app.example", "127.0.0.1", port)
    assert found.addresses == ("192.0.2.1", "192.0.2.2")
    assert found.ttl == 60


def test_the_clients_region_is_told() -> None:
    with answering("app.example. 60 IN A 192.0.2.1") as (port, asked):
        ask("app.example", "127.0.0.1", port, client_region="eu-west-1")
        ask("app.example", "127.0.0.1", port)
    with_region, without = asked
    (option,) = next(record for record in with_region.ar if record.rtype == dnslib.QTYPE.OPT).rdata
    assert (option.code, bytes(option.data)) == (CLIENT_REGION_OPTION, b"eu-west-1")
    assert not without.ar


def test_a_datagram_that_is_lost_is_sent_again() -> None:
    with answering("app.example. 60 IN A 192.0.2.1", lost=1) as (port, asked):
        assert ask("app.example", "127.0.0.1", port, timeout=0.4).addresses == ("192.0.2.1",)
    assert len(asked) == 2


def test_no_address_is_no_answer() -> None:
    with answering() as (port, _), pytest.raises(OSError, match="NXDOMAIN"):
        ask("app.example", "127.0.0.1", port)


def test_no_server_is_no_answer() -> None:
    with answering(lost=9) as (port, _), pytest.raises(OSError):
        ask("app.example", "127.0.0.1", port, timeout=0.1)


def test_the_machines_resolvers() -> None:
    lines = ["# by hand", "nameserver 192.0.2.53", "search example", "nameserver 192.0.2.54 ", "nameserver"]
    assert servers(lines) == ("192.0.2.53", "192.0.2.54")
