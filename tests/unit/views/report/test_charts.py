"""Charts of a drill: nothing that was counted is lost, whatever the width; labels stand beside each other."""

from __future__ import annotations

import re
from itertools import combinations, pairwise

import drilled
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapstack.drill.record import DnsAnswer, Event, EventKind, Latency, Outcome, RequestCount, Series, Span, WriteCount
from tapstack.views.report.charts import dns_chart, latency_chart, legend, requests_chart, writes_chart
from tapstack.views.report.scales import Scale, mark_labels, ticks
from tapstack.views.report.timeline import Mark, Timeline, of_events, of_record

REGIONS = ("us-east-1", "us-west-2")
RECORD = drilled.record()
TIMELINE = of_record(RECORD)


def requests(*counts: tuple[float, str, Outcome, int]) -> Timeline:
    series = Series(
        step=1.0,
        requests=tuple(
            RequestCount(at=at, region=region, outcome=outcome, count=count) for at, region, outcome, count in counts
        ),
    )
    return of_events(REGIONS, series, (), None)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 500).map(lambda step: step * 0.1),
            st.sampled_from([*REGIONS, "", "elsewhere"]),
            st.sampled_from(Outcome),
            st.integers(0, 50),
        ),
        max_size=60,
    ),
    st.integers(1, 400),
)
def test_every_request_is_in_one_bucket_however_few_there_are(
    counts: list[tuple[float, str, Outcome, int]], most: int
) -> None:
    _, buckets = requests(*counts).requests(most)
    assert len(buckets) <= most
    assert sum(bucket.total for bucket in buckets) == sum(count for *_, count in counts)
    failed = sum(count for _, region, outcome, count in counts if outcome is Outcome.FAILED or region not in REGIONS)
    assert sum(bucket.failed for bucket in buckets) == failed


def test_buckets_hold_what_was_sent_in_their_time() -> None:
    timeline = requests(
        (0, "us-east-1", Outcome.OK, 5),
        (1, "us-east-1", Outcome.SLOW, 2),
        (2, "us-east-1", Outcome.FAILED, 3),
        (3, "us-west-2", Outcome.OK, 4),
    )
    size, buckets = timeline.requests(2)
    assert size == 2
    assert [(one.at, one.by_region, one.failed, one.slowed) for one in buckets] == [
        (0, (7, 0), 0, 2),
        (2, (0, 4), 3, 0),
    ]


def test_steps_that_no_binary_fraction_has_fall_into_their_own_bucket() -> None:
    series = Series(
        step=0.1,
        requests=tuple(RequestCount(at=n * 0.1, region="us-east-1", outcome=Outcome.OK, count=1) for n in range(50)),
    )
    _, buckets = of_events(REGIONS, series, (), None).requests(100)
    assert [bucket.total for bucket in buckets] == [1] * 50


def test_marks_are_what_was_measured() -> None:
    assert {mark.text: mark.at for mark in TIMELINE.marks} == {
        "outage": drilled.ZERO,
        "detected": drilled.ZERO + drilled.DETECTED,
        "first answer elsewhere": drilled.ZERO + 32.5,
        "recovered": drilled.ZERO + drilled.RECOVERED,
        "restored": drilled.RESTORED,
        "failed back": drilled.RESTORED + drilled.BACK,
    }


def test_what_never_happened_has_no_mark() -> None:
    figures = RECORD.figures.model_copy(update={"recovered": None, "failed_back": None})
    marks = {mark.text for mark in of_record(drilled.record(figures=figures)).marks}
    assert marks == {"outage", "detected", "first answer elsewhere", "restored"}
    assert of_record(drilled.record(zero=None)).marks == ()


def test_a_drill_that_still_goes_shades_the_outage_up_to_now() -> None:
    fault = Event(at=10, kind=EventKind.FAULT, text="out")
    series = Series(step=1, requests=(RequestCount(at=29, region="us-east-1", outcome=Outcome.FAILED, count=1),))
    assert of_events(REGIONS, series, (fault,), 10).spans == (Span(name="outage", begin=10, end=30),)
    restored = Event(at=20, kind=EventKind.RESTORED, text="back")
    assert of_events(REGIONS, series, (fault, restored), 10).spans == (Span(name="outage", begin=10, end=20),)


def columns(drawing: str, kind: str) -> list[tuple[float, float, float, float]]:
    """Left, low, high and right of each column of a layer."""
    paths = re.findall(rf'<path d="([^"]*)" class="{kind}">', drawing)
    number = r"(-?[\d.]+)"
    found = re.findall(rf"M{number} {number}V{number}H{number}", " ".join(paths))
    return [(float(a), float(b), float(c), float(d)) for a, b, c, d in found]


