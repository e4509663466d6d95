"""How wide text becomes, at most: layouts are made where no browser is.

By the widths of DejaVu Sans, which is wider than what Windows, macOS, Android and GNOME show; so it fits there too.
"""

from __future__ import annotations

BOLD = 1.13
"""Bold letters are so much wider."""
WIDTHS = {
    **dict.fromkeys("ijl'|", 0.30),
    **dict.fromkeys(" ,.:;!·", 0.34),
    **dict.fromkeys("fIJrt()[]/-", 0.42),
    **dict.fromkeys("mwMW%@…", 1.0),
    **dict.fromkeys("+~=<>→≤_&\N{MULTIPLICATION SIGN}", 0.85),
    **dict.fromkeys("ABCDEFGHKLNOPQRSTUVXYZ", 0.79),
}
OTHER = 0.64
ELLIPSIS = "…"


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """How many pixels the text takes at most."""
    return sum(WIDTHS.get(letter, OTHER if letter.isascii() else 1.0) for letter in text) * size * (BOLD if bold else 1)


def fitted(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """The text, or as much of it as there is room for."""
    if width_of(text, size, bold=bold) <= room:
        return text
    for end in range(len(text) - 1, 0, -1):
        shorter = text[:end].rstrip() + ELLIPSIS
        if width_of(shorter, size, bold=bold) <= room:
            return shorter
    return ELLIPSIS
