"""Every number of a drill, as tables: what decides, clients, stores, events, and how it was measured."""

from __future__ import annotations

from tapstack.drill.record import Criterion, DrillRecord
from tapstack.views.report.markup import Markup, prose, tag, text
from tapstack.views.report.tables import table
from tapstack.views.report.timeline import Timeline, of_record

NEVER = "not at all"
NOTHING = "-"
ROWS = 120
"""So many lines of numbers at most; beyond that, steps are added up."""


def numbers(record: DrillRecord) -> Markup:
    """Every number."""
    figures = record.figures
    clients = [
        [
            one.kind,
            str(one.clients),
            str(one.requests),
            str(one.failed),
            str(one.slowed),
            in_seconds(one.recovered),
            in_seconds(one.returned),
            "yes" if one.counts else "no",
        ]
        for one in figures.clients
    ]
    stores = [
        [
            one.store,
            str(one.acknowledged),
            str(one.failed),
            f"{one.missing_at_takeover} ({in_seconds(one.missing_at_takeover_seconds)})",
            f"{one.missing_afterwards} ({in_seconds(one.missing_afterwards_seconds)})",
            str(one.conflicting),
            in_seconds(one.without_writes),
        ]
        for one in figures.stores
    ]
    return text(
        table(
            "What decides",
            ["", "about", "expected", "allowed", "measured", "", "in words"],
            [
                [
                    one.name,
                    one.subject or "the fleet",
                    _amount(one, one.expected),
                    _amount(one, one.limit),
                    _amount(one, one.measured),
                    _kept(one.ok),
                    prose(one.text),
                ]
                for one in record.verdict.criteria
            ],
            numbers=frozenset({2, 3, 4}),
        ),
        table(
            "Clients",
            ["kind", "clients", "requests", "failed", "slow", "recovered", "back", "counts"],
            clients,
            numbers=frozenset(range(1, 7)),
        )
        if clients
        else None,
        table(
            "Writes",
            ["store", "acknowledged", "failed", "missing at takeover", "missing afterwards", "conflicting", "without"],
            stores,
            numbers=frozenset(range(1, 7)),
        )
        if stores
        else None,
        _events(record),
        tag("details", tag("summary", "The numbers of the charts"), _numbers(of_record(record))),
        tag("details", tag("summary", "How it was measured"), _conditions(record), tag("pre", _settings(record))),
    )


def _events(record: DrillRecord) -> Markup:
    zero = record.zero or 0.0
    rows = [
        [f"{event.at - zero:.1f} s", event.kind.value, event.region or NOTHING, prose(event.text)]
        for event in record.events
    ]
    return table("What happened", ["at", "kind", "region", ""], rows)


def _numbers(timeline: Timeline) -> Markup:
    size, buckets = timeline.requests(ROWS)
    latencies = {int(one.at // size): one for one in timeline.series.latencies}
    rows: list[list[str]] = []
    for bucket in buckets:
        latency = latencies.get(int((bucket.at + size * 1e-6) // size))
        rows.append(
            [
                f"{bucket.at - timeline.zero:.1f} s",
                *(str(count) for count in bucket.by_region),
                str(bucket.slowed),
                str(bucket.failed),
                f"{latency.p50:.0f}" if latency else NOTHING,
                f"{latency.p95:.0f}" if latency else NOTHING,
            ]
        )
    columns = ["from", *timeline.regions, "slow among them", "failed", "p50 ms", "p95 ms"]
    return table(f"Requests in each {size:g} s", columns, rows, numbers=frozenset(range(1, len(columns))))


def _conditions(record: DrillRecord) -> Markup:
    measured = record.instruments
    rows = [
        ["resolution", f"{measured.resolution:.2f} s", "between two requests of one client around the recovery"],
        ["looks at DNS", f"{measured.dns_pause:.2f} s", "apart at most"],
        ["writes", f"{measured.write_pause:.2f} s", "apart at most, in the last lag before the outage"],
        ["breaking the region", f"{measured.fault_took:.2f} s", "the zero of all times is no better known"],
        ["late wakes", f"{measured.late_wakes:.2f} s", "by which the machine woke clients late, at worst"],
        ["conflicts", _counted(measured.conflicts_seen), "as the sandbox itself counted them in its tables"],
    ]
    steps = [
        [step.at, step.do, step.region or NOTHING, step.detail or NOTHING, in_seconds(step.taken)]
        for step in record.scenario.steps
    ]
    return text(
        table("How exact the figures are; seconds are of the fleet's clock", ["", "", ""], rows),
        table(
            f"Scenario {record.scenario.name}, {record.scenario.source}", ["at", "do", "region", "", "done at"], steps
        ),
    )


def _counted(number: int | None) -> str:
    return "nobody tells" if number is None else str(number)


def _settings(record: DrillRecord) -> str:
    return record.settings.model_dump_json(indent=2)


def in_seconds(value: float | None) -> str:
    """A time of the fleet's clock, or that it never came."""
    return NEVER if value is None else f"{value:.1f} s"


def _amount(criterion: Criterion, value: float | None) -> str:
    if value is None:
        return NOTHING
    return f"{value:.1f} s" if criterion.unit == "seconds" else f"{value:g}"


def _kept(ok: bool | None) -> Markup:
    if ok is None:
        return tag("span", "open", class_="warn")
    return tag("span", "kept" if ok else "broken", class_="good" if ok else "bad")
