"""How the databases are: for the sandbox's status, and for AWS's metrics of how far standbys are behind."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping

from tapstack.sandbox.server.databases.managed import Managed
from tapstack.sandbox.server.databases.process import DatabaseServerError
from tapstack.sandbox.server.databases.records import Desired


def lags(databases: Mapping[str, Managed], link_lag: float) -> list[tuple[Desired, float]]:
    """How far each standby is behind, in real seconds: the link's lag, and how long it has been paused."""
    now = time.monotonic()
    return [
        (one.desired, link_lag + (now - one.paused_since if one.paused_since is not None else 0.0))
        for one in databases.values()
        if one.ready and one.follows is not None
    ]


def unsent(databases: Mapping[str, Managed], is_out: Callable[[str], bool]) -> list[tuple[Desired, int]]:
    """How many bytes of its log each server has not handed to the slowest of its standbys."""
    slowest: dict[str, tuple[Desired, int]] = {}
    for standby in databases.values():
        source = databases.get(standby.follows or "")
        if not standby.ready or source is None or not source.ready or is_out(source.desired.region):
            continue
        with contextlib.suppress(DatabaseServerError):
            # The standby first: what is written between the two counts as not sent.
            received = standby.server.log_position()
            behind = max(0, source.server.log_position() - received)
            known = slowest.get(source.desired.key)
            if known is None or known[1] < behind:
                slowest[source.desired.key] = (source.desired, behind)
    return list(slowest.values())


def report(databases: Mapping[str, Managed]) -> list[dict[str, object]]:
    """One line for each database."""
    lines: list[dict[str, object]] = []
    for one in databases.values():
        line: dict[str, object] = {
            "region": one.desired.region,
            "name": one.desired.name,
            "engine": one.desired.record.get("Engine"),
            "server": one.desired.family,
            "port": one.gate.port,
            "pid": one.server.pid,
            "available": one.ready,
            "reachable": one.gate.is_open,
        }
        if source := databases.get(one.desired.source or ""):
            line["follows"] = f"{source.desired.name} in {source.desired.region}"
            line["replication"] = "flowing" if one.link.is_open else "paused"
        if one.problem:
            line["problem"] = one.problem
        lines.append(line)
    return lines
