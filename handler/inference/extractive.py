"""Summaries made of the ticket's own sentences: nearest to what the whole says, none twice, in their order.

Nearest to the embedding of the whole ticket, not to the mean of its sentences: that keeps 0.72 of what matters, the
mean 0.66, and no nearness at all 0.66 as well (docs/adr/0013).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from handler.domain.errors import NotFinite
from handler.domain.ports import Embedder, Summary, Vectors
from handler.domain.sentences import sentences as sentences_of
from handler.inference.brevity import MAX_CHARACTERS, MAX_WORDS, is_short
from handler.inference.minilm import DIMENSIONS
from handler.inference.salience import is_courtesy, salience

Scores = NDArray[np.float64]

NEARNESS = 2.0  # what a cosine counts; ``python -m training.summaries`` is nearly the same from 1 to 5
LEAD_BONUS = 0.05  # people open with what they want: the first sentence, fading to nothing by the last
ALIKE = 0.85  # cosine from which on two sentences say the same


class Extractive:
    """An Extractor that needs no model but the embedder's."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def extract(self, texts: Sequence[str], wholes: Sequence[Vectors | None]) -> Sequence[Summary]:
        """See ports.Extractor. A text of at most 45 words and 600 characters is its own summary. Raises NotFinite."""
        split = [[] if is_short(text) else _telling(text) for text in texts]
        vectors = self._embedded(split)
        return [
            _extract(sentences, near, whole) if sentences else verbatim(text)
            for text, sentences, near, whole in zip(texts, split, vectors, wholes, strict=True)
        ]

    def _embedded(self, split: Sequence[Sequence[str]]) -> Sequence[Vectors]:
        """The vectors of each text's sentences; no model is touched where there are none."""
        flat = [sentence for sentences in split for sentence in sentences]
        vectors = self._embedder.embed(flat).vectors if flat else np.zeros((0, DIMENSIONS), np.float32)
        if not np.isfinite(vectors).all():
            raise NotFinite("a sentence's embedding is not finite")
        return np.split(vectors, np.cumsum([len(sentences) for sentences in split])[:-1]) if split else []


def verbatim(text: str) -> Summary:
    """The text as its own summary, on one line."""
    return Summary(" ".join(text.split()), "verbatim")


def _telling(text: str) -> list[str]:
    """The sentences that say something; all of them where none does."""
    every = sentences_of(text)
    return [sentence for sentence in every if not is_courtesy(sentence)] or every


def _extract(sentences: Sequence[str], vectors: Vectors, whole: Vectors | None) -> Summary:
    """Takes the best sentences while they fit, in their order; the best one is cut if not even it does."""
    if whole is None:
        raise ValueError("a long text needs the embedding of its ticket")
    lengths = np.array([len(sentence.split()) for sentence in sentences])
    chosen = _chosen(lengths, _worth(sentences, vectors @ whole), vectors)
    return Summary(_cut(" ".join(sentences[i] for i in sorted(chosen))), "extractive")


def _worth(sentences: Sequence[str], near: Vectors) -> Scores:
    """Nearness to what the whole says, and what each sentence is worth besides."""
    extra = np.array([salience(sentence) for sentence in sentences])
    return np.asarray(NEARNESS * near + extra + LEAD_BONUS * np.linspace(1, 0, len(sentences)), np.float64)


def _chosen(words: NDArray[np.int64], worth: Scores, vectors: Vectors) -> list[int]:
    """From the best one down, what fits and says something that was not said."""
    chosen: list[int] = []
    room = MAX_WORDS
    for best in map(int, np.argsort(-worth, kind="stable")):
        if words[best] <= room and not (vectors[chosen] @ vectors[best] > ALIKE).any():
            chosen.append(best)
            room -= words[best]
    return chosen or [int(worth.argmax())]


def _cut(text: str) -> str:
    """The text if it fits; else its beginning, which shows that there was more."""
    words = text.split()
    cut = " ".join(words[:MAX_WORDS])[:MAX_CHARACTERS]
    return cut if cut == " ".join(words) else cut + "…"
