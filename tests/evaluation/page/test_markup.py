"""Markup is made by ``tag`` alone; everything else is text, whatever it looks like."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.evaluation.page.markup import tag

HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='x", "&lt;", "]]>", "</style>"]


class Seen(HTMLParser):
    """The elements and attributes that a browser would see, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("text", HOSTILE)
def test_a_ticket_makes_no_element_and_no_attribute(text: str) -> None:
    """As a child, in a list of children, and as the value of an attribute."""
    seen = Seen(tag("p", text, [text], title=text))
    assert (["p"], [("title", text)], text * 2) == (seen.elements, seen.attributes, seen.text)


@given(st.text())
def test_any_text_comes_back_as_text(text: str) -> None:
    """But for controls and marks of direction, which become U+FFFD, and white space, which becomes a space."""
    seen = Seen(tag("p", text))
    assert ["p"] == seen.elements
    assert len(text) == len(seen.text)
    assert all(character.isprintable() for character in seen.text)


def test_marks_of_direction_do_not_get_in() -> None:
    """They would turn round what stands beside them."""
    assert "<p>a\N{REPLACEMENT CHARACTER}b</p>" == tag("p", "a\u202eb")


def test_markup_within_markup_stays() -> None:
    """And names of attributes are spelt as HTML has them."""
    assert '<p class="a" stroke-width="2"><b>1</b></p>' == tag("p", tag("b", 1), class_="a", stroke_width=2, id=None)
