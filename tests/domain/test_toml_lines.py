"""The line of a mistake, for who has a taxonomy of a thousand lines."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.domain.toml_lines import line_of

TEXT = """# comment
default = "other"

[[intents]]
name = "pizza"
examples = [
  "one",
]
rules = [{ phrase = "x" }]

[[intents]]
name = "other"
[[intents.rules]]
phrase = "a"
[[intents.rules]]
weight = 3
"""


@pytest.mark.parametrize(
    ("field", "line"),
    [
        (("default",), 2),
        (("intents", 0, "name"), 5),
        (("intents", 0, "examples"), 6),
        (("intents", 0, "examples", 0), 6),
        (("intents", 0, "description"), 4),
        (("intents", 0, "rules", 0, "phrase"), 9),
        (("intents", 0, "patterns", 0), 4),
        (("intents", 1), 11),
        (("intents", 1, "name"), 12),
        (("intents", 1, "rules", 1, "weight"), 16),
        (("intents", 1, "rules", 1, "phrase"), 15),
        (("missing",), None),
        ((), None),
    ],
)
def test_a_field_has_a_line(field: tuple[str | int, ...], line: int | None) -> None:
    """Its own, or that of the table in which it is missing."""
    assert line == line_of(TEXT, field)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=6))
def test_every_name_is_found_where_it_stands(blank: list[int]) -> None:
    """However many lines lie between."""
    text = "".join("\n" * lines + f'[[intents]]\nname = "i{n}"\n' for n, lines in enumerate(blank))
    for n, intent in enumerate(tomllib.loads(text)["intents"]):
        line = line_of(text, ("intents", n, "name"))
        assert line is not None
        assert f'name = "{intent["name"]}"' == text.splitlines()[line - 1]
