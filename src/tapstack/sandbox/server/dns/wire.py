"""The DNS protocol: questions by UDP and TCP, answers by the resolver."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import struct
from collections.abc import Callable

from dnslib import EDNS0, OPCODE, QTYPE, RR, DNSRecord, EDNSOption

from tapstack.sandbox.server.dns.resolution import Answer, Line, Outcome, wire_ttl

_log = logging.getLogger("tapstack.dns")

_PLAIN_UDP_BYTES = 512
_MOST_UDP_BYTES = 1232
_TCP_IDLE_SECONDS = 10.0
_NOT_IMPLEMENTED = 4
CLIENT_REGION_OPTION = 65280
"""A local EDNS option (RFC 6891): the name of the region in which the client stands, for latency routing."""

# RFC 8914: an explanation in words, for clients that speak EDNS (`dig` prints it).
_EXTENDED_ERROR_OPTION = 15
_EXTENDED_ERROR_OTHER = 0

Resolve = Callable[[str, str, str | None], Answer]


class DnsServer:
    """Listens on one loopback port."""

    def __init__(self, resolve: Resolve, clock_factor: float) -> None:
        self._resolve = resolve
        self._clock_factor = clock_factor
        self._udp: asyncio.DatagramTransport | None = None
        self._tcp: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, address: str, port: int) -> None:
        """Listen by UDP and TCP."""
        loop = asyncio.get_running_loop()
        self._udp, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self), local_addr=(address, port))
        self._tcp = await asyncio.start_server(self._serve_stream, address, port)

    async def stop(self) -> None:
        """Stop listening."""
        if self._udp is not None:
            self._udp.close()
        if self._tcp is not None:
            self._tcp.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def receive_datagram(self, data: bytes, sender: tuple[str, int]) -> None:
        """Answer a question that came by UDP."""
        reply = self._reply(data, is_datagram=True)
        if reply is not None and self._udp is not None:
            self._udp.sendto(reply, sender)

    async def _serve_stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._keep(task)
        with contextlib.suppress(OSError, EOFError, TimeoutError, asyncio.CancelledError):
            while True:
                async with asyncio.timeout(_TCP_IDLE_SECONDS):
                    (length,) = struct.unpack("!H", await reader.readexactly(2))
                    data = await reader.readexactly(length)
                reply = self._reply(data, is_datagram=False)
                if reply is None:
                    break
                writer.write(struct.pack("!H", len(reply)) + reply)
                await writer.drain()
        writer.close()

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _reply(self, data: bytes, *, is_datagram: bool) -> bytes | None:
        """The reply's bytes; none for what is no question at all."""
        try:
            question = DNSRecord.parse(data)
        except Exception:  # noqa: BLE001 - dnslib raises its own and whatever a mangled packet causes
            return None
        if question.header.qr:
            return None
        reply = question.reply(ra=0, aa=0)
        if OPCODE.get(question.header.opcode) != "QUERY" or len(question.questions) != 1:
            reply.header.rcode = _NOT_IMPLEMENTED
            return bytes(reply.pack())
        asked = str(question.q.qname)
        try:
            answer = self._resolve(asked, QTYPE.get(question.q.qtype), _client_region(question))
            self._write(reply, asked, answer)
        except Exception:  # noqa: BLE001 - logged; a question must be answered
            _log.exception("The question for %s could not be answered", asked)
            reply = question.reply(ra=0, aa=0)
            answer = Answer(Outcome.FAILED, is_authoritative=False, explanation="the sandbox failed")
            reply.header.rcode = Outcome.FAILED.value
        space = _add_edns(question, reply, answer.explanation)
        packed = bytes(reply.pack())
        if is_datagram and len(packed) > space:
            packed = bytes(reply.truncate().pack())
        return packed

    def _write(self, reply: DNSRecord, asked: str, answer: Answer) -> None:
        reply.header.rcode = answer.outcome.value
        reply.header.aa = int(answer.is_authoritative)
        # The name is given back as it was asked: resolvers that vary its case on purpose compare it.
        first = asked.rstrip(".")
        for line in answer.lines:
            name = first if line.name == first.lower() else line.name
            reply.add_answer(*self._records(line, name))
        for line in answer.authority:
            reply.add_auth(*self._records(line, line.name))

    def _records(self, line: Line, name: str) -> list[RR]:
        records: list[RR] = RR.fromZone(f"{name}. {wire_ttl(line.ttl, self._clock_factor)} IN {line.type} {line.value}")
        return records


def _client_region(question: DNSRecord) -> str | None:
    for record in question.ar:
        if QTYPE.get(record.rtype) == "OPT":
            for option in record.rdata:
                if option.code == CLIENT_REGION_OPTION:
                    return str(option.data.decode("ascii", "replace"))
    return None


def _add_edns(question: DNSRecord, reply: DNSRecord, explanation: str) -> int:
    """Speak EDNS to those who do; returns how many bytes their datagrams hold."""
    for record in question.ar:
        if QTYPE.get(record.rtype) == "OPT":
            options = []
            if explanation:
                text = struct.pack("!H", _EXTENDED_ERROR_OTHER) + explanation.encode()
                options.append(EDNSOption(_EXTENDED_ERROR_OPTION, text))
            reply.add_ar(EDNS0(udp_len=_MOST_UDP_BYTES, opts=options))
            return max(_PLAIN_UDP_BYTES, min(int(record.rclass), _MOST_UDP_BYTES))
    return _PLAIN_UDP_BYTES


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: DnsServer) -> None:
        self._server = server

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._server.receive_datagram(data, addr)

    def error_received(self, exc: Exception) -> None:
        """A client that is gone is no concern of ours."""
