"""A drill's record as one would be, without a drill: an outage of the home, believed after 30 s, a TTL of 60 s."""

from __future__ import annotations

import math
import random

from tapstack.drill.record import (
    ClientFigures,
    Criterion,
    DnsAnswer,
    DrillRecord,
    Event,
    EventKind,
    Figures,
    Instruments,
    Latency,
    NameSettings,
    Outcome,
    RequestCount,
    ScenarioTold,
    Series,
    Settings,
    Span,
    Step,
    StoreFigures,
    Verdict,
    WriteCount,
)

NAME = "app.web-platform.example"
ZERO, DETECTED, RECOVERED, RESTORED, BACK, END = 60.0, 31.0, 89.0, 240.0, 92.0, 380.0


def record(regions: tuple[str, ...] = ("us-east-1", "us-west-2"), **changes: object) -> DrillRecord:
    """A record; `changes` are fields of it that are otherwise."""
    home, other = regions[0], regions[1]
    made = DrillRecord(
        id="20261121T120000-abcdef",
        fleet="web-platform",
        environment="dev",
        engine="cloudformation",
        target="sandbox",
        account="000000000000",
        home=home,
        regions=regions,
        lost_region=home,
        who="someone@laptop",
        began="2026-11-21T12:00:00Z",
        ended="2026-11-21T12:01:16Z",
        zero=ZERO,
        restored=RESTORED,
        scenario=ScenarioTold(
            name="region-outage",
            summary="The home region answers nothing any more.",
            source="built in",
            steps=(
                Step(at="0s", do="break", region=home, detail="everything", taken=ZERO),
                Step(at="180s", do="restore", region=home, taken=RESTORED),
            ),
        ),
        settings=_settings(),
        instruments=_instruments(),
        events=(
            Event(at=0, kind=EventKind.PHASE, text="warm-up", subject="warm-up"),
            Event(at=ZERO, kind=EventKind.FAULT, text=f"{home} is out", subject="break", region=home),
            Event(at=ZERO + DETECTED, kind=EventKind.DNS, text=f"DNS leads to {other}", subject=NAME, region=other),
            Event(at=ZERO + RECOVERED, kind=EventKind.CLIENT, text="cached clients are served", subject="cached"),
            Event(at=RESTORED, kind=EventKind.RESTORED, text=f"{home} is whole again", region=home),
            Event(at=RESTORED + 30, kind=EventKind.DNS, text=f"DNS leads to {home}", subject=NAME, region=home),
        ),
        spans=(
            Span(name="warm-up", begin=0, end=ZERO),
            Span(name="outage", begin=ZERO, end=RESTORED),
            Span(name="restored", begin=RESTORED, end=END),
        ),
        series=_series(home, other),
        figures=_figures(),
        verdict=Verdict(
            kept=True,
            text="Kept: back after 89 s of 2 min allowed, 1.2 s of writes lost of 60 s allowed.",
            criteria=(
                Criterion(
                    name="rto", subject=NAME, text="clients that ask DNS again were served from elsewhere",
                    unit="seconds", expected=90, limit=120, measured=RECOVERED, ok=True,
                ),
                Criterion(
                    name="rpo", subject="tables.items", text="the oldest write that was missing at takeover",
                    unit="seconds", expected=1, limit=60, measured=1.2, ok=True,
                ),
                Criterion(name="failback", subject="", text="nothing was promised", unit=""),
            ),
        ),
    )  # fmt: skip
    return made.model_copy(update=changes)


def _settings() -> Settings:
    return Settings(
        clock_factor=5,
        replication_lag_seconds=1,
        names=(
            NameSettings(
                name=NAME,
                url=f"https://{NAME}/health",
                routing="failover",
                interval=10,
                threshold=3,
                ttl=60,
                expected_recovery=90,
            ),
        ),
        stores=("tables.items", "databases.main"),
        clients={"cached": 4, "fresh": 2, "sticky": 2},
        requests_per_second=40,
        writes_per_second=10,
        timeout_seconds=2,
        slow_after_seconds=0.5,
        warm_up_seconds=60,
        outage_limit_seconds=180,
        seed=1,
        versions={"tapstack": "0.1.0", "ministack": "1.5.33"},
    )


