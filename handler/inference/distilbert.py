"""What a DistilBERT classifier of tone is on either backend.

It has 512 positions; of a longer text the logits of its chunks are averaged, each by its tokens.
Source: https://huggingface.co/distilbert/distilbert-base-uncased-finetuned-sst-2-english
"""

from collections.abc import Iterable, Sequence

import numpy as np

from handler.domain.ports import Vectors
from handler.inference.chunks import Chunk, Limits

LIMITS = Limits(tokens=510, chunks=4)


def first(states: Vectors, mask: Vectors) -> Vectors:  # noqa: ARG001 - the first token is never padding
    """The hidden state of [CLS]: float32, shape (chunks, 768)."""
    return np.asarray(states[:, 0], np.float32)


def averaged(texts: int, labels: int, parts: Iterable[tuple[Sequence[Chunk], Vectors]]) -> Vectors:
    """The logits of texts from those of their chunks: float32, shape (texts, labels)."""
    sums, weights = np.zeros((texts, labels), np.float32), np.zeros((texts, 1), np.float32)
    for chunks, logits in parts:
        share = np.array([[len(chunk.tokens) + 1] for chunk in chunks], np.float32)
        np.add.at(sums, [chunk.text for chunk in chunks], logits * share)
        np.add.at(weights, [chunk.text for chunk in chunks], share)
    return np.asarray(sums / weights, np.float32)


def softmax(logits: Vectors) -> Vectors:
    """Probabilities by row."""
    grown = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True), np.float32)
