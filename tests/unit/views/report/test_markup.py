"""Markup: what came from outside is text, whatever it looks like."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from tapstack.views.report.markup import Markup, tag, text


def test_text_is_escaped_and_markup_is_not() -> None:
    assert tag("p", "a < b & c", tag("b", "x")) == "<p>a &lt; b &amp; c<b>x</b></p>"


def test_attributes_are_escaped_named_as_in_html_and_left_out_when_empty() -> None:
    made = tag("a", "x", class_="k", aria_label='say "hi" <now>', href=None, hidden=False, autofocus=True, x=1.5)
    assert made == '<a class="k" aria-label="say &quot;hi&quot; &lt;now&gt;" autofocus x="1.5">x</a>'


def test_void_elements_have_no_end() -> None:
    assert tag("meta", charset="utf-8") == '<meta charset="utf-8">'


def test_children_come_one_by_one_or_many_at_once() -> None:
    assert text("a", None, ["b", Markup("<i>c</i>")]) == "ab<i>c</i>"


class Reader(HTMLParser):
    """What a browser would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.texts: list[str] = []
        self.values: list[str | None] = []

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append(name)
        self.values += [value for _, value in attributes]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_any_text_comes_back_as_it_was_and_makes_no_element(said: str) -> None:
    reader = Reader()
    reader.feed(tag("p", said, title=said))
    reader.close()
    assert reader.elements == ["p"]
    assert "".join(reader.texts) == said
    assert reader.values == [said]
