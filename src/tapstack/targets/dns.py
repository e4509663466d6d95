"""One question to a DNS server: the addresses of a name, and for how long they may be kept."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tapstack.targets.target import Resolved

PORT = 53
CLIENT_REGION_OPTION = 65280
"""The sandbox's EDNS option for the region in which a client stands; latency routing goes by it."""
RESOLVERS = Path("/etc/resolv.conf")
ATTEMPTS = 2


def ask(name: str, server: str, port: int = PORT, *, client_region: str | None = None, timeout: float = 5) -> Resolved:
    """Ask one server for a name's addresses; OSError when there are none, or no answer."""
    import dnslib

    question = dnslib.DNSRecord.question(name)
    if client_region is not None:
        option = dnslib.EDNSOption(CLIENT_REGION_OPTION, client_region.encode())
        question.add_ar(dnslib.EDNS0(udp_len=1232, opts=[option]))
    reply = dnslib.DNSRecord.parse(_send(question, server, port, timeout))
    if reply.header.tc:
        reply = dnslib.DNSRecord.parse(question.send(server, port, tcp=True, timeout=timeout))
    addresses = tuple(str(record.rdata) for record in reply.rr if record.rtype == dnslib.QTYPE.A)
    if not addresses:
        raise OSError(f"{name} has no address ({dnslib.RCODE[reply.header.rcode]})")
    # A chain of names may be kept for as long as its shortest-lived part.
    return Resolved(addresses, float(min(record.ttl for record in reply.rr)))


def _send(question: object, server: str, port: int, timeout: float) -> bytes:
    """A datagram may get lost; a second one hardly ever does."""
    for attempt in range(ATTEMPTS):
        try:
            return bytes(question.send(server, port, timeout=timeout / ATTEMPTS))  # type: ignore[attr-defined]
        except TimeoutError:
            if attempt + 1 == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def ask_system(name: str, *, timeout: float = 5) -> Resolved:
    """Ask the resolvers of this machine, one after the other."""
    problem: OSError | None = None
    for server in servers(RESOLVERS.read_text(encoding="utf-8").splitlines()):
        try:
            return ask(name, server, timeout=timeout)
        except OSError as error:
            problem = error
    raise problem or OSError(f"{RESOLVERS} names no server that could be asked for {name}")


def servers(lines: Iterable[str]) -> tuple[str, ...]:
    """The servers that a `resolv.conf` names."""
    words = [line.split() for line in lines]
    return tuple(line[1] for line in words if len(line) > 1 and line[0] == "nameserver")
