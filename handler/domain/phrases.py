"""Phrases and small patterns found in a text, in time that is bounded by the length of both.

A *phrase* is plain words: case, the kind of an apostrophe or its absence, and white space make no difference. A
*pattern* is a small regular expression (see ``patterns``) over the text in lower case. Both match whole words. The work
is bounded: READ_CHARACTERS places, at each of which a pattern can be tried in patterns.MAX_WAYS ways.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from handler.domain.needed_words import is_word, needed_words
from handler.domain.patterns import PatternError, checked, parsed

READ_CHARACTERS = 20_000  # rules read no further: what a ticket is about is said by then
MAX_HITS = 100  # of one group in one text: who says it more often says nothing more
NO_WORD = ""
SHOWN_CHARACTERS = 60  # of a match that is shown as evidence

_APOSTROPHES = str.maketrans("’‘`´", "''''")  # noqa: RUF001 - what phones and word processors write
_APOSTROPHE_RUNS = re.compile("'{2,}")
_WORD = re.compile(r"\w+")
_NEGATION = re.compile(
    r"\b(?:not|no|never|without|nothing|hardly|(?:is|was|are|were|do|does|did|has|have)n'?t)(?: \w{1,12}){0,2} $"
)
_NEGATION_CHARACTERS = 40  # how far before a phrase its negation is looked for


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as rules read it: ``lowered`` is matched, ``text`` is shown; positions are the same in both.

    ``words`` are those of ``lowered``, each once.
    """

    text: str
    lowered: str
    words: frozenset[str]

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
    return Reading(shown if len(shown) == len(lowered) else lowered, lowered, frozenset(_WORD.findall(lowered)))


@dataclass(frozen=True, eq=False)
class Search:
    """One phrase or pattern, and the words of which a text ``needs`` one (none: any text may match)."""

    source: str
    needs: frozenset[str]

    @cached_property  # compiled for the first text that has such a word: most phrases never meet one
    def _regex(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{self.source})(?!\w)")

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """The places, from left to right."""
        position = 0
        while found := self._regex.search(reading.lowered, position):
            start, end = found.span()
            inside_a_word = start > 0 and is_word(reading.lowered[start - 1]) and is_word(reading.lowered[start])
            if not inside_a_word:
                yield Hit(start, end, reading.text[start:end][:SHOWN_CHARACTERS])
            position = start + 1 if inside_a_word else end


def phrase(words: str) -> Search:
    """Plain words. Raises PatternError."""
    source = _phrase_source(words)
    return Search(source, needed_words(parsed(source)))


def pattern(source: str) -> Search:
    """A small regular expression. Raises PatternError."""
    return Search(source, needed_words(checked(source)))


class Matcher:
    """Finds groups of phrases and patterns, all in one go: what needs a word that the text lacks costs nothing."""

    def __init__(self, *groups: Iterable[Search]) -> None:
        self._groups = len(groups)
        self._by_word: defaultdict[str, list[tuple[int, Search]]] = defaultdict(list)
        for number, group in enumerate(groups):
            for search in group:
                for word in search.needs or {NO_WORD}:
                    self._by_word[word].append((number, search))

    def all(self, reading: Reading) -> list[list[Hit]]:
        """The places of each group, from left to right; of those that overlap the first, and the longest."""
        present = self._by_word.keys() & {NO_WORD, *reading.words}
        found: list[list[Hit]] = [[] for _ in range(self._groups)]
        for number, search in {one for word in present for one in self._by_word[word]}:
            found[number] += islice(search.hits(reading), MAX_HITS)
        return [_apart(hits) if hits else hits for hits in found]


def _apart(hits: Iterable[Hit]) -> list[Hit]:
    """In order, without those that begin before the one before has ended; MAX_HITS at most."""
    apart: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if not apart or hit.start >= apart[-1].end:
            apart.append(hit)
    return apart[:MAX_HITS]


def _phrase_source(phrase: str) -> str:
    """Words in order; an apostrophe may be missing: people write "cant". Raises PatternError."""
    if not any(map(is_word, phrase)):
        raise PatternError("a phrase must hold a letter or a digit")
    plain = _APOSTROPHE_RUNS.sub("'", " ".join(phrase.translate(_APOSTROPHES).lower().split()))
    return re.escape(plain).replace(r"\ ", " ").replace("'", "'?")
