"""What a ticket says in so many words: its words and pairs of neighbours, by how rare they are among known tickets.

An embedding blurs what a text says into what it is about. "Nobody can", "still no", "again" decide on urgency and tone.
https://nlp.stanford.edu/IR-book/html/htmledition/tf-idf-weighting-1.html
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, model_validator

from handler.domain.packed import Matrix, Packed
from handler.domain.phrases import Reading, read
from handler.pipeline.commands import commands

Indices = NDArray[np.intp]
Row = tuple[Indices, Matrix]
"""The terms of one text that are known, and what each weighs: together nearly of unit length, of few terms less."""

LEAST_TICKETS = 2  # that have a term: what one alone has says nothing of others
MOST_TERMS = 18_500  # the most frequent ones
KEY_BITS = 22  # of a term's hash; one unknown term in 200 is taken for a known one
NUMBER = "#"
STEM = 6  # letters of a word that count, in any language: "charge" is "charged" is "charges"
DOUBT = 2.0  # log loss of left-out tickets is about the same from 1 to 4, and higher on either side
FEW = 10.0  # length at which terms have seven tenths of their say: a word or two are no evidence

DOT_ABOVE = "\N{COMBINING DOT ABOVE}"  # what lower case leaves of a Turkish I with a dot
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|[!?]+|\d+")


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as terms, whatever the vocabulary: ``keys`` in order, ``counts`` of each, and the number of ``words``.

    ``reading``: as rules read it. ``commands``: whether it talks to the machine.
    """

    keys: Indices
    counts: Indices
    words: int
    reading: Reading
    commands: bool


def wording(text: str) -> Wording:
    """Words are starts of words in lower case, runs of ! and ?, and numbers as one word; and each two neighbours."""
    words = [NUMBER if one.isdigit() else one[:STEM] for one in _WORD.findall(_plain(text))]
    pairs = [f"{one} {other}" for one, other in pairwise(words)]
    keys, counts = np.unique(np.array([*map(key_of, words), *map(key_of, pairs)], np.intp), return_counts=True)
    reading = read(text)
    return Wording(keys, counts, sum(one[0].isalpha() for one in words), reading, commands(reading))


def _plain(text: str) -> str:
    """In lower case, a letter and its accent as one character: no word is to end in its middle."""
    return normalize("NFC", text).lower().replace(DOT_ABOVE, "").replace(APOSTROPHE, "'")


def key_of(term: str) -> int:
    """A hash, so that a file of heads holds no words of the tickets it was fitted on."""
    return zlib.crc32(term.encode(errors="surrogatepass")) >> (32 - KEY_BITS)


def trust(wordings: Sequence[Wording]) -> Matrix:
    """How far a head may go on each text: less, the fewer words there are, whatever they sound like. Shape (texts, 1).

    A third without a word (digits, emoji, nothing), nearly 1 from a few sentences on.
    """
    counts = np.array([one.words for one in wordings], np.float64)
    return np.asarray((counts + 1) / (counts + 1 + DOUBT)).reshape(-1, 1)


class Vocabulary(BaseModel):
    """Known terms in the order of their keys. ``gaps``: from key to key; ``rarity``: shape (terms, 1) both."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    gaps: Packed
    rarity: Packed

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.gaps.shape != self.rarity.shape or self.gaps.shape[1] != 1:
            raise ValueError("gaps and rarity need a number for each term")
        return self


def vocabulary(wordings: Sequence[Wording]) -> Vocabulary:
    """The terms of at least LEAST_TICKETS of the texts; of equally frequent ones those with the lower key."""
    counts = Counter(key for one in wordings for key in one.keys.tolist())
    frequent = sorted((-count, key) for key, count in counts.items() if count >= LEAST_TICKETS)[:MOST_TERMS]
    known = sorted(key for _, key in frequent)
    rarity = np.log([len(wordings) / counts[key] for key in known])
    gaps = np.diff(np.array([0, *known], np.float64))
    return Vocabulary(gaps=Packed.of(gaps[:, None], "uint32"), rarity=Packed.of(rarity.reshape(-1, 1), "int8"))


@dataclass(frozen=True)
class Words:
    """A vocabulary ready to use: the ``known`` keys in order, and the ``rarity`` of each."""

    known: Indices
    rarity: Matrix

    @classmethod
    def of(cls, data: Vocabulary) -> "Words":
        """From a file."""
        return cls(np.cumsum(data.gaps.matrix()[:, 0]).astype(np.intp), data.rarity.matrix()[:, 0])

    def row(self, said: Wording) -> Row:
        """See Row. A term that comes again counts for more, by less each time."""
        after = np.searchsorted(self.known, said.keys)
        is_known = after < len(self.known)
        is_known[is_known] = self.known[after[is_known]] == said.keys[is_known]
        places = after[is_known]
        weights = (1 + np.log(said.counts[is_known])) * self.rarity[places]
        return places, weights / np.hypot(np.linalg.norm(weights), FEW)


def scores(rows: Sequence[Row], weights: Matrix) -> Matrix:
    """What the terms add up to. ``weights``: shape (terms, labels); the answer's: (rows, labels)."""
    return np.stack([values @ weights[places] for places, values in rows])


def dense(rows: Sequence[Row], terms: int, width: int) -> Iterator[tuple[slice, Matrix]]:
    """The rows as matrices of so many terms at a time, which all together would not fit into memory."""
    for start in range(0, terms, width):
        block = np.zeros((len(rows), min(width, terms - start)))
        for number, (places, values) in enumerate(rows):
            low, high = np.searchsorted(places, [start, start + width])
            block[number, places[low:high] - start] = values[low:high]
        yield slice(start, start + width), block
