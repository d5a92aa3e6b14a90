"""Phrases and small patterns found in a text, in time that is bounded by the length of both.

A *phrase* is plain words: case, the kind of an apostrophe or its absence, and white space make no difference. A
*pattern* is a small regular expression (see ``patterns``) over the text in lower case. Both match whole words. The work
is bounded: READ_CHARACTERS places, at each of which a pattern can be tried in patterns.MAX_WAYS ways.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from handler.domain.patterns import PatternError, checked

READ_CHARACTERS = 20_000  # rules read no further: what a ticket is about is said by then
MAX_HITS = 100  # of one matcher in one text: who says it more often says nothing more
SHOWN_CHARACTERS = 60  # of a match that is shown as evidence

_APOSTROPHES = str.maketrans("’‘`´", "''''")  # noqa: RUF001 - what phones and word processors write
_NEGATION = re.compile(
    r"\b(?:not|no|never|without|nothing|hardly|(?:is|was|are|were|do|does|did|has|have)n'?t)(?: \w{1,12}){0,2} $"
)
_NEGATION_CHARACTERS = 40  # how far before a phrase its negation is looked for


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as rules read it: ``lowered`` is matched, ``text`` is shown; positions are the same in both."""

    text: str
    lowered: str

    def negated(self, start: int) -> bool:
        """Whether a negation stands up to two words before the position: "not very happy"."""
        return _NEGATION.search(self.lowered[max(0, start - _NEGATION_CHARACTERS) : start]) is not None


@dataclass(frozen=True, slots=True)
class Hit:
    """Where something was found, and the words as the customer wrote them, shortened."""

    start: int
    end: int
    words: str

    def overlaps(self, other: "Hit") -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end


def read(text: str) -> Reading:
    """The first READ_CHARACTERS of ``text`` with plain apostrophes and single spaces."""
    shown = " ".join(text[:READ_CHARACTERS].translate(_APOSTROPHES).split())
    lowered = shown.lower()
    return Reading(shown if len(shown) == len(lowered) else lowered, lowered)


class Matcher:
    """Finds any of some phrases and patterns. Raises PatternError."""

    def __init__(self, phrases: tuple[str, ...] = (), patterns: tuple[str, ...] = ()) -> None:
        longest_first = sorted(phrases, key=len, reverse=True)
        sources = [_phrase_source(phrase) for phrase in longest_first] + [
            f"(?:{checked(pattern)})" for pattern in patterns
        ]
        self._regex = re.compile(rf"(?:{'|'.join(sources) or '(?!)'})(?!\w)")

    def first(self, reading: Reading) -> Hit | None:
        """The first place."""
        return next(self.all(reading), None)

    def all(self, reading: Reading) -> Iterator[Hit]:
        """The places, from left to right, not overlapping; MAX_HITS at most."""
        return islice(self._all(reading), MAX_HITS)

    def _all(self, reading: Reading) -> Iterator[Hit]:
        position = 0
        while found := self._regex.search(reading.lowered, position):
            start, end = found.span()
            inside_a_word = start > 0 and _is_word(reading.lowered[start - 1]) and _is_word(reading.lowered[start])
            if not inside_a_word:
                yield Hit(start, end, reading.text[start:end][:SHOWN_CHARACTERS])
            position = start + 1 if inside_a_word else max(end, start + 1)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _phrase_source(phrase: str) -> str:
    """Words in order; an apostrophe may be missing: people write "cant". Raises PatternError."""
    if not any(map(_is_word, phrase)):
        raise PatternError("a phrase must hold a letter or a digit")
    return re.escape(" ".join(phrase.lower().split())).replace(r"\ ", " ").replace("'", "'?")
