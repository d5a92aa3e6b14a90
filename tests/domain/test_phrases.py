"""Phrases and patterns in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.domain.patterns import PatternError
from handler.domain.phrases import MAX_HITS, READ_CHARACTERS, Matcher, read


def _words(matcher: Matcher, text: str) -> list[str]:
    return [hit.words for hit in matcher.all(read(text))]


@pytest.mark.parametrize("text", ["I can't log in", "i CANT LOG IN!", "I can’t  log\nin", "(can't log in)"])  # noqa: RUF001
def test_a_phrase_is_found_however_it_is_typed(text: str) -> None:
    """Case, apostrophes and white space make no difference."""
    assert len(_words(Matcher(("can't log in",)), text)) == 1


def test_only_whole_words_match() -> None:
    """The "bug" in "debugging" is an accident, and hides no real one."""
    assert _words(Matcher(("bug",)), "debugging bugs: a bug") == ["bug"]


def test_evidence_is_what_the_customer_wrote() -> None:
    """In the customer's case, and never longer than is shown."""
    matcher = Matcher(("charged twice",), (".{0,60}forever.{0,60}",))

    assert _words(matcher, "Charged TWICE") == ["Charged TWICE"]
    assert [len(words) for words in _words(matcher, "x" * 50 + " forever " + "y" * 50)] == [60]


def test_the_longest_phrase_wins() -> None:
    """What reads "not urgent at all" is one thing, not "urgent"."""
    assert _words(Matcher(("urgent", "not urgent", "not urgent at all")), "it is not urgent at all") == [
        "not urgent at all"
    ]


def test_no_further_than_is_read() -> None:
    """The work is bounded: what stands after READ_CHARACTERS is not looked at."""
    text = "x " * (READ_CHARACTERS // 2) + "refund"

    assert Matcher(("refund",)).first(read(text)) is None


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
    hit = Matcher(("urgent",)).first(reading)

    assert hit is not None
    assert reading.negated(hit.start) == negated


@given(st.text(), st.text(min_size=1))
def test_any_text_can_be_read_and_any_phrase_be_looked_for(text: str, phrase: str) -> None:
    """Whatever the characters: nothing raises, and positions are those of the text."""
    reading = read(text)
    try:
        matcher = Matcher((phrase,))
    except PatternError:
        assert not any(character.isalnum() or character == "_" for character in phrase)
        return

    assert len(reading.text) == len(reading.lowered)
    assert all(hit.words for hit in matcher.all(reading))


def test_a_matcher_of_nothing_finds_nothing() -> None:
    """No phrases, no hits."""
    assert _words(Matcher(), "anything") == []


@pytest.mark.timeout(60)  # a guard against hanging, not a measurement: it takes well under a second
@pytest.mark.parametrize("piece", ["charged ", "x", "charged by the ", "\u0130", "a's "])
def test_hostile_texts_take_bounded_time(piece: str) -> None:
    """Two gaps and many false starts: still linear."""
    matcher = Matcher(("charged twice",), ("(?:charged|billed) .{0,30}(?:two|again).{0,30}times",))
    assert len(list(matcher.all(read(piece * 100_000)))) <= MAX_HITS