def _instruments() -> Instruments:
    known = {"conflicts_seen": 0, "request_p50_ms": 14, "dns_p50_ms": 2}
    # Whatever else is measured of the instruments, in seconds.
    return Instruments.model_validate({**dict.fromkeys(Instruments.model_fields, 0.4), **known})


def _series(home: str, other: str) -> Series:
    chance = random.Random(1)
    requests: list[RequestCount] = []
    latencies: list[Latency] = []
    writes: list[WriteCount] = []
    for second in range(int(END)):
        at = float(second)
        moved = min(1.0, max(0.0, (at - ZERO - DETECTED) / (RECOVERED - DETECTED)))
        returned = min(1.0, max(0.0, (at - RESTORED - 30) / (BACK - 30)))
        elsewhere = moved * (1 - returned)
        sent = 8 + chance.randint(-1, 1)
        there = round(sent * elsewhere)
        is_out = ZERO <= at < RESTORED
        requests.append(RequestCount(at=at, region=other, outcome=Outcome.OK, count=there, client="cached"))
        outcome = Outcome.FAILED if is_out else Outcome.SLOW if second % 40 == 0 else Outcome.OK
        requests.append(RequestCount(at=at, region=home, outcome=outcome, count=sent - there, client="cached"))
        if sent - there < sent or not is_out:
            base = 14 + 40 * elsewhere
            latencies.append(Latency(at=at, count=sent, p50=base, p95=base * 1.6 + 5 * math.sin(second), p99=base * 3))
        led = other if ZERO + DETECTED <= at < RESTORED + 30 else home
        fails = is_out and led == home
        writes += [
            WriteCount(at=at, store=store, region=led, outcome="failed" if fails else "acknowledged", count=2)
            for store in ("tables.items", "databases.main")
        ]
    dns = tuple(
        DnsAnswer(at=at, name=NAME, client_region=client, region=region, ttl=60)
        for client in (home, other)
        for at, region in ((0, home), (ZERO + DETECTED, other), (RESTORED + 30, home))
    )
    return Series(step=1, requests=tuple(requests), latencies=tuple(latencies), dns=dns, writes=tuple(writes))


def _figures() -> Figures:
    def client(kind: str, recovered: float, *, counts: bool = True) -> ClientFigures:
        return ClientFigures(
            kind=kind, clients=2, requests=900, failed=120, slowed=3, recovered=recovered, returned=BACK, counts=counts
        )

    def store(name: str, kind: str, missing: int, seconds: float) -> StoreFigures:
        return StoreFigures.model_validate(
            {
                "store": name,
                "kind": kind,
                "replicated": True,
                "follows_dns": kind == "table",
                "acknowledged": 640,
                "failed": 62,
                "missing_at_takeover": missing,
                "missing_at_takeover_seconds": seconds,
                "missing_afterwards": 0,
                "missing_afterwards_seconds": 0,
                "conflicting": 0,
                "without_writes": 31.0,
            }
        )

    return Figures(
        detected=DETECTED,
        first_success=32.5,
        recovered=RECOVERED,
        sticky_recovered=None,
        lost_seconds=1.2,
        failed_back=BACK,
        outage_seconds=RESTORED - ZERO,
        requests=3040,
        failed=470,
        slowed=6,
        conflicting=0,
        dns_switches=2,
        clients=(client("cached", RECOVERED), client("fresh", 33.0), client("sticky", 140.0, counts=False)),
        stores=(store("tables.items", "table", 3, 1.2), store("databases.main", "database", 2, 1.0)),
    )
