"""Words with feeling, and what is none."""

import pytest

from handler.domain.phrases import read
from handler.pipeline.feelings import Feelings, Felt


@pytest.mark.parametrize(
    ("text", "felt"),
    [
        ("oh great, again", {"NEGATIVE": ["oh great"]}),
        ("thanks in advance", {}),
        ("I am not happy", {"NEGATIVE": ["happy"]}),
    ],
)
def test_a_word_within_something_found_before_is_passed_over(text: str, felt: Felt) -> None:
    """The "great" in "oh great" is no praise, and the "thanks" in a courtesy no gratitude."""
    assert felt == Feelings()(read(text))
