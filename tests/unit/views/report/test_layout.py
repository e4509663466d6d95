"""Drawings of topologies: nothing lies on anything else, text has room, lines end where they should."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest
from fleets import as_file, fleets, read
from hypothesis import given, settings
from hypothesis import strategies as st

from tapstack.fleet.loading import FleetFile
from tapstack.plan.planning import make
from tapstack.views.report.layout import BOX, Box, Label, Layout, layout
from tapstack.views.report.text_width import ELLIPSIS, fitted, width_of
from tapstack.views.report.topology import Role, Topology, topology

ROOT = Path(__file__).parents[4]
EXAMPLES = sorted((ROOT / "examples").glob("*/fleet.yaml"))
MORE_REGIONS = ("eu-west-1", "eu-central-1", "ap-southeast-2", "ap-northeast-1", "sa-east-1", "us-east-2")
WIDTHS = (322.0, 1164.0)


def of_example(file: Path, regions: int) -> Topology:
    """An example's topology, with regions added or taken away until there are so many."""
    from ruamel.yaml import YAML

    data = YAML(typ="safe").load(file)
    home = data["home"]
    wanted = [home, *(name for name in data["regions"] if name != home), *MORE_REGIONS]
    names = list(dict.fromkeys(wanted))[:regions]
    data["regions"] = {name: data["regions"].get(name) or {} for name in names}
    described = FleetFile.parse(json.dumps(data, default=str).encode()).describe("prod")
    assert described.fleet is not None, described.findings
    return topology(described.fleet, make(described.fleet, "prod"))


def boxes(placed: Layout) -> list[Box]:
    return [
        *(name.box for name in placed.names),
        *(part.box for region in placed.regions for part in region.components),
    ]


def free_labels(placed: Layout) -> list[Label]:
    """Labels that stand in no box."""
    heads = [label for region in placed.regions for label in (region.title, region.place)]
    return [*heads, *(label for _, label in placed.labels)]


def labels_in_boxes(placed: Layout) -> list[tuple[Label, Box]]:
    return [
        *((label, name.box) for name in placed.names for label in (name.title, name.label)),
        *(
            (label, part.box)
            for region in placed.regions
            for part in region.components
            for label in (part.title, part.fact)
        ),
        *((label, region.box) for region in placed.regions for label in (region.title, region.place)),
    ]


def sound(placed: Layout) -> None:
    """Everything that must hold for any drawing."""
    for one, other in combinations([*boxes(placed), *(label.box for label in free_labels(placed))], 2):
        assert not one.overlaps(other), (one, other)
    for one, other in combinations([region.box for region in placed.regions], 2):
        assert not one.overlaps(other)
    for label, box in labels_in_boxes(placed):
        assert box.holds(label.box), label
    for name in placed.names:
        assert not name.title.box.overlaps(name.label.box)
    whole = Box(0, 0, placed.width, placed.height)
    for region in placed.regions:
        assert whole.holds(region.box)
        assert all(region.box.holds(part.box) for part in region.components)
    for label in [*free_labels(placed), *(label for label, _ in labels_in_boxes(placed))]:
        assert width_of(label.text, label.size, bold=label.bold) <= label.box.width
        assert label.size >= 12
    for line in placed.lines:
        assert all(0 <= x <= placed.width and 0 <= y <= placed.height for x, y in line.points)
        for (x1, y1), (x2, y2) in zip(line.points, line.points[1:], strict=False):
            assert x1 == x2 or y1 == y2, "lines have right angles only"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("regions", [1, 2, 3, 6])
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name)
def test_examples_are_drawn_without_overlaps(file: Path, regions: int, width: float) -> None:
    placed = layout(of_example(file, regions), width=width)
    sound(placed)
    assert len(placed.regions) == regions


@given(fleets(), st.sampled_from(WIDTHS))
@settings(deadline=None)
def test_random_fleets_are_drawn_without_overlaps(data: dict[str, object], width: float) -> None:
    environment = as_file(data).environments[0]
    fleet = read(data, environment)
    drawn = topology(fleet, make(fleet, environment))
    placed = layout(drawn, width=width)
    sound(placed)
    assert [region.region for region in placed.regions] == list(drawn.regions)
    shown = [(part.region, part.component.id) for region in placed.regions for part in region.components]
    assert len(shown) == len(set(shown)) == sum(len(region.components) for region in drawn.regions)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name)
