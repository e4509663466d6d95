"""Drills in the report: the verdict first, then the figures, the charts, and every number under them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from tapstack.drill.record import Criterion, DrillRecord
from tapstack.fleet.objectives import Objectives
from tapstack.views.report.charts import dns_chart, latency_chart, legend, requests_chart, writes_chart
from tapstack.views.report.drill_numbers import in_seconds, numbers
from tapstack.views.report.markup import Child, Markup, prose, tag, text
from tapstack.views.report.responsive import responsive
from tapstack.views.report.tables import cards, note, section
from tapstack.views.report.timeline import Timeline, of_record
from tapstack.views.report.topology import in_words


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
        numbers(record),
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
    yield "detected after", in_seconds(figures.detected), "DNS leads elsewhere"
    yield "first answer after", in_seconds(figures.first_success), "from another region"
    yield "recovered after (RTO)", in_seconds(figures.recovered), _promised(limits.get("rto"))
    yield "data lost (RPO)", in_seconds(figures.lost_seconds), _promised(limits.get("rpo"))
    yield "failed requests", str(figures.failed), f"of {figures.requests}, {figures.slowed} slow"
    yield "failed back after", in_seconds(figures.failed_back), "from the restore on"


def _promised(criterion: Criterion | None) -> str:
    if criterion is None or criterion.limit is None:
        return "nothing promised"
    return f"promised: {in_words(round(criterion.limit))}"