def test_columns_are_as_high_as_what_they_count_and_stand_on_each_other() -> None:
    drawing = requests_chart(
        requests((0, "us-east-1", Outcome.OK, 6), (0, "us-west-2", Outcome.OK, 3), (1, "us-east-1", Outcome.FAILED, 9)),
        400,
    )
    (first,) = columns(drawing, "area1")
    (second,) = columns(drawing, "area2")
    (failed,) = columns(drawing, "area-failed")
    assert first[1] - first[2] == pytest.approx(2 * (second[1] - second[2]), abs=0.1)
    assert second[1] == first[2]
    assert failed[1] - failed[2] == pytest.approx(first[1] - second[2], abs=0.1)
    assert failed[0] >= first[3]


@pytest.mark.parametrize("width", [338, 1180])
def test_nothing_is_drawn_outside_of_the_plot(width: int) -> None:
    for drawing in (requests_chart(TIMELINE, width), writes_chart(TIMELINE, "tables.items", width)):
        drawn = [column for kind in ("area1", "area2", "area-failed") for column in columns(drawing, kind)]
        assert drawn
        assert min(left for left, *_ in drawn) >= 52
        assert max(right for *_, right in drawn) <= width - 14
    for x in re.findall(r"[ML](-?[\d.]+) ", latency_chart(TIMELINE, width)):
        assert 52 <= float(x) <= width - 14


def test_latency_breaks_off_where_nothing_answered() -> None:
    latencies = tuple(Latency(at=at, count=1, p50=10, p95=20, p99=30) for at in (0, 1, 2, 7, 8))
    drawing = latency_chart(of_events(REGIONS, Series(step=1, latencies=latencies), (), None), 400)
    (path,) = re.findall(r'd="([^"]*)" class="line1"', drawing)
    assert (path.count("M"), path.count("L")) == (2, 3)


def test_dns_shows_who_was_answered_from_when_to_when_and_when_nobody_was() -> None:
    answers = tuple(
        DnsAnswer(at=at, name="a.example", client_region="us-east-1", region=region, ttl=60)
        for at, region in ((0, "us-east-1"), (10, ""), (15, "us-west-2"))
    )
    series = Series(
        step=1, dns=answers, writes=(WriteCount(at=19, store="t", region="us-east-1", outcome="failed", count=1),)
    )
    drawing = dns_chart(of_events(REGIONS, series, (), None), 466)
    bars = re.findall(
        r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="12" class="([\w-]+)"><title>([^<]*)<', drawing
    )
    assert bars == [
        ("52", "200", "area1", "us-east-1"),
        ("252", "100", "area-failed", "no answer"),
        ("352", "100", "area2", "us-west-2"),
    ]
    assert "a.example, asked from us-east-1" in drawing


def test_a_timeline_of_nothing_is_drawn_all_the_same() -> None:
    empty = of_events(REGIONS, Series(step=1), (), None)
    for drawing in (requests_chart(empty, 338), latency_chart(empty, 338), dns_chart(empty, 338)):
        assert drawing.startswith("<svg") and "nan" not in drawing and "inf" not in drawing


def test_charts_read_their_marks_aloud() -> None:
    assert "outage at 0 s, detected at 31 s" in requests_chart(TIMELINE, 1180)


def test_regions_keep_their_colours() -> None:
    shown = re.findall(r'class="(area[\w-]+)"></rect></svg>([^<]+)<', legend(TIMELINE))
    assert shown == [("area1", "us-east-1"), ("area2", "us-west-2"), ("area-failed", "failed")]


@given(st.floats(-1e5, 1e5), st.floats(1e-3, 1e5), st.integers(1, 20))
def test_ticks_are_few_round_and_inside(low: float, span: float, most: int) -> None:
    found = ticks(low, low + span, most)
    assert len(found) <= most
    assert all(low - 1e-6 <= tick <= low + span + 1e-6 for tick in found)
    steps = {round(after - before, 9) for before, after in pairwise(found)}
    assert len(steps) <= 1 or max(steps) - min(steps) < 1e-6 * max(steps)


def test_ticks_of_a_minute() -> None:
    assert ticks(-60, 320, 10) == (-50, 0, 50, 100, 150, 200, 250, 300)
    assert ticks(0, 16, 5) == (0, 5, 10, 15)
    assert ticks(0, 0, 5) == (0,)


@given(
    st.lists(st.tuples(st.floats(0, 380), st.text(min_size=1, max_size=25)), max_size=12), st.sampled_from([338, 1180])
)
def test_labels_of_marks_overlap_nowhere_and_stay_inside(marks: list[tuple[float, str]], width: int) -> None:
    labels = mark_labels([Mark(at, said) for at, said in marks], Scale(0, 380, 52, width - 14), 12)
    assert len(labels) == len(marks)
    for one, other in combinations(labels, 2):
        apart = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert one.line != other.line or apart
    assert all(label.x >= 52 for label in labels)
