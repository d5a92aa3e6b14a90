"""Groups told by example: how near a text lies to each, in the embedding space.

No training: what a group means is said by a description and by example texts, so users bring their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from handler.domain.ports import Embedder, Vectors
from handler.pipeline.base import Draft

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Group:
    """What it means, in one sentence and by example."""

    description: str
    examples: tuple[str, ...]


class Prototypes:
    """Some groups, embedded once, at the first use. A failure to embed is not remembered."""

    def __init__(
        self, groups: Mapping[str, Group], embedder: Embedder, *, nearest: int, description_weight: float
    ) -> None:
        self.names = tuple(groups)
        self._groups = tuple(groups.values())
        self._embedder = embedder
        self._nearest = nearest
        self._description_weight = description_weight

    def similarities(self, vectors: Vectors) -> Scores:
        """Of texts, shape (texts, 384), to the groups: shape (texts, groups), each -1..1. Raises ModelUnavailable.

        The mean cosine of the ``nearest`` examples (all, where there are fewer), mixed with the description's by
        ``description_weight``.
        """
        descriptions, examples = self._embedded
        cosines = np.hstack([vectors @ examples.T, np.full((len(vectors), 1), -np.inf, np.float32)])
        nearest = np.sort(cosines[:, self._places], axis=2)[:, :, -self._nearest :]
        near = nearest.mean(axis=2, where=np.isfinite(nearest), dtype=np.float64)
        weight = self._description_weight
        return np.asarray((1 - weight) * near + weight * (vectors @ descriptions.T))

    @cached_property
    def _places(self) -> NDArray[np.intp]:
        """Where each group's examples are among all: shape (groups, most examples), filled up with the one behind."""
        counts = [len(group.examples) for group in self._groups]
        places = np.full((len(counts), max(counts)), sum(counts))
        for row, count, end in zip(places, counts, np.cumsum(counts), strict=True):
            row[:count] = np.arange(end - count, end)
        return places

    @cached_property
    def _embedded(self) -> tuple[Vectors, Vectors]:
        """Descriptions, shape (groups, 384), and examples of all groups, shape (examples, 384)."""
        examples = [text for group in self._groups for text in group.examples]
        vectors = self._embedder.embed([*(group.description for group in self._groups), *examples]).vectors
        return vectors[: len(self._groups)], vectors[len(self._groups) :]


def embeddings_of(drafts: Sequence[Draft]) -> Vectors:
    """Their embeddings, which the embed stage has made: shape (drafts, 384)."""
    return np.stack([draft.embedding for draft in drafts if draft.embedding is not None])


def probabilities(log_odds: Scores) -> Scores:
    """Softmax by row: shape (texts, groups)."""
    exponentials = np.exp(log_odds - log_odds.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))
