"""Summaries made of the ticket's own sentences: those nearest to what the whole ticket says, in their order."""

from collections.abc import Sequence

import numpy as np

from handler.domain.ports import Embedder, Summary, Vectors
from handler.domain.sentences import sentences as sentences_of
from handler.inference.brevity import MAX_CHARACTERS, MAX_WORDS, is_short

LEAD_BONUS = 0.05  # people open with what they want: the first sentence, fading to nothing by the last


class Extractive:
    """A Summarizer that needs no model but the embedder's."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def summarize(self, texts: Sequence[str]) -> Sequence[Summary]:
        """See ports.Summarizer. A text of at most 45 words and 600 characters is its own summary."""
        split = [[] if is_short(text) else sentences_of(text) for text in texts]
        flat = [sentence for sentences in split for sentence in sentences]
        vectors = iter(self._embedder.embed(flat).vectors) if flat else iter(())
        return [
            _extract(sentences, np.stack([next(vectors) for _ in sentences])) if sentences else verbatim(text)
            for text, sentences in zip(texts, split, strict=True)
        ]


def verbatim(text: str) -> Summary:
    """The text as its own summary, on one line."""
    return Summary(" ".join(text.split()), "verbatim")


def _extract(sentences: Sequence[str], vectors: Vectors) -> Summary:
    """Takes the best sentences while they fit; the best one is cut if not even it does."""
    weights = np.array([len(sentence.split()) for sentence in sentences])
    centre = vectors.sum(axis=0)
    scores = vectors @ (centre / max(float(np.linalg.norm(centre)), 1e-9))
    scores = scores + LEAD_BONUS * np.linspace(1, 0, len(sentences))
    chosen: list[int] = []
    for best in np.argsort(-scores):
        if weights[chosen].sum() + weights[best] <= MAX_WORDS:
            chosen.append(int(best))
    return Summary(_cut(" ".join(sentences[i] for i in sorted(chosen) or [int(scores.argmax())])), "extractive")


def _cut(text: str) -> str:
    """The text if it fits; else its beginning, which shows that there was more."""
    words = text.split()
    cut = " ".join(words[:MAX_WORDS])[:MAX_CHARACTERS]
    return cut if cut == " ".join(words) else cut + "…"
