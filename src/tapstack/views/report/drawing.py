"""A layout as SVG, with everything that a person can find out by mouse, keyboard or screen reader."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.views.report.layout import Box, Label, Layout, Line, PlacedComponent, PlacedName, PlacedRegion
from tapstack.views.report.markup import Markup, tag
from tapstack.views.report.topology import Facts

MARGIN = 8.0
"""Room for the ring around what has the focus."""
CORNER = 8.0


def drawing(placed: Layout, identity: str) -> Markup:
    """The whole drawing, at its natural size: text is never shrunk. Several on one page need several identities."""
    width, height = placed.width + 2 * MARGIN, placed.height + 2 * MARGIN
    return tag(
        "svg",
        tag("defs", _arrow_head(identity)),
        (_region(region) for region in placed.regions),
        tag("g", (_line(line, identity) for line in placed.lines), aria_hidden="true"),
        (_name(name) for name in placed.names),
        (_component(part) for region in placed.regions for part in region.components),
        (_text(label, "rail-label", about=about) for about, label in placed.labels),
        class_="topology",
        viewBox=f"{-MARGIN:g} {-MARGIN:g} {width:.10g} {height:.10g}",
        width=width,
        height=height,
        role="group",
        aria_label="Topology: names, regions, and what is copied between them",
    )


def _arrow_head(identity: str) -> Markup:
    path = tag("path", d="M 0 0 L 8 4 L 0 8 z", class_="arrow-head")
    return tag(
        "marker",
        path,
        id=f"arrow-{identity}",
        viewBox="0 0 8 8",
        refX=7,
        refY=4,
        markerWidth=7,
        markerHeight=7,
        orient="auto",
    )


def _region(placed: PlacedRegion) -> Markup:
    return tag(
        "g",
        _rectangle(placed.box, "region-box"),
        _text(placed.title, "title"),
        _text(placed.place, "small"),
        class_=f"region {placed.region.role}",
    )


def _component(placed: PlacedComponent) -> Markup:
    part = placed.component
    stripe = Box(placed.box.x, placed.box.y + 6, 4, placed.box.height - 12)
    return tag(
        "g",
        tag("title", f"{part.kind} {part.name}"),
        _rectangle(placed.box, "box"),
        _rectangle(stripe, "stripe", corner=2),
        _text(placed.title, "title"),
        _text(placed.fact, "small"),
        class_=f"part {part.kind.replace(' ', '-').lower()}",
        **_focusable(f"{part.kind} {part.name} in {placed.region}", part.fact, part.details),
        data_about=part.id,
        data_region=placed.region,
    )


def _name(placed: PlacedName) -> Markup:
    roles = tuple((region, role.value) for region, role in placed.name.roles.items())
    return tag(
        "g",
        tag("title", placed.name.name),
        _rectangle(placed.box, "box"),
        _text(placed.title, "title"),
        _text(placed.label, "small"),
        class_="part name",
        **_focusable(placed.name.name, f"name in DNS, {placed.name.label}", (*placed.name.details, *roles)),
        data_about=placed.name.name,
    )


def _focusable(title: str, subtitle: str, details: Facts) -> dict[str, str]:
    """What makes a box a thing to go to; its details are kept with it, where the script finds them."""
    facts = "\n".join(f"{name}\t{value}" for name, value in details)
    return {
        "tabindex": "0",
        "role": "button",
        "aria_label": f"{title}: {subtitle}",
        "data_title": title,
        "data_subtitle": subtitle,
        "data_facts": facts,
    }


def _rectangle(box: Box, kind: str, *, corner: float = CORNER) -> Markup:
    return tag("rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=corner, class_=kind)


def _text(label: Label, kind: str, *, about: str | None = None) -> Markup:
    shown = tag("title", label.whole) if label.text != label.whole else None
    return tag(
        "text",
        shown,
        label.text,
        x=label.box.x,
        y=label.baseline,
        font_size=label.size,
        font_weight="600" if label.bold else None,
        class_=kind,
        data_about=about,
        data_room=label.box.width,
    )


def _line(line: Line, identity: str) -> Markup:
    return tag(
        "path",
        d=" ".join(_path(line)),
        class_="line dashed" if line.dashed else "line",
        marker_end=f"url(#arrow-{identity})" if line.arrow else None,
        data_about=line.about,
    )


def _path(line: Line) -> Iterator[str]:
    for number, (x, y) in enumerate(line.points):
        yield f"{'L' if number else 'M'} {x:.10g} {y:.10g}"
