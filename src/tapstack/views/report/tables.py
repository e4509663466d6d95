"""Tables and the other plain parts of a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tapstack.views.report.markup import Child, Markup, tag


def table(
    caption: Child, columns: Sequence[str], rows: Iterable[Sequence[Child]], *, numbers: frozenset[int] = frozenset()
) -> Markup:
    """A table whose first column names the row; `numbers` are the columns that are aligned as such."""
    head = tag("tr", (tag("th", column, scope="col", class_=_class(at, numbers)) for at, column in enumerate(columns)))
    body = (
        tag(
            "tr",
            (
                tag("td", cell, class_=_class(at, numbers)) if at else tag("th", cell, scope="row")
                for at, cell in enumerate(row)
            ),
        )
        for row in rows
    )
    inner = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", body))
    return scrolls(inner, caption)


def scrolls(inner: Markup, label: Child) -> Markup:
    """A part that scrolls sideways by itself where the page is narrow, by keyboard too."""
    name = label if isinstance(label, str) else " ".join(label or ())
    return tag("div", inner, class_="scrolls", role="region", aria_label=name, tabindex=0)


def section(identity: str, heading: str, *children: Child) -> Markup:
    """A part of the page with a heading of its own."""
    title = tag("h2", heading, id=f"{identity}-heading")
    return tag("section", title, *children, id=identity, aria_labelledby=f"{identity}-heading")


def note(*children: Child) -> Markup:
    """A line that explains."""
    return tag("p", *children, class_="note")


def cards(values: Iterable[tuple[str, str, str]]) -> Markup:
    """Few numbers, large: what, how much, and what it is held against."""
    return tag(
        "dl",
        (
            tag("div", tag("dt", name), tag("dd", value, tag("small", below) if below else None), class_="card")
            for name, value, below in values
        ),
        class_="cards",
    )


def _class(at: int, numbers: frozenset[int]) -> str | None:
    return "number" if at in numbers else None
