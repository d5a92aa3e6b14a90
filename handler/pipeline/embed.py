"""The embedding of subject and body, on which intent and sentiment build."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np

from handler.domain.ports import Embedder, Vectors
from handler.domain.ticket import RawTicket
from handler.pipeline.base import Draft
from handler.pipeline.work import whole


class NotFinite(ValueError):
    """An embedding holds NaN or infinity: no number computed from it would mean anything."""


class Embed:
    """Fills ``embedding``, and adds "embed" to ``truncated`` where the text was longer than is read."""

    name: ClassVar[str] = "embed"
    needs: ClassVar[tuple[str, ...]] = ("redact",)
    work = staticmethod(whole)

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:  # noqa: ARG002 - Stage
        """See base.Stage. Raises NotFinite, and ModelUnavailable."""
        embeddings = self._embedder.embed([draft.text for draft in drafts])
        if not np.isfinite(embeddings.vectors).all():
            raise NotFinite("an embedding is not finite")
        rows = zip(drafts, embeddings.vectors, embeddings.truncated, strict=True)
        return [_embedded(draft, vector, truncated=truncated) for draft, vector, truncated in rows]


def _embedded(draft: Draft, vector: Vectors, *, truncated: bool) -> Draft:
    return replace(draft, embedding=vector, truncated=(*draft.truncated, Embed.name) if truncated else draft.truncated)
