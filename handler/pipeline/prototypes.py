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
        return np.stack([self._to_group(vectors @ group.T) for group in self._embedded], axis=1)

    def _to_group(self, cosines: Vectors) -> Scores:
        """``cosines``: shape (texts, 1 + examples), the description's first."""
        nearest = np.sort(cosines[:, 1:], axis=1)[:, -self._nearest :].mean(axis=1, dtype=np.float64)
        return np.asarray((1 - self._description_weight) * nearest + self._description_weight * cosines[:, 0])

    @cached_property
    def _embedded(self) -> tuple[Vectors, ...]:
        """Each group's description and examples: shape (1 + examples, 384)."""
        texts = [(group.description, *group.examples) for group in self._groups]
        vectors = self._embedder.embed([text for group in texts for text in group]).vectors
        return tuple(np.split(vectors, np.cumsum([len(group) for group in texts])[:-1]))


def embeddings_of(drafts: Sequence[Draft]) -> Vectors:
    """Their embeddings, which the embed stage has made: shape (drafts, 384)."""
    return np.stack([draft.embedding for draft in drafts if draft.embedding is not None])


def probabilities(log_odds: Scores) -> Scores:
    """Softmax by row: shape (texts, groups)."""
    exponentials = np.exp(log_odds - log_odds.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))
