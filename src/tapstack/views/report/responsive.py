"""One picture, drawn once for a desk and once for a phone: text keeps its size on both."""

from __future__ import annotations

from collections.abc import Callable

from tapstack.views.report.markup import Markup, tag, text

WIDE, NARROW = 1180.0, 338.0
"""What a page of 1280 and one of 390 pixels have room for."""


def responsive(drawn: Callable[[float], Markup]) -> Markup:
    """Both drawings; the style shows one of them."""
    return text(tag("div", drawn(WIDE), class_="wide"), tag("div", drawn(NARROW), class_="narrow"))
