"""Where everything of a topology is drawn: positions, computed from nothing but the topology.

Every region has the same rows, so a component stands beside itself. A name has a rail above the regions and drops down
a channel of its own at each region's left edge; what is copied has a rail just below its row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tapstack.views.report.text_width import fitted
from tapstack.views.report.topology import Component, Copy, Kind, Name, RegionView, Role, Topology

WIDTH = 1164.0
"""What a page of 1280 pixels has room for."""
COLUMN_MIN, COLUMN_MAX = 178.0, 340.0
GAP = 16.0
PADDING = 10.0
CHANNEL = 7.0
"""Between one name's way down and the next one's."""
CHANNELS_MAX = 35.0
HEADER = 62.0
BOX = 46.0
ROW_GAP = 10.0
RAIL = 26.0
"""The extra room below a component that is copied: a line, and what it says."""
NAME_BOX = 46.0
NAME_BOX_MIN, NAME_BOX_MAX = 210.0, 330.0
NAME_RAIL = 14.0
START = 40.0
"""Where a name's line leaves its box, from the left."""
TITLE, SMALL = 13.0, 12.0


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    def overlaps(self, other: Box) -> bool:
        """Tell whether the two share more than an edge."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def holds(self, other: Box) -> bool:
        """Tell whether the other one lies inside."""
        return self.x <= other.x and other.right <= self.right and self.y <= other.y and other.bottom <= self.bottom


@dataclass(frozen=True)
class Label:
    """A line of text in the room that it has; `text` is what fits of `whole`."""

    box: Box
    text: str
    whole: str
    size: float
    bold: bool = False

    @property
    def baseline(self) -> float:
        """Where the letters stand."""
        return self.box.y + self.size


@dataclass(frozen=True)
class PlacedComponent:
    """A component's box."""

    region: str
    component: Component
    box: Box
    title: Label
    fact: Label


@dataclass(frozen=True)
class PlacedRegion:
    """A region's frame and what is in it."""

    region: RegionView
    box: Box
    title: Label
    place: Label
    components: tuple[PlacedComponent, ...]


@dataclass(frozen=True)
class PlacedName:
    """A name's box."""

    name: Name
    box: Box
    title: Label
    label: Label


Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """A way from one thing to another, by right angles."""

    about: str
    """The name or the component that it belongs to."""
    points: tuple[Point, ...]
    arrow: bool
    dashed: bool = False


@dataclass(frozen=True)
class Layout:
    """A drawing."""

    width: float
    height: float
    regions: tuple[PlacedRegion, ...]
    names: tuple[PlacedName, ...]
    lines: tuple[Line, ...]
    labels: tuple[tuple[str, Label], ...]
    """What is written on rails, with the component that it is about."""


def layout(topology: Topology, *, width: float = WIDTH) -> Layout:
    """Place a topology; it becomes wider than `width` only where its regions would be too narrow to read."""
    count = len(topology.regions)
    column = min(max((width - GAP * (count - 1)) / count, COLUMN_MIN), COLUMN_MAX)
    across = column * count + GAP * (count - 1)
    names = tuple(_names(topology.names, max(across, column)))
    top = NAME_BOX + NAME_RAIL * (len(names) + 1) if names else 0.0
    channels = min(CHANNEL * len(names), CHANNELS_MAX)
    rows = _rows(topology)
    regions = tuple(
        _region(region, Box((column + GAP) * number, top, column, rows.height), rows, channels)
        for number, region in enumerate(topology.regions)
    )
    lines = (*_drops(names, regions, channels), *_rails(topology.copies, regions))
    right = max([across, *(name.box.right for name in names)])
    return Layout(right, top + rows.height, regions, names, lines, tuple(_rail_labels(topology.copies, regions)))


@dataclass(frozen=True)
class _Rows:
    """Where each component begins, below a region's upper edge."""

    tops: Mapping[str, float]
    height: float


def _rows(topology: Topology) -> _Rows:
    copied = {copy.component for copy in topology.copies}
    order = {kind: number for number, kind in enumerate(Kind)}
    components = {part.id: part.kind for region in topology.regions for part in region.components}
    tops: dict[str, float] = {}
    y = HEADER
    for part in sorted(components, key=lambda one: order[components[one]]):
        tops[part] = y
        y += BOX + ROW_GAP + (RAIL if part in copied else 0)
    return _Rows(tops, max(y - ROW_GAP + PADDING, HEADER + PADDING))


