"""The charts of a drill, as SVG: requests and writes stacked by region, latency, and who DNS led to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from tapstack.drill.record import DnsAnswer, Latency
from tapstack.views.report.markup import Markup, tag, text
from tapstack.views.report.scales import MarkLabel, Scale, mark_labels, ticks
from tapstack.views.report.text_width import fitted, width_of
from tapstack.views.report.timeline import Bucket, Mark, Timeline

LEFT, RIGHT, BOTTOM = 52.0, 14.0, 26.0
PLOT = 170.0
LANE = 40.0
"""One name in the chart of DNS: what it is, and a bar."""
BAR = 12.0
FONT = 12.0
LINE = 17.0
TOP = 10.0
"""Between the lowest labels and the plot: half of the highest number beside it stands there."""
TICK_ROOM = 64.0
BUCKET_ROOM = 4.0
COLOURS = 6


def colour(number: int) -> str:
    """The class of a region's area; regions keep their colours throughout a page."""
    return f"area{number % COLOURS + 1}"


def legend(timeline: Timeline) -> Markup:
    """Which colour is which region."""
    named = [*((colour(number), region) for number, region in enumerate(timeline.regions)), ("area-failed", "failed")]
    return tag(
        "ul",
        (
            tag(
                "li",
                tag(
                    "svg", tag("rect", width=12, height=12, rx=2, class_=shown), width=12, height=12, aria_hidden="true"
                ),
                name,
            )
            for shown, name in named
        ),
        class_="legend",
    )


def requests_chart(timeline: Timeline, width: float) -> Markup:
    """Requests by the region that answered, the failed ones on top."""
    size, buckets = timeline.requests(_most(width))
    return _stacked(timeline, buckets, size, width, "Requests by region")


def writes_chart(timeline: Timeline, store: str, width: float) -> Markup:
    """Writes to one store by the region that acknowledged them."""
    size, buckets = timeline.writes(store, _most(width))
    return _stacked(timeline, buckets, size, width, f"Writes to {store}")


def latency_chart(timeline: Timeline, width: float) -> Markup:
    """Half of the answers were faster than one line, all but five of a hundred faster than the other."""
    latencies = timeline.series.latencies
    frame = _Frame(timeline, width, max((one.p95 for one in latencies), default=1.0))
    lines = (
        tag("path", d=_polyline(latencies, frame, value, timeline.series.step), class_=shown)
        for shown, value in (("line1", lambda one: one.p50), ("line2", lambda one: one.p95))
    )
    return frame.drawn("Latency in milliseconds: p50 and p95", *lines)


def dns_chart(timeline: Timeline, width: float) -> Markup:
    """For each name and place it was asked from: which region was the answer, from when to when."""
    lanes = _lanes(timeline.series.dns)
    frame = _Frame(timeline, width, 0.0, plot=LANE * max(1, len(lanes)))
    tops = [frame.top + LANE * number for number in range(len(lanes))]
    return frame.drawn(
        "Which region DNS led to",
        *(_answers(timeline, frame, top + 21, answers) for top, answers in zip(tops, lanes.values(), strict=True)),
        over=[
            _words(LEFT, top + 15, fitted(heading, FONT, width - LEFT - RIGHT), "tick")
            for top, heading in zip(tops, lanes, strict=True)
        ],
    )


def _lanes(answers: Sequence[DnsAnswer]) -> dict[str, list[DnsAnswer]]:
    lanes: dict[str, list[DnsAnswer]] = {}
    for answer in sorted(answers, key=lambda one: one.at):
        asked = f", asked from {answer.client_region}" if answer.client_region else ""
        lanes.setdefault(f"{answer.name}{asked}", []).append(answer)
    return lanes


def _answers(timeline: Timeline, frame: _Frame, top: float, answers: Sequence[DnsAnswer]) -> Markup:
    ends = [*(answer.at for answer in answers[1:]), timeline.end]
    return text(
        tag(
            "rect",
            tag("title", answer.region or "no answer"),
            x=frame.x(answer.at),
            y=top,
            width=max(frame.x(max(end, answer.at)) - frame.x(answer.at), 1.0),
            height=BAR,
            class_=colour(timeline.regions.index(answer.region))
            if answer.region in timeline.regions
            else "area-failed",
        )
        for answer, end in zip(answers, ends, strict=True)
    )


def _most(width: float) -> int:
    return max(1, int((width - LEFT - RIGHT) / BUCKET_ROOM))


def _stacked(timeline: Timeline, buckets: Sequence[Bucket], size: float, width: float, title: str) -> Markup:
    frame = _Frame(timeline, width, max((bucket.total for bucket in buckets), default=1))
    areas: list[Markup] = []
    below = [0.0] * len(buckets)
    layers: list[tuple[str, list[int]]] = [
        (colour(number), [bucket.by_region[number] for bucket in buckets]) for number in range(len(timeline.regions))
    ]
    for shown, values in [*layers, ("area-failed", [bucket.failed for bucket in buckets])]:
        path = " ".join(_columns(frame, buckets, size, below, values))
        if path:
            areas.append(tag("path", d=path, class_=shown))
        below = [base + value for base, value in zip(below, values, strict=True)]
    return frame.drawn(f"{title}, in each {size:g} s", *areas)


