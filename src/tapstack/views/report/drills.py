"""Drills in the report: the verdict first, then the figures, the charts, and every number under them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from tapstack.drill.record import Criterion, DrillRecord
from tapstack.fleet.objectives import Objectives
from tapstack.views.report.charts import dns_chart, latency_chart, legend, requests_chart, writes_chart
from tapstack.views.report.markup import Child, Markup, prose, tag, text
from tapstack.views.report.responsive import responsive
from tapstack.views.report.tables import cards, note, section, table
from tapstack.views.report.timeline import Timeline, of_record
from tapstack.views.report.topology import in_words

NEVER = "not at all"
NOTHING = "-"
ROWS = 120
"""So many lines of numbers at most; beyond that, steps are added up."""


def drills_part(records: Sequence[DrillRecord], objectives: Objectives) -> Markup:
    """Every drill that is on record, the newest first."""
    if not records:
        return section("drills", "Drills", note("No drill is on record. ", *_invitation(objectives)))
    return section("drills", "Drills", *(drill(record, number) for number, record in enumerate(records)))


def _invitation(objectives: Objectives) -> Iterator[Child]:
    if objectives.rto is not None:
        yield f"Whether the fleet is back within {in_words(objectives.rto)} is not measured until one has run: "
    yield tag("code", "tapstack drill")


def drill(record: DrillRecord, number: int = 0) -> Markup:
    """One drill; only the newest one is open."""
    lost = f"{record.lost_region} lost" if record.lost_region else "nothing broken, as a control"
    inner = text(
        verdict(record),
        note(prose(_setting(record))),
        cards(_cards(record)),
        charts(of_record(record)),
        tables(record),
    )
    heading = f"{record.scenario.name}: {lost}"
    if number == 0:
        return text(tag("h3", heading), inner)
    return tag("details", tag("summary", f"{heading}, {_moment(record.began)}"), inner)


def _setting(record: DrillRecord) -> str:
    factor = record.settings.clock_factor
    clock = (
        "In real time."
        if factor == 1
        else f"The clock ran {factor:g} times as fast as the wall's; times are the fleet's."
    )
    return f"{record.scenario.summary} On {record.target}, by {record.engine}, begun {_moment(record.began)}. {clock}"


def _moment(stamp: str) -> str:
    """A moment as people write it, in UTC."""
    return f"{datetime.fromisoformat(stamp).astimezone(UTC):%Y-%m-%d at %H:%M} UTC"


def verdict(record: DrillRecord) -> Markup:
    """Whether the promises were kept, in one line."""
    colour = {True: "good", False: "bad", None: "warn"}[record.verdict.kept]
    return tag("p", prose(record.verdict.text), class_=f"verdict {colour}")


def charts(timeline: Timeline) -> Markup:
    """All charts of one timeline, with the time below each."""
    return text(
        tag("h3", "Requests by region"),
        legend(timeline),
        responsive(lambda width: requests_chart(timeline, width)),
        tag("h3", "Who DNS led to"),
        responsive(lambda width: dns_chart(timeline, width)),
        tag("h3", "Latency: p50 below, p95 above, in milliseconds of the wall clock"),
        responsive(lambda width: latency_chart(timeline, width)),
        *(_writes(timeline, store) for store in timeline.stores),
        note("Times are seconds since the outage, of the fleet's clock." if timeline.zero else "Times are seconds."),
    )


def _writes(timeline: Timeline, store: str) -> Markup:
    drawn = responsive(lambda width: writes_chart(timeline, store, width))
    return text(tag("h3", f"Writes to {store}"), drawn)


def _cards(record: DrillRecord) -> Iterator[tuple[str, str, str]]:
    figures = record.figures
    limits = {criterion.name: criterion for criterion in record.verdict.criteria}
    yield "detected after", _seconds(figures.detected), "DNS leads elsewhere"
    yield "first answer after", _seconds(figures.first_success), "from another region"
    yield "recovered after (RTO)", _seconds(figures.recovered), _promised(limits.get("rto"))
    yield "data lost (RPO)", _seconds(figures.lost_seconds), _promised(limits.get("rpo"))
    yield "failed requests", str(figures.failed), f"of {figures.requests}, {figures.slowed} slow"
    yield "failed back after", _seconds(figures.failed_back), "from the restore on"


def _promised(criterion: Criterion | None) -> str:
    if criterion is None or criterion.limit is None:
        return "nothing promised"
    return f"promised: {in_words(round(criterion.limit))}"


def tables(record: DrillRecord) -> Markup:
    """Every number."""
    figures, numbers = record.figures, frozenset
    clients = [
        [
            one.kind,
            str(one.clients),
            str(one.requests),
            str(one.failed),
            str(one.slowed),
            _seconds(one.recovered),
            _seconds(one.returned),
            "yes" if one.counts else "no",
        ]
        for one in figures.clients
    ]
    stores = [
        [
            one.store,
            str(one.acknowledged),
            str(one.failed),
            f"{one.missing_at_takeover} ({_seconds(one.missing_at_takeover_seconds)})",
            f"{one.missing_afterwards} ({_seconds(one.missing_afterwards_seconds)})",
            str(one.conflicting),
            _seconds(one.without_writes),
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
            numbers=numbers({2, 3, 4}),
        ),
        table(
            "Clients",
            ["kind", "clients", "requests", "failed", "slow", "recovered", "back", "counts"],
            clients,
            numbers=numbers(range(1, 7)),
        )
        if clients
        else None,
        table(
            "Writes",
            ["store", "acknowledged", "failed", "missing at takeover", "missing afterwards", "conflicting", "without"],
            stores,
            numbers=numbers(range(1, 7)),
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
        [step.at, step.do, step.region or NOTHING, step.detail or NOTHING, _seconds(step.taken)]
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


def _seconds(value: float | None) -> str:
    return NEVER if value is None else f"{value:.1f} s"


def _amount(criterion: Criterion, value: float | None) -> str:
    if value is None:
        return NOTHING
    return f"{value:.1f} s" if criterion.unit == "seconds" else f"{value:g}"


def _kept(ok: bool | None) -> Markup:
    if ok is None:
        return tag("span", "open", class_="warn")
    return tag("span", "kept" if ok else "broken", class_="good" if ok else "bad")