def _label(x: float, y: float, room: float, text: str, size: float, *, bold: bool = False) -> Label:
    return Label(Box(x, y, room, size * 1.3), fitted(text, size, room, bold=bold), text, size, bold)


def _names(names: Sequence[Name], across: float) -> Iterator[PlacedName]:
    if not names:
        return
    width = min(max((across - GAP * (len(names) - 1)) / len(names), NAME_BOX_MIN), NAME_BOX_MAX)
    for number, name in enumerate(names):
        box = Box((width + GAP) * number, 0, width, NAME_BOX)
        room = width - 2 * PADDING
        yield PlacedName(
            name,
            box,
            _label(box.x + PADDING, box.y + 5, room, name.name, TITLE, bold=True),
            _label(box.x + PADDING, box.y + 25, room, name.label, SMALL),
        )


def _region(region: RegionView, box: Box, rows: _Rows, channels: float) -> PlacedRegion:
    left = box.x + PADDING + channels
    room = box.right - PADDING - left

    def placed(part: Component) -> PlacedComponent:
        inner = Box(left, box.y + rows.tops[part.id], room, BOX)
        x, wide = inner.x + PADDING + 2, inner.width - 2 * PADDING
        return PlacedComponent(
            region.name,
            part,
            inner,
            _label(x, inner.y + 5, wide, part.name, TITLE, bold=True),
            _label(x, inner.y + 25, wide, part.fact, SMALL),
        )

    return PlacedRegion(
        region,
        box,
        _label(left, box.y + 10, room, region.name, TITLE + 1, bold=True),
        _label(left, box.y + 33, room, region.place, SMALL),
        tuple(placed(part) for part in region.components),
    )


def _component(region: PlacedRegion, component: str) -> PlacedComponent | None:
    return next((placed for placed in region.components if placed.component.id == component), None)


def _drops(names: Sequence[PlacedName], regions: Sequence[PlacedRegion], channels: float) -> Iterator[Line]:
    step = channels / len(names) if names else 0.0
    for number, placed in enumerate(names):
        rail = NAME_BOX + NAME_RAIL * (number + 1)
        start = (placed.box.x + START, placed.box.bottom)
        for region in regions:
            answering = _component(region, placed.name.component)
            if answering is None:
                continue
            channel = region.box.x + PADDING / 2 + step * number
            # Two names of one component arrive one below the other.
            end = answering.box.y + BOX / 2 + min(5.0 * number, BOX / 2 - 4)
            yield Line(
                placed.name.name,
                (start, (start[0], rail), (channel, rail), (channel, end), (answering.box.x, end)),
                arrow=True,
                dashed=placed.name.roles[region.region.name] is Role.TAKES_OVER,
            )


def _rails(copies: Sequence[Copy], regions: Sequence[PlacedRegion]) -> Iterator[Line]:
    for copy in copies:
        ends = [
            (region.region.name, found.box)
            for region in regions
            if (found := _component(region, copy.component)) is not None
        ]
        if len(ends) < 2:
            continue
        below = ends[0][1].bottom + 9
        # Beside what the rail says, which stands below the line.
        yield Line(copy.component, ((_foot(ends[0][1]), below), (_foot(ends[-1][1]), below)), arrow=False)
        for region, box in ends:
            foot = _foot(box)
            if region in copy.destinations:
                yield Line(copy.component, ((foot, below), (foot, box.bottom)), arrow=True)
            elif region in copy.sources:
                yield Line(copy.component, ((foot, box.bottom), (foot, below)), arrow=False)


def _foot(box: Box) -> float:
    return box.x + box.width / 2


def _rail_labels(copies: Sequence[Copy], regions: Sequence[PlacedRegion]) -> Iterator[tuple[str, Label]]:
    for copy in copies:
        placed = _component(regions[0], copy.component)
        if placed is not None:
            box = placed.box
            yield copy.component, _label(box.x + 2, box.bottom + 12, box.width - 4, copy.label, SMALL)
