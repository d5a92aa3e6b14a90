"""What is not searched for would not have been found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.domain.needed_words import needed_words
from handler.domain.patterns import checked
from handler.domain.phrases import Search, pattern, phrase, read


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("refund(?:s|ed)?", {"refund", "refunds", "refunded"}),
        ("can'?t", {"can", "cant"}),
        ("(?:log|sign)[ -]?in", {"log", "sign", "login", "signin"}),
        ("(?:is|are) (?:planned|announced)", {"planned", "announced"}),
        ("all (?:of )?us", {"all"}),
        ("charged .{0,30}twice", {"charged"}),
        ("refund|money back", {"refund", "money"}),
        (r"error \d{3,3}", {"error"}),
        ("[ck]ode", {"code", "kode"}),
        ("log ?inside", {"log", "loginside"}),
        (r"\d{1,3} users", {"users"}),
        (r"(?:foo [\])]|bar)qux|zap", {"foo", "barqux", "zap"}),
    ],
)
def test_words_of_which_one_has_to_stand_there(source: str, words: set[str]) -> None:
    """Of the places that have such words the one with the longest."""
    assert words == needed_words(checked(source))


@pytest.mark.parametrize(
    "source", [".{0,9}x", "[a-z]x", r"\$9", "a{1,2}b", "-?x", "[abc][abc][abc][abc][abc]x", r"(?:[\])]|b)x"]
)
def test_what_may_begin_with_anything_needs_no_word(source: str) -> None:
    """Nor does what may begin with one of very many."""
    assert frozenset() == needed_words(checked(source))


def passed_over(search: Search, text: str) -> bool:
    """Whether something is there that no matcher would look for."""
    reading = read(text)
    return bool(list(search.hits(reading)) and search.needs and not search.needs & reading.words)


@given(st.text("ab '.,", max_size=9), st.text("ab '.,", max_size=30))
def test_no_phrase_is_passed_over(words: str, text: str) -> None:
    """Apostrophes may be missing, and punctuation stand anywhere."""
    assert not passed_over(phrase(f"{words}a"), text)


PIECES = r"(\(\?:[ab ]{1,3}\|b?a '?b\) ?|[ab]{1,2}'?| |\.\{0,2\}|\[ab-\]\??){1,4}a"


@given(st.from_regex(PIECES, fullmatch=True), st.text("ab '-", max_size=30))
def test_no_pattern_is_passed_over(source: str, text: str) -> None:
    """Options, classes, gaps and alternatives in all orders."""
    assert not passed_over(pattern(source), text)
