"""Phrases and patterns in a text."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.domain.patterns import PatternError
from handler.domain.phrases import MAX_HITS, READ_CHARACTERS, Hit, Matcher, Search, pattern, phrase, read


def matcher(*phrases: str, patterns: tuple[str, ...] = ()) -> Matcher:
    """Of one group."""
    return Matcher([*map(phrase, phrases), *map(pattern, patterns)])


def hits_of(one: Matcher, text: str) -> list[Hit]:
    (hits,) = one.all(read(text))
    return hits


def _words(one: Matcher, text: str) -> list[str]:
    return [hit.words for hit in hits_of(one, text)]


@pytest.mark.parametrize("text", ["I can't log in", "i CANT LOG IN!", "I can’t  log\nin", "(can't log in)"])  # noqa: RUF001
def test_a_phrase_is_found_however_it_is_typed(text: str) -> None:
    """Case, apostrophes and white space make no difference."""
    assert len(_words(matcher("can't log in"), text)) == 1


def test_only_whole_words_match() -> None:
    """The "bug" in "debugging" is an accident, and hides no real one."""
    assert _words(matcher("bug"), "debugging bugs: a bug") == ["bug"]


def test_evidence_is_what_the_customer_wrote() -> None:
    """In the customer's case, and never longer than is shown."""
    either = matcher("charged twice", patterns=(".{0,60}forever.{0,60}",))

    assert _words(either, "Charged TWICE") == ["Charged TWICE"]
    assert [len(words) for words in _words(either, "x" * 50 + " forever " + "y" * 50)] == [60]


def test_the_longest_phrase_wins() -> None:
    """What reads "not urgent at all" is one thing, not "urgent"."""
    assert _words(matcher("urgent", "not urgent", "not urgent at all"), "it is not urgent at all") == [
        "not urgent at all"
    ]


def test_no_further_than_is_read() -> None:
    """The work is bounded: what stands after READ_CHARACTERS is not looked at."""
    text = "x " * (READ_CHARACTERS // 2) + "refund"

    assert not hits_of(matcher("refund"), text)


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("not urgent", True),
        ("it isnt very urgent", True),
        ("I don't think urgent", True),
        ("no. Urgent", False),
        ("urgent", False),
    ],
)
def test_negation_reaches_two_words_and_no_further_than_the_clause(text: str, *, negated: bool) -> None:
    """What reads "not very urgent" is negated; a full stop ends it."""
    reading = read(text)
    ((hit,),) = matcher("urgent").all(reading)

    assert reading.negated(hit.start) == negated


@given(st.text(), st.text(min_size=1))
def test_any_text_can_be_read_and_any_phrase_be_looked_for(text: str, words: str) -> None:
    """Whatever the characters: nothing raises, and positions are those of the text."""
    reading = read(text)
    try:
        found = matcher(words)
    except PatternError:
        assert not any(character.isalnum() or character == "_" for character in words)
        return

    assert len(reading.text) == len(reading.lowered)
    assert all(hit.words for hits in found.all(reading) for hit in hits)


def test_a_matcher_of_nothing_finds_nothing() -> None:
    """No phrases, no hits; no groups, no lists of them."""
    assert _words(matcher(), "anything") == []
    assert Matcher().all(read("anything")) == []


def test_groups_are_found_side_by_side() -> None:
    """Each has what it would have alone."""
    both = Matcher([phrase("bug")], [phrase("no bug"), pattern("bugs?")])
    assert [["bug"], ["no bug", "bugs"]] == [[hit.words for hit in hits] for hits in both.all(read("no bug, bugs"))]


@pytest.mark.timeout(60)  # a guard against hanging, not a measurement: it takes well under a second
@pytest.mark.parametrize("piece", ["charged ", "x", "charged by the ", "\u0130", "a's "])
@pytest.mark.parametrize(
    "search",
    [
        phrase("charged twice"),
        pattern("(?:charged|billed) .{0,30}(?:two|again).{0,30}times"),
        pattern(".{0,30}x?twice"),
    ],
)
def test_hostile_texts_take_bounded_time(search: Search, piece: str) -> None:
    """Two gaps and many false starts: still linear. Searched whatever words the text has."""
    assert len(list(islice(search.hits(read(piece * 100_000)), MAX_HITS))) <= MAX_HITS


def test_apostrophes_of_a_phrase_are_plain_ones_too() -> None:
    """And a row of them takes no time that doubles with each."""
    assert ["can't log in"] == _words(matcher("can\u2019t log in"), "I can't log in")
    assert not _words(matcher("a" + "'" * 60 + "b"), "a" + "'" * 30 + "c")
