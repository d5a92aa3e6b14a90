"""The customer's tone, by a model that was trained for it.

Models of two labels (SST-2) know no neutral tone: where neither label is clearly likelier, none is claimed.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, cast

import numpy as np

from handler.domain.enriched import Sentiment
from handler.domain.ports import SentimentModel, Vectors
from handler.domain.ticket import RawTicket
from handler.pipeline.bands import Bands, cautious
from handler.pipeline.base import Draft, Label
from handler.pipeline.work import whole

CLEAR = 0.75  # below it a model of two labels is undecided
BANDS = Bands(high=0.95, medium=0.8)  # such models are sure of most of what they say


class NotFinite(ValueError):
    """A probability is NaN or infinite."""


class ClassifyTone:
    """Fills ``sentiment``, and adds "sentiment" to ``truncated`` where the text was longer than is read."""

    name: ClassVar[str] = "sentiment"
    needs: ClassVar[tuple[str, ...]] = ("redact",)
    work = staticmethod(whole)

    def __init__(self, model: SentimentModel) -> None:
        self._model = model

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:  # noqa: ARG002 - Stage
        """See base.Stage. Raises NotFinite, and ModelUnavailable."""
        tones = self._model.classify([draft.text for draft in drafts])
        if not np.isfinite(tones.probabilities).all():
            raise NotFinite("a probability is not finite")
        rows = zip(drafts, tones.probabilities, tones.truncated, strict=True)
        return [_labelled(draft, tones.labels, row, truncated=truncated) for draft, row, truncated in rows]


def _labelled(draft: Draft, labels: Sequence[str], row: Vectors, *, truncated: bool) -> Draft:
    tone, confidence = _tone(labels, row)
    band = cautious(BANDS.of(confidence), draft)
    cut = (*draft.truncated, ClassifyTone.name) if truncated else draft.truncated
    return replace(draft, sentiment=Label(tone, confidence, "model", band), truncated=cut)


def _tone(labels: Sequence[str], row: Vectors) -> tuple[Sentiment, float]:
    """The likeliest label; of two that are about as likely, neither, and that with little confidence."""
    best = int(row.argmax())
    confidence = float(row[best])
    if "NEUTRAL" not in labels and confidence < CLEAR:
        return "NEUTRAL", 1 - confidence
    return cast(Sentiment, labels[best].upper()), confidence