def test_six_regions_fit_beside_each_other_on_a_desk(file: Path) -> None:
    assert layout(of_example(file, 6)).width <= 1164


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name)
def test_what_labels_say_of_times_is_never_cut_in_the_examples(file: Path) -> None:
    placed = layout(of_example(file, 6))
    told = [name.label for name in placed.names] + [label for _, label in placed.labels]
    assert [label.whole for label in told if label.text != label.whole] == []


def test_the_same_component_stands_at_the_same_height_in_every_region() -> None:
    placed = layout(of_example(ROOT / "examples/data-platform/fleet.yaml", 3))
    heights: dict[str, set[float]] = {}
    for region in placed.regions:
        for part in region.components:
            heights.setdefault(part.component.id, set()).add(part.box.y)
    assert all(len(found) == 1 for found in heights.values())


def test_a_name_leads_to_its_component_in_every_region_dashed_where_it_takes_over() -> None:
    drawn = of_example(ROOT / "examples/web-platform/fleet.yaml", 3)
    placed = layout(drawn)
    (name,) = placed.names
    lines = [line for line in placed.lines if line.about == name.name.name]
    targets = [
        part.box for region in placed.regions for part in region.components if part.component.id == name.name.component
    ]
    assert len(lines) == len(targets) == 3
    for line, box, region in zip(lines, targets, placed.regions, strict=True):
        assert line.points[0][1] == name.box.bottom
        x, y = line.points[-1]
        assert x == box.x and box.y <= y <= box.bottom
        assert line.arrow
        assert line.dashed is (name.name.roles[region.region.name] is Role.TAKES_OVER)
    assert [line.dashed for line in lines] == [False, True, True]


def test_what_is_copied_ends_in_an_arrow_where_it_arrives_and_only_there() -> None:
    placed = layout(of_example(ROOT / "examples/web-platform/fleet.yaml", 3))

    def arrows(component: str) -> list[int]:
        """The regions at whose box an arrow of this component ends."""
        ends = [line.points[-1] for line in placed.lines if line.about == component and line.arrow]
        return [
            number
            for number, region in enumerate(placed.regions)
            for part in region.components
            if part.component.id == component and any(x == part.box.x + part.box.width / 2 for x, _ in ends)
        ]

    assert arrows("databases.main") == [1, 2]
    assert arrows("tables.items") == [0, 1, 2]
    assert arrows("buckets.uploads") == [0, 1, 2]


def test_lines_cross_no_box() -> None:
    placed = layout(of_example(ROOT / "examples/web-platform/fleet.yaml", 6))
    for line in placed.lines:
        for (x1, y1), (x2, y2) in zip(line.points, line.points[1:], strict=False):
            way = Box(min(x1, x2), min(y1, y2), abs(x1 - x2), abs(y1 - y2))
            assert not any(way.overlaps(box) for box in boxes(placed)), line


def test_text_that_does_not_fit_is_cut_with_a_mark() -> None:
    assert fitted("short", 12, 100) == "short"
    cut = fitted("a-name-that-is-much-too-long-for-its-box", 12, 80)
    assert cut.endswith(ELLIPSIS) and "a-name-that-is-much".startswith(cut.removesuffix(ELLIPSIS)[:5])
    assert width_of(cut, 12) <= 80
    assert fitted("anything", 12, 1) == ELLIPSIS


@given(st.text(min_size=1, max_size=60), st.floats(20, 400), st.booleans())
def test_fitted_text_is_never_wider_than_its_room(text: str, room: float, bold: bool) -> None:
    assert width_of(fitted(text, 12, room, bold=bold), 12, bold=bold) <= room


def test_boxes_that_share_an_edge_do_not_overlap() -> None:
    assert not Box(0, 0, 10, BOX).overlaps(Box(10, 0, 10, BOX))
    assert Box(0, 0, 10, BOX).overlaps(Box(9, 1, 10, BOX))
