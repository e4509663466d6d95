"""Markup from plain calls: everything is escaped unless it was made here."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


Child = str | Iterable[str] | None
Value = str | float | bool | None


def tag(name: str, /, *children: Child, **attributes: Value) -> Markup:
    """An element. `class_` stands for class and `aria_label` for aria-label; None and False leave an attribute out."""
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{text(*children)}</{name}>")


def text(*children: Child) -> Markup:
    """Children one after another, escaped where they are no markup."""
    parts: list[str] = []
    for child in children:
        if child is None:
            continue
        several = (child,) if isinstance(child, str) else child
        parts += [part if isinstance(part, Markup) else escape(part, quote=False) for part in several]
    return Markup("".join(parts))


def prose(said: str) -> Markup:
    """A sentence in which what stands between backticks is code."""
    parts = said.split("`")
    # An odd number of backticks: the last one is no beginning of code.
    if len(parts) % 2 == 0:
        parts[-2:] = [f"{parts[-2]}`{parts[-1]}"]
    return text(tag("code", part) if number % 2 else part for number, part in enumerate(parts))


def _attribute(key: str, value: Value) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    written = f"{value:.10g}" if isinstance(value, int | float) else escape(value, quote=False).replace('"', "&quot;")
    return f' {name}="{written}"'