def _columns(
    frame: _Frame, buckets: Sequence[Bucket], size: float, below: Sequence[float], values: Sequence[int]
) -> Iterator[str]:
    for bucket, base, value in zip(buckets, below, values, strict=True):
        if value:
            left, right = frame.x(bucket.at), frame.x(min(bucket.at + size, frame.timeline.end))
            low, high = frame.y(base), frame.y(base + value)
            gap = 0.5 if right - left > 2 else 0.0
            yield f"M{left:g} {low:g}V{high:g}H{right - gap:g}V{low:g}Z"


def _polyline(latencies: Sequence[Latency], frame: _Frame, value: Callable[[Latency], float], step: float) -> str:
    parts: list[str] = []
    before: float | None = None
    for one in latencies:
        joined = before is not None and one.at - before < step * 1.5
        parts.append(f"{'L' if joined else 'M'}{frame.x(one.at + step / 2):g} {frame.y(value(one)):g}")
        before = one.at
    return " ".join(parts)


@dataclass(frozen=True)
class _Frame:
    """What all charts share: the time below, marks and spans across, the scale at the left."""

    timeline: Timeline
    width: float
    most: float
    plot: float = PLOT

    @property
    def top(self) -> float:
        """Where the plot begins, below the labels of the marks."""
        lines = max((label.line for label in self._labels()), default=-1) + 1
        return LINE * lines + TOP

    @property
    def x(self) -> Scale:
        """Time, from left to right."""
        return Scale(0.0, self.timeline.end, LEFT, self.width - RIGHT)

    @property
    def y(self) -> Scale:
        """Values, from below."""
        return Scale(0.0, self.most or 1.0, self.top + self.plot, self.top)

    def drawn(self, title: str, *inner: Markup, over: Iterable[Markup] = ()) -> Markup:
        """The chart; what is `over` is not crossed by marks."""
        height = self.top + self.plot + BOTTOM
        return tag(
            "svg",
            (self._span(span.begin, span.end) for span in self.timeline.spans if span.name == "outage"),
            self._grid() if self.most else None,
            *inner,
            self._times(),
            (self._mark(mark) for mark in self.timeline.marks),
            over,
            (
                _words(label.x, self.top - TOP - LINE * label.line, label.mark.text, "mark", room=label.width)
                for label in self._labels()
            ),
            class_="chart",
            viewBox=f"0 0 {self.width:g} {height:g}",
            width=self.width,
            height=height,
            role="img",
            aria_label=f"{title}. {_read_aloud(self.timeline.marks, self.timeline.zero)}",
        )

    def _labels(self) -> Sequence[MarkLabel]:
        return mark_labels(self.timeline.marks, self.x, FONT)

    def _span(self, begin: float, end: float) -> Markup:
        left, right = self.x(begin), self.x(min(end, self.timeline.end))
        return tag("rect", x=left, y=self.top, width=max(right - left, 0.0), height=self.plot, class_="span")

    def _mark(self, mark: Mark) -> Markup:
        x = self.x(mark.at)
        return tag("line", x1=x, x2=x, y1=self.top - 4, y2=self.top + self.plot, class_="event")

    def _grid(self) -> Markup:
        parts: list[Markup] = []
        for value in ticks(0.0, self.most, max(1, min(5, int(self.most)))):
            y = self.y(value)
            parts.append(tag("line", x1=LEFT, x2=self.width - RIGHT, y1=y, y2=y, class_="grid"))
            parts.append(_words(LEFT - 6, y + 4, f"{value:g}", "tick", anchor="end"))
        return text(*parts)

    def _times(self) -> Markup:
        bottom = self.top + self.plot
        zero = self.timeline.zero
        most = max(1, int((self.width - LEFT - RIGHT) / TICK_ROOM))
        parts = [tag("line", x1=LEFT, x2=self.width - RIGHT, y1=bottom, y2=bottom, class_="axis")]
        for seconds in ticks(-zero, self.timeline.end - zero, most):
            x, said = self.x(seconds + zero), f"{seconds:g} s"
            half = width_of(said, FONT) / 2
            parts.append(tag("line", x1=x, x2=x, y1=bottom, y2=bottom + 4, class_="axis"))
            parts.append(_words(min(max(x, half), self.width - half), bottom + 18, said, "tick", anchor="middle"))
        return text(*parts)


def _words(x: float, y: float, said: str, kind: str, *, anchor: str | None = None, room: float | None = None) -> Markup:
    return tag("text", said, x=x, y=y, font_size=FONT, text_anchor=anchor, class_=kind, data_room=room)


def _read_aloud(marks: Iterable[Mark], zero: float) -> str:
    return ", ".join(f"{mark.text} at {mark.at - zero:.0f} s" for mark in marks)
