"""What labels build on: embeddings of the whole ticket and of each sentence, and what tuned layers say of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np

from handler.domain.ports import Embedder, TunedEmbedder, Vectors
from handler.domain.sentences import sentences
from handler.domain.ticket import RawTicket
from handler.pipeline.base import Draft
from handler.pipeline.work import whole


class NotFinite(ValueError):
    """An embedding holds NaN or infinity: no number computed from it would mean anything."""


class Embed:
    """Fills ``embedding``, ``odds`` and ``sentence_vectors``.

    It is in ``truncated`` where a text is longer than it reads. ``embedder`` may be shared with a stage that reads the
    same sentences.
    """

    name: ClassVar[str] = "embed"
    needs: ClassVar[tuple[str, ...]] = ("redact",)
    work = staticmethod(whole)

    def __init__(self, embedder: Embedder, tuned: TunedEmbedder) -> None:
        self._embedder = embedder
        self._tuned = tuned

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:  # noqa: ARG002 - Stage
        """See base.Stage. Raises NotFinite, and ModelUnavailable."""
        split = [sentences(draft.text) for draft in drafts]
        whole_texts, flat = [draft.text for draft in drafts], [one for some in split for one in some]
        embeddings = self._embedder.embed([*whole_texts, *flat])
        odds = self._tuned.odds(whole_texts)
        if not (np.isfinite(embeddings.vectors).all() and np.isfinite(odds).all()):
            raise NotFinite("an embedding is not finite")
        parts = np.split(embeddings.vectors[len(drafts) :], np.cumsum([len(some) for some in split])[:-1])
        rows = zip(drafts, embeddings.vectors, odds, parts, embeddings.truncated, strict=False)
        return [_embedded(draft, *vectors, truncated=truncated) for draft, *vectors, truncated in rows]


def _embedded(draft: Draft, whole: Vectors, odds: Vectors, parts: Vectors, *, truncated: bool) -> Draft:
    named = (*draft.truncated, Embed.name) if truncated else draft.truncated
    return replace(draft, embedding=whole, odds=odds, sentence_vectors=parts, truncated=named)
