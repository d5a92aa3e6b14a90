"""What labels build on: the embedding of the whole ticket, and what tuned layers say of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np

from handler.domain.errors import NotFinite
from handler.domain.ports import TunedEmbedder, Vectors
from handler.domain.ticket import RawTicket
from handler.pipeline.base import Draft
from handler.pipeline.work import whole


class Embed:
    """Fills ``embedding`` and ``odds``. It is in ``truncated`` where a text is longer than it reads."""

    name: ClassVar[str] = "embed"
    needs: ClassVar[tuple[str, ...]] = ("redact",)
    work = staticmethod(whole)

    def __init__(self, embedder: TunedEmbedder) -> None:
        self._embedder = embedder

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:  # noqa: ARG002 - Stage
        """See base.Stage. Raises NotFinite, and ModelUnavailable."""
        texts = [draft.text for draft in drafts]
        embeddings, odds = self._embedder.embed(texts), self._embedder.odds(texts)
        if not (np.isfinite(embeddings.vectors).all() and np.isfinite(odds).all()):
            raise NotFinite("an embedding is not finite")
        rows = zip(drafts, embeddings.vectors, odds, embeddings.truncated, strict=True)
        return [_embedded(draft, *vectors, truncated=truncated) for draft, *vectors, truncated in rows]


def _embedded(draft: Draft, vector: Vectors, odds: Vectors, *, truncated: bool) -> Draft:
    named = (*draft.truncated, Embed.name) if truncated else draft.truncated
    return replace(draft, embedding=vector, odds=odds, truncated=named)
