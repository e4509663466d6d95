"""What a person sees of a drill."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tapstack.drill.record import Criterion, DrillRecord, Event, EventKind
from tapstack.errors import FileAccessError
from tapstack.views.drill import LineListener, show

MINIMAL: dict[str, Any] = {
    "id": "20261121T120000Z-region-outage",
    "fleet": "small",
    "environment": "dev",
    "engine": "cloudformation",
    "target": "sandbox",
    "account": "000000000000",
    "home": "us-east-1",
    "regions": ["us-east-1", "eu-west-1"],
    "lost_region": "us-east-1",
    "who": "someone@somewhere",
    "began": "2026-11-21T12:00:00+00:00",
    "ended": "2026-11-21T12:05:00+00:00",
    "zero": 70.12345,
    "restored": 200,
    "scenario": {"name": "region-outage", "summary": "", "source": "built in", "steps": []},
    "settings": {
        "clock_factor": 20,
        "replication_lag_seconds": 1,
        "names": [
            {
                "name": "app.example",
                "url": "https://app.example/",
                "routing": "failover",
                "interval": 10,
                "threshold": 3,
                "ttl": 60,
                "expected_recovery": 90,
                "deployed": "eu-west-1: no health check",
            }
        ],
        "stores": ["tables.items"],
        "clients": {"cached": 8},
        "requests_per_second": 12,
        "writes_per_second": 10,
        "timeout_seconds": 5,
        "slow_after_seconds": 2,
        "warm_up_seconds": 70,
        "outage_limit_seconds": 220,
        "seed": 0,
        "versions": {},
    },
    "instruments": {
        "resolution": 3,
        "dns_pause": 1,
        "write_pause": 1,
        "fault_took": 0.1,
        "conflicts_seen": 2,
        "late_wakes": 0.1,
        "request_p50_ms": 50,
        "dns_p50_ms": 1,
    },
    "events": [],
    "spans": [],
    "series": {"step": 1},
    "figures": {
        "detected": 30,
        "first_success": 31,
        "recovered": 90,
        "sticky_recovered": None,
        "lost_seconds": 0.9,
        "failed_back": 70,
        "outage_seconds": 130,
        "requests": 100,
        "failed": 40,
        "slowed": 1,
        "conflicting": 2,
        "dns_switches": 2,
        "clients": [],
        "stores": [
            {
                "store": "tables.items",
                "kind": "table",
                "follows_dns": True,
                "replicated": True,
                "acknowledged": 50,
                "failed": 5,
                "missing_at_takeover": 3,
                "missing_at_takeover_seconds": 0.9,
                "missing_afterwards": 0,
                "missing_afterwards_seconds": 0,
                "conflicting": 2,
                "without_writes": 80,
            }
        ],
    },
    "verdict": {"kept": True, "text": "What is promised was kept.", "criteria": []},
}


def shown(record: DrillRecord) -> str:
    out = StringIO()
    show(record, Console(file=out, width=200), Path("kept.json"))
    return out.getvalue()


def record(**changed: Any) -> DrillRecord:
    return DrillRecord.model_validate({**MINIMAL, **changed})


def test_figures_tell_the_fleets_time_and_the_walls() -> None:
    text = shown(record())
    assert "90.0 s (4.50 s of the wall)" in text
    assert "20 times as fast as the wall, replication 1 s late" in text
    assert "3 checks 10 s apart + TTL 60 s = 90 s; deployed: eu-west-1: no health check" in text
    assert "3 missing at takeover, the oldest 0.9 s old; 0 missing afterwards, 2 overwritten unseen" in text
    assert "clients that keep connections  not within the drill" in text
    assert "What is promised was kept." in text


@pytest.mark.parametrize(("ok", "word"), [(True, "kept"), (False, "broken"), (None, "open")])
def test_each_criterion_is_marked(ok: bool | None, word: str) -> None:
    one = Criterion(name="rto", subject="", text="It took [long].", unit="seconds", expected=90, ok=ok)
    text = shown(record(verdict={"kept": ok, "text": "So.", "criteria": [one.model_dump()]}))
    assert any(line.startswith(word) and "It took [long]. (by design 90 s)" in line for line in text.splitlines())


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_text(record().as_json())
    assert DrillRecord.read(file) == record()
    assert record().zero == 70.123
    file.write_text(record().as_json().replace('"version": 1', '"version": 2'))
    with pytest.raises(FileAccessError):
        DrillRecord.read(file)


def test_events_are_told_as_they_happen() -> None:
    out = StringIO()
    listener = LineListener(Console(file=out, width=100))
    listener.happened(Event(at=70.1, kind=EventKind.PHASE, subject="outage", text="It begins."))
    listener.happened(Event(at=71, kind=EventKind.FAULT, subject="outage", text="outage in us-east-1."))
    assert out.getvalue().splitlines() == ["    70.1 s  outage: It begins.", "    71.0 s  outage in us-east-1."]
