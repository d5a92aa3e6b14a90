"""The customer's tone, by a model that was trained for it and a stage that knows plain texts.

Models of two labels (SST-2) learned from sentences with feeling and know no neutral tone. So whether there is feeling
is the stage's to say, whose head was fitted on tickets; and which, the model's: P(tone) = P(feeling) P(tone | feeling).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np

from handler.domain.errors import NotFinite
from handler.domain.ports import SentimentModel, Vectors
from handler.domain.ticket import RawTicket
from handler.pipeline.bands import Bands
from handler.pipeline.base import Draft, Stage
from handler.pipeline.work import whole

PLAIN = "NEUTRAL"
BANDS = Bands(high=0.95, medium=0.8)  # such models are sure of most of what they say


class ClassifyTone:
    """Fills ``sentiment``, and adds "sentiment" to ``truncated`` where the text was longer than the model reads.

    ``plain`` is the stage that knows plain texts.
    """

    name: ClassVar[str] = "sentiment"
    work = staticmethod(whole)

    def __init__(self, model: SentimentModel, plain: Stage) -> None:
        self.needs = plain.needs
        self._model = model
        self._plain = plain

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        """See base.Stage. Raises NotFinite, and ModelUnavailable."""
        told = self._plain(tickets, drafts)
        tones = self._model.classify([draft.text for draft in told])
        if not np.isfinite(tones.probabilities).all():
            raise NotFinite("a probability is not finite")
        rows = zip(told, tones.probabilities, tones.truncated, strict=True)
        labels = tuple(label.upper() for label in tones.labels)
        return [_cut(_labelled(draft, labels, row), truncated=truncated) for draft, row, truncated in rows]


def _labelled(draft: Draft, labels: Sequence[str], row: Vectors) -> Draft:
    """The likeliest tone; where it is plain and the stage has found it so, as the stage has labelled it."""
    plain = {} if PLAIN in labels else {PLAIN: dict(draft.tones).get(PLAIN, 0.0)}
    feeling = 1 - sum(plain.values())
    both = plain | {label: feeling * float(p) for label, p in zip(labels, row, strict=True)}
    tones = sorted(both.items(), key=lambda one: -one[1])
    tone, confidence = tones[0]
    before = draft.sentiment
    if before is not None and tone in plain and before.value == tone:
        return replace(draft, tones=tuple(tones))
    evidence = before.evidence if before is not None and before.value == tone else ()
    return replace(draft, sentiment=BANDS.label(draft, tone, confidence, "model", evidence), tones=tuple(tones))


def _cut(draft: Draft, *, truncated: bool) -> Draft:
    return replace(draft, truncated=(*draft.truncated, ClassifyTone.name)) if truncated else draft
