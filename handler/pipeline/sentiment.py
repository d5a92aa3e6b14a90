"""The customer's tone: nearness to examples of each, moved by words that carry feeling.

A neutral tone is a finding with examples of its own, not what is left when nothing was found.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, cast

import numpy as np

from handler.domain.enriched import Sentiment
from handler.domain.ports import Embedder
from handler.domain.ticket import RawTicket
from handler.pipeline.bands import Bands
from handler.pipeline.base import Draft
from handler.pipeline.features import wordings_of
from handler.pipeline.feelings import Feelings, Felt, tones
from handler.pipeline.prototypes import Group, Prototypes, Scores, embeddings_of, probabilities
from handler.pipeline.work import whole

TEMPERATURE = 0.07  # of cosines
NEAREST = 8  # examples count: more of them share a tone, fewer a topic
DESCRIPTION_WEIGHT = 0.3
WORD_WEIGHT = 2.0  # log odds of one word with feeling
NEUTRAL_PRIOR = 1.0  # log odds: most tickets are written plainly
MAX_WORDS = 3  # of a kind count: a rant is not surer than an outburst
BANDS = Bands(high=0.75, medium=0.5)
MAX_EVIDENCE = 5


class ClassifySentiment:
    """Fills ``sentiment``."""

    name: ClassVar[str] = "sentiment"
    needs: ClassVar[tuple[str, ...]] = ("embed",)
    work = staticmethod(whole)

    def __init__(self, embedder: Embedder) -> None:
        groups = {str(name): Group(tone.description, tone.examples) for name, tone in tones().tones.items()}
        self._prototypes = Prototypes(groups, embedder, nearest=NEAREST, description_weight=DESCRIPTION_WEIGHT)
        self._feelings = Feelings()
        self._prior = np.array([NEUTRAL_PRIOR * (name == "NEUTRAL") for name in groups])

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        """See base.Stage. Raises ModelUnavailable."""
        return self.judge(tickets, drafts)[0]

    def judge(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> tuple[list[Draft], Scores]:  # noqa: ARG002 - Judge
        """See heads.Judge: the log odds of each tone, by examples and words together."""
        words = [self._feelings(said.reading) for said in wordings_of(drafts)]
        near = self._prototypes.similarities(embeddings_of(drafts)) / TEMPERATURE + self._prior
        by_example = probabilities(near)
        log_odds = near + np.array([self._log_odds(found) for found in words])
        rows = zip(drafts, words, by_example, probabilities(log_odds), strict=True)
        return [self._labelled(*row) for row in rows], log_odds

    def _log_odds(self, found: Felt) -> list[float]:
        return [WORD_WEIGHT * min(len(found.get(_tone(name), ())), MAX_WORDS) for name in self._prototypes.names]

    def _labelled(self, draft: Draft, found: Felt, by_example: Scores, by_both: Scores) -> Draft:
        best = int(by_both.argmax())
        tone = _tone(self._prototypes.names[best])
        words = tuple(dict.fromkeys(found.get(tone, ())))[:MAX_EVIDENCE]
        carried = words and (by_example.argmax() != best or by_example[best] < BANDS.medium)
        label = BANDS.label(draft, tone, float(by_both[best]), "rules" if carried else "prototype", words)
        ranking = np.argsort(-by_both, kind="stable")
        return replace(
            draft, sentiment=label, tones=tuple((self._prototypes.names[i], float(by_both[i])) for i in ranking)
        )


def _tone(name: str) -> Sentiment:
    return cast(Sentiment, name)
